"""Which days, times of day and stretch of time a text asks for."""

from inboxtriage.triage.asks.days import days
from inboxtriage.triage.asks.timeframe import timeframe
from inboxtriage.triage.asks.times import times

__all__ = ["days", "timeframe", "times"]
