"""Approved mail on its way: its states, its legal moves, and the transports that carry it."""
