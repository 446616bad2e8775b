"""People: `lead …`. Each command is imported when it is asked for."""
