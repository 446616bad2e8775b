"""Secrets, fetched at the moment they are needed from where the configuration says they are."""
