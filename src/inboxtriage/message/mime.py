"""The stdlib's parser, with parameters that never raise: a broken one is as good as missing (GUARANTEES 3a).

The parser itself asks for `boundary`, so its own class has to be tolerant; whoever looks at a parameter, it or we,
comes through `get_param` or `get_filename`.
"""

from email import message_from_bytes
from email.message import Message
from typing import Any


class Part(Message):
    """One MIME part."""

    def get_param(self, *words: Any, **named: Any) -> Any:
        """See email.message.Message. `name*` beside `name*0` makes that one raise a TypeError (RFC 2231)."""
        try:
            return super().get_param(*words, **named)
        except Exception:  # noqa: BLE001 - whatever it is, it is the sender's fault and costs this parameter
            return named.get("failobj", words[1] if len(words) > 1 else None)

    def get_filename(self, failobj: Any = None) -> Any:
        """See email.message.Message. The charset that a value names may be anything."""
        try:
            return super().get_filename(failobj)
        except Exception:  # noqa: BLE001 - as above
            return failobj

    def get_boundary(self, failobj: Any = None) -> Any:
        """See email.message.Message, and above."""
        try:
            return super().get_boundary(failobj)
        except Exception:  # noqa: BLE001 - as above
            return failobj


def parts_of(raw: bytes) -> Part:
    """A mail as its tree of parts, of bytes that the guard admitted."""
    return message_from_bytes(raw, Part)
