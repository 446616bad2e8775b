"""When the practice is busy, from its own calendars. Only spans of time leave this room: no title, place or guest."""
