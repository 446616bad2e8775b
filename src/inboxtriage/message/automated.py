"""Why not to answer: the signs that no person wrote this for the mailbox.

RFC 3834 section 2, RFC 5230 section 4.6, and what real bounces look like (G33). Own addresses: G36.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from inboxtriage.message import cues
from inboxtriage.message.header import is_own
from inboxtriage.message.model import Address, Automated

APPROVED = "OOF, AutoReply"  # what our own letters say of themselves (X-Auto-Response-Suppress)
ACKNOWLEDGED = "All"  # what our acknowledgements say in its place
_LOOP_MARK = re.compile(r"[0-9a-f]{32}")
_ROBOTS = {"mailer-daemon", "postmaster"}
_REPORTS = {
    "multipart/report", "message/delivery-status", "message/disposition-notification", "message/feedback-report",
}  # fmt: skip
_COMMENT = re.compile(r"\([^()]*\)")


def judge(
    headers: Mapping[str, tuple[str, ...]],
    sender: Address | None,
    subject: str,
    kinds: Collection[str],
    own: frozenset[str],
) -> Automated | None:
    """The reason to leave this mail unanswered, or None.

    It is sure for replies and reports by machines; where only the way of sending says it (a list, a no-reply
    address), a person's words may still be inside, and what they say decides. `kinds` are the content types of the
    mail and of its parts, its own first.
    """
    local = sender.address.partition("@")[0].lower() if sender else ""
    found = [
        *_by_protocol(headers),
        *_by_parts(kinds),
        *_by_subject(subject),
        *_by_sender(local, sender, own),
        *_by_list(headers),
    ]
    if not found:
        return None
    plainest = max(found, key=lambda sign: (sign.sure, sign.report))
    return replace(plainest, report=any(sign.report for sign in found), answer=any(sign.answer for sign in found))


def carries_a_person(subject: str) -> bool:
    """Whether a notice with this subject usually brings a person's words: a voicemail, a fax, a chat, a form."""
    return cues.line("automated", "carriers").fullmatch(subject) is not None


def is_auto_reply(headers: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether mail of the owner's own was sent by a program, as an acknowledgement of an absence is."""
    return "auto-replied" in _words(headers, "auto-submitted")


def is_machine(address: str) -> bool:
    """Whether an address is by its name one that takes no answers: no-reply, mailer-daemon, a list's own."""
    return cues.line("automated", "senders").fullmatch(address.partition("@")[0].lower()) is not None


def is_marked(headers: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether an inboxtriage sent it, this one or another: it carries the mark against loops."""
    return any(_LOOP_MARK.fullmatch(value.strip()) for value in headers.get("x-loop", ()))


def _by_protocol(headers: Mapping[str, tuple[str, ...]]) -> Iterator[Automated]:
    for submitted in _words(headers, "auto-submitted"):
        if submitted != "no":
            answers = submitted == "auto-replied"
            yield Automated(
                f"Auto-Submitted: {submitted[:40]}", sure=answers or submitted == "auto-notified", answer=answers
            )
    for path in _words(headers, "return-path"):
        if path == "<>" or path.strip("<>").partition("@")[0] in _ROBOTS:
            yield Automated("null return path", sure=True, answer=True)
    if any(word != "none" for word in _words(headers, "x-auto-response-suppress")):
        # A letter that another one of us sent was approved by a person: nothing answers it by itself, but it is read.
        approved = is_marked(headers) and [v.strip() for v in headers["x-auto-response-suppress"]] == [APPROVED]
        yield Automated("marked as an automatic message", sure=not approved, approved=approved)
    if any(name in headers for name in ("x-autoreply", "x-autoreply-from", "x-autorespond", "x-autoresponder")):
        yield Automated("marked as an automatic reply", sure=True, answer=True)
    if any(name in headers for name in ("x-failed-recipients", "feedback-type")):
        yield Automated("a delivery report", sure=True, report=True)


def _by_parts(kinds: Collection[str]) -> Iterator[Automated]:
    for place, kind in enumerate(kinds):
        if kind in _REPORTS:  # as a part of other mail, a person may have put it there
            yield Automated(f"a report ({kind})", sure=place == 0, report=True)
        elif kind == "text/calendar" and place == 0:
            yield Automated("a calendar notice", sure=False)


def _by_subject(subject: str) -> Iterator[Automated]:
    if cues.line("automated", "bounce_subjects").fullmatch(subject):
        yield Automated("a delivery report by its subject", sure=False)
    if cues.line("automated", "reply_subjects").fullmatch(subject):
        yield Automated("an automatic reply by its subject", sure=False)


def _by_sender(local: str, sender: Address | None, own: frozenset[str]) -> Iterator[Automated]:
    if sender is not None and is_own(sender.address, own):
        yield Automated("sent from an address of your own", sure=True)
    if cues.line("automated", "senders").fullmatch(local):
        yield Automated(f"sent by {local[:40]}, which takes no answers", sure=local in _ROBOTS, report=local in _ROBOTS)


def _by_list(headers: Mapping[str, tuple[str, ...]]) -> Iterator[Automated]:
    for precedence in _words(headers, "precedence"):
        if precedence in {"bulk", "junk", "auto_reply"}:
            answers = precedence == "auto_reply"
            yield Automated(f"Precedence: {precedence}", sure=answers, answer=answers)
        elif precedence == "list":
            yield Automated("list mail", sure=False)
    if any(name.startswith("list-") or name == "mailing-list" for name in headers):
        yield Automated("list mail", sure=False)


def _words(headers: Mapping[str, tuple[str, ...]], name: str) -> Iterator[str]:
    """The first word of each header of this name, lower case, without comments (RFC 5322 section 3.2.2)."""
    for value in headers.get(name, ()):
        said = re.split(r"[;,]", _COMMENT.sub(" ", value).lower())[0]
        if word := "".join(said.split()):
            yield word
