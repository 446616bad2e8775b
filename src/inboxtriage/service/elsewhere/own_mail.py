"""A mail of the owner's own, in Sent or in Drafts, by the headers that a mailbox gives of it."""

from email import message_from_bytes

from inboxtriage.approval.elsewhere import OwnMail
from inboxtriage.mailbox.protocol import DRAFT_MARK
from inboxtriage.message import header
from inboxtriage.message.automated import is_auto_reply
from inboxtriage.message.envelope import is_forward


def own_mail(head: bytes) -> OwnMail:
    """What tells it apart."""
    headers = header.values(message_from_bytes(head))
    if is_auto_reply(headers):  # the owner did not write it, so it answers nobody
        return OwnMail(next(iter(header.ids(" ".join(headers.get("message-id", ())))), None), frozenset(), frozenset())
    ids = header.ids(" ".join(headers.get("message-id", ())))
    answers = header.ids(" ".join((*headers.get("in-reply-to", ()), *headers.get("references", ()))))
    values = (*headers.get("to", ()), *headers.get("cc", ()))
    to = frozenset(a.address.lower() for value in values for a in header.addresses(value))
    forward = is_forward(header.text(next(iter(headers.get("subject", ())), "")))
    token = next(iter(headers.get(DRAFT_MARK.lower(), ())), "").strip() or None
    at = header.moment(next(iter(headers.get("date", ())), ""))
    return OwnMail(ids[0] if ids else None, frozenset(answers), to, forward=forward, token=token, at=at)
