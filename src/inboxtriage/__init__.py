"""A practice's inbox: read, sorted, answered in draft, sent on approval, logged as leads."""

__version__ = "0.1.0"
