"""`review --plain`: a backlog read out step by step, for a screen reader or a slow line."""
