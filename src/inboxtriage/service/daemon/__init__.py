"""The daemon: one worker an account that listens, one sender, a heart that watches over them, alarms."""
