"""The daemon as a background service of this user: a systemd unit, or a launchd property list."""
