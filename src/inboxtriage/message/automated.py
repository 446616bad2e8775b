"""Why not to answer: the signs that no person wrote this for the mailbox.

RFC 3834 section 2, RFC 5230 section 4.6, and what real bounces look like (G33). Own addresses: G36.
"""

import re
from collections.abc import Iterator, Mapping

from inboxtriage.message import cues
from inboxtriage.message.model import Address, Automated

APPROVED = "OOF, AutoReply"  # what our own letters say of themselves (X-Auto-Response-Suppress)
_LOOP_MARK = re.compile(r"[0-9a-f]{32}")
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
    found = [
        *_by_protocol(headers, content_type),
        *_by_subject(subject),
        *_by_sender(local, sender, own),
        *_by_list(headers),
    ]
    return max(found, key=lambda sign: (sign.report, sign.sure), default=None)


def carries_a_person(subject: str) -> bool:
    """Whether a notice with this subject usually brings a person's words: a voicemail, a fax, a chat, a form."""
    return cues.line("automated", "carriers").fullmatch(subject) is not None


def _by_protocol(headers: Mapping[str, tuple[str, ...]], content_type: str) -> Iterator[Automated]:
    submitted = re.split(r"[;(\s]", _first(headers, "auto-submitted").strip().lower())[0]
    if submitted and submitted != "no":
        yield Automated(f"Auto-Submitted: {submitted[:40]}", sure=submitted in {"auto-replied", "auto-notified"})
    if any(value.strip() == "<>" for value in headers.get("return-path", ())):
        yield Automated("null return path", sure=True)
    if content_type in {"multipart/report", "message/delivery-status", "message/disposition-notification"}:
        yield Automated(f"a report ({content_type})", sure=True, report=True)
    suppressed = _first(headers, "x-auto-response-suppress").strip()
    if suppressed or _first(headers, "x-autoreply").strip():
        # A letter that another one of us sent was approved by a person: nothing answers it by itself, but it is read.
        approved = suppressed == APPROVED and _LOOP_MARK.fullmatch(_first(headers, "x-loop").strip()) is not None
        yield Automated("marked as an automatic message", sure=not approved, approved=approved)
    if _first(headers, "x-failed-recipients") or _first(headers, "feedback-type"):
        yield Automated("a delivery report", sure=True, report=True)
    if content_type == "text/calendar":
        yield Automated("a calendar notice", sure=False)


def _by_subject(subject: str) -> Iterator[Automated]:
    if cues.line("automated", "bounce_subjects").fullmatch(subject):
        yield Automated("a delivery report by its subject", sure=False)
    if cues.line("automated", "reply_subjects").fullmatch(subject):
        yield Automated("an automatic reply by its subject", sure=False)


def _by_sender(local: str, sender: Address | None, own: frozenset[str]) -> Iterator[Automated]:
    if sender is not None and _without_tag(sender.address) in own:
        yield Automated("sent from an address of your own", sure=True)
    if cues.line("automated", "senders").fullmatch(local):
        yield Automated(f"sent by {local[:40]}, which takes no answers", sure=local in _ROBOTS, report=local in _ROBOTS)


def _by_list(headers: Mapping[str, tuple[str, ...]]) -> Iterator[Automated]:
    precedence = _first(headers, "precedence").strip().lower()
    if precedence in {"bulk", "junk", "auto_reply"}:
        yield Automated(f"Precedence: {precedence}", sure=precedence == "auto_reply")
    if precedence == "list" or any(name in headers for name in _LIST_HEADERS):
        yield Automated("list mail", sure=False)


def _without_tag(address: str) -> str:
    """The address without a plus tag, lower case."""
    local, _, domain = address.lower().partition("@")
    return re.sub(r"\+.*", "", local) + "@" + domain


def _first(headers: Mapping[str, tuple[str, ...]], name: str) -> str:
    return next(iter(headers.get(name, ())), "")
