"""The client's journey: stages, leads and the events from which both are derived. Pure."""
