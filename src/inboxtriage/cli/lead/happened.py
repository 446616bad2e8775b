"""Events in words are the journey's own; the review screen tells them too."""

from inboxtriage.journey.happened import what, words

__all__ = ["what", "words"]
