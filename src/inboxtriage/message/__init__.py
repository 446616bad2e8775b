"""Bytes to Message: what was said, by whom, to be answered where, and why perhaps not."""
