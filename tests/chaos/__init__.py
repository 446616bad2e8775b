"""Faults on purpose: the program is stopped at every step, lied to and cut off, and must lose nothing and send nothing twice.

`python -m tests.chaos` runs everything and prints a line a scenario; `python -m tests.chaos.soak` lets the daemon read
ten thousand messages. See `steps` for how a step is found and stopped at.
"""
