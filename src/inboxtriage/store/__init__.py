"""The one SQLite file: schema, rows, and the guarded updates that carry out legal moves."""
