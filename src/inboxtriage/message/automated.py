"""Why not to answer: the signs that no person wrote this for the mailbox.

RFC 3834 section 2, RFC 5230 section 4.6, and what real bounces look like (G33). Own addresses: G36.
"""

import re
from collections.abc import Mapping

from inboxtriage.message import cues
from inboxtriage.message.model import Address, Automated

_ROBOTS = {"mailer-daemon", "postmaster"}
_LIST_HEADERS = (
    "list-id",
    "list-unsubscribe",
    "list-post",
    "list-help",
    "list-subscribe",
    "list-owner",
    "list-archive",
)


def judge(
    headers: Mapping[str, tuple[str, ...]],
    sender: Address | None,
    subject: str,
    content_type: str,
    own: frozenset[str],
) -> Automated | None:
    """The reason to leave this mail unanswered, or None.

    It is sure for replies and reports by machines; where only the way of sending says it (a list, a no-reply
    address), a person's words may still be inside, and what they say decides.
    """
    local = sender.address.partition("@")[0].lower() if sender else ""
    signs = (
        _by_protocol(headers, content_type),
        _by_subject(subject),
        _by_sender(local, sender, own),
        _by_list(headers),
    )
    found = [sign for sign in signs if sign is not None]
    return next((sign for sign in found if sign.sure), next(iter(found), None))


def _by_protocol(headers: Mapping[str, tuple[str, ...]], content_type: str) -> Automated | None:
    submitted = _first(headers, "auto-submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return Automated(f"Auto-Submitted: {submitted[:40]}", sure=submitted in {"auto-replied", "auto-notified"})
    if any(value.strip() == "<>" for value in headers.get("return-path", ())):
        return Automated("null return path", sure=True)
    if content_type in {"multipart/report", "message/delivery-status", "message/disposition-notification"}:
        return Automated(f"a report ({content_type})", sure=True)
    if _first(headers, "x-auto-response-suppress").strip() or _first(headers, "x-autoreply").strip():
        return Automated("marked as an automatic message", sure=True)
    if _first(headers, "x-failed-recipients") or _first(headers, "feedback-type"):
        return Automated("a delivery report", sure=True)
    if content_type == "text/calendar":
        return Automated("a calendar notice", sure=False)
    return None


def _by_subject(subject: str) -> Automated | None:
    if cues.line("automated", "bounce_subjects").fullmatch(subject):
        return Automated("a delivery report by its subject", sure=False)
    if cues.line("automated", "reply_subjects").fullmatch(subject):
        return Automated("an automatic reply by its subject", sure=False)
    return None


def _by_sender(local: str, sender: Address | None, own: frozenset[str]) -> Automated | None:
    if sender is not None and _without_tag(sender.address) in own:
        return Automated("sent from an address of your own", sure=True)
    if cues.line("automated", "senders").fullmatch(local):
        return Automated(f"sent by {local[:40]}, which takes no answers", sure=local in _ROBOTS)
    return None


def _by_list(headers: Mapping[str, tuple[str, ...]]) -> Automated | None:
    precedence = _first(headers, "precedence").strip().lower()
    if precedence in {"bulk", "junk", "auto_reply"}:
        return Automated(f"Precedence: {precedence}", sure=precedence == "auto_reply")
    if precedence == "list" or any(name in headers for name in _LIST_HEADERS):
        return Automated("list mail", sure=False)
    return None


def _without_tag(address: str) -> str:
    """The address without a plus tag, lower case."""
    local, _, domain = address.lower().partition("@")
    return re.sub(r"\+.*", "", local) + "@" + domain


def _first(headers: Mapping[str, tuple[str, ...]], name: str) -> str:
    return next(iter(headers.get(name, ())), "")
