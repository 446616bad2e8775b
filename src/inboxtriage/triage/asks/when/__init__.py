"""Which days, times of day and stretch of time a text asks for."""
