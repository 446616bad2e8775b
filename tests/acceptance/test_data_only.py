"""Every value that a sender supplies is only data: no header, no template, no terminal command (G39, G42, G47)."""

import json
import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, Practice, mail, plain_text

HOSTILE_HEADERS = [
    b"=?utf-8?q?a=0d=0aBcc:_x@y.example?=",
    b"a\rBcc: x@y.example",
    b"=?utf-8?b?" + b"YQ0KQmNjOiB4QHkuZXhhbXBsZQ==" + b"?=",
    b"a\x00b",
    b"=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0d=3D0aBcc=3A_x=40y=3F=3D?=",
    b"x" * 3000,
    "Ünï=?utf-8?q?c=00de?=".encode(),
    b"<a@b.example>\r\n\t" + b"x" * 1200 + b"\r\n\tBcc: x@y.example",
]
EXPECTED_HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Auto-Response-Suppress", "X-Loop",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip
ESCAPES = "\x1b[2J\x1b]52;c;ZXZpbA==\x07\x9b31m\u202egro.live@kcatta\u2066\rovertyped\x08\x08\u2028\u061c\u200b\U000e0041\u3164"
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def raw(
    *,
    sender: bytes = b"jane@example.org",
    name: bytes = b"Jane",
    subject: bytes = b"Therapy",
    message_id: bytes = b"<a@example.org>",
    references: bytes = b"<s@example.org>",
    filename: bytes = b"",
    body: bytes,
) -> bytes:
    head = (
        b"From: " + name + b" <" + sender + b">\nTo: hello@harbor.example\nSubject: " + subject + b"\nMessage-ID: "
        + message_id + b"\nReferences: <r@example.org> \n\t" + references + b"\nMIME-Version: 1.0\n"
    )  # fmt: skip
    plain = b"Content-Type: text/plain; charset=utf-8\n\n" + body
    if not filename:
        return head + plain
    disposition = b'Content-Type: application/pdf\nContent-Disposition: attachment; filename="' + filename + b'"\n\nx\n'
    return head + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + plain + b"\n--b\n" + disposition + b"--b--\n"


def answered(practice: Practice, letter: bytes) -> bytes:
    """Receive a mail, approve its draft, and give what went out."""
    practice.receive(letter)
    practice.ok("poll")
    (item,) = practice.queue()
    if item["draft"] is None or item["draft"]["blocked"]:
        practice.ok("edit", item["id"], "--to", "jane@example.org", "--body", "-", stdin="Thank you.")
        practice.queue()
    practice.ok("approve", item["id"], "--now")
    (sent,) = practice.outgoing()
    return sent


def test_no_value_adds_a_header_or_a_recipient(tmp_path: Path, dovecot: Dovecot) -> None:
    """G39: hostile values in every field; what a server got has the expected headers, each once, and one recipient."""
    cases = [
        (where, value)
        for where in ("name", "subject", "message_id", "references", "filename")
        for value in HOSTILE_HEADERS
    ]
    inbox = dovecot.mailbox()
    for number, (where, value) in enumerate(cases):
        given = b"<" + value + b"@example.org>" if where in {"message_id", "references"} else value
        sender = b"jane%d@example.org" % number
        unique = {} if where == "message_id" else {"message_id": b"<n%d@example.org>" % number}
        inbox.deliver(raw(sender=sender, body=ASKS_INSURANCE.encode(), **unique, **{where: given}))
    with SmtpPeer() as server:
        practice = Practice.on_servers(tmp_path, inbox, server, more="[sending]\nper_person = 1000\n")
        assert practice.ok("poll", "--json").json["fetched"] == len(cases)
        to = {item["id"]: f"jane{int(item['id'][1:]) - 1}@example.org" for item in practice.queue()}
        for item in practice.queue():
            if item["draft"] is None or item["draft"]["blocked"]:
                practice.ok("edit", item["id"], "--to", to[item["id"]], "--body", "-", stdin="Thank you.")
        practice.queue()
        practice.ok("approve", *to, "--now")
    assert len(server.taken) == len(cases) == len(to)
    assert sorted(taken.recipients for taken in server.taken) == sorted([address] for address in to.values())
    assert sum(line.upper().startswith("RCPT") for line in server.commands) == len(cases)
    for taken in server.taken:
        sent = taken.data
        head = sent.partition(b"\r\n\r\n")[0]
        names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
        assert set(names) <= EXPECTED_HEADERS
        assert len(names) == len(set(names))
        assert b"\r" not in sent.replace(b"\r\n", b"")
        assert b"\n" not in sent.replace(b"\r\n", b"")
        assert b"\x00" not in sent
        assert max(len(line) for line in sent.split(b"\r\n")) <= 998
        parsed = message_from_bytes(sent, policy=policy.default)
        assert [parsed["To"]] == taken.recipients
        assert parsed["Bcc"] is None


@pytest.mark.parametrize(
    "template", ["{{7*7}}", "{% for x in range(9) %}A{% endfor %}", "{{''.__class__.__mro__}}", "{{ practice.owner }}"]
)
def test_templates_in_mail_stay_words(template: str, practice: Practice) -> None:
    """G42: message text is data; it appears literally or not at all, and nothing of it is evaluated."""
    letter = raw(
        name=template.encode().replace(b",", b""),
        subject=template.encode(),
        body=f"{ASKS_INSURANCE} {template}".encode(),
    )
    sent = message_from_bytes(answered(practice, letter), policy=policy.default)
    body = plain_text(sent)
    assert "49" not in body
    assert "AAAAAAAAA" not in body
    assert "class" not in body
    assert sent["Subject"] == "Your message", "their own words are not repeated where a lock screen shows them"
    assert "{" not in body, "no brace on the wire (G41)"


def hostile_letters() -> list[bytes]:
    """Escapes in every field of a letter, of a form and of what can hardly be read."""
    header = ESCAPES.replace("\r", "")  # a bare CR would end the header there
    letter = (
        f"From: {header}Jane <jane@example.org>\nTo: hello@harbor.example\nSubject: {header}help\n"
        f"Reply-To: {header} <other@example.net>\nMessage-ID: <a@example.org>\nMIME-Version: 1.0\n"
        f"Content-Type: multipart/mixed; boundary=b\n\n"
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{ASKS_INSURANCE}\n{ESCAPES}\n"
        f'--b\nContent-Type: application/pdf; name="{header}.pdf"\nContent-Disposition: attachment\n\nx\n--b--\n'
    )
    form = (
        f"From: forms@site.example\nTo: hello@harbor.example\nSubject: New submission {header}\n"
        f"Content-Type: text/plain; charset=utf-8\n\nName: {header.replace('@', '')}Bob\nEmail: bob@example.net\n"
        f"Phone: 555 {header} 1234\nMessage: {header}{ASKS_INSURANCE}\n"
    )
    odd = f"From: {header} <{header}@x>\nSubject: {header}\nAuto-Submitted: {header}\nContent-Type: text/{header}\n\n{ESCAPES}"
    return [letter.encode(), form.encode(), odd.encode()]


def test_nothing_moves_the_cursor(practice: Practice) -> None:
    """G47: escape sequences, OSC 52, C1, bidi and carriage returns reach no output, in any field, of any command."""
    paths = [practice.receive(letter) for letter in hostile_letters()]
    runs = [practice.run("poll")]
    items = [entry["id"] for entry in practice.ok("queue", "--all", "--json").json]
    assert len(items) == len(paths)
    words: list[list[str]] = [["queue"], ["queue", "--all", "--json"], ["check"], ["template", "list"]]
    words += [["classify", *flags, *map(str, paths)] for flags in ([], ["--json"])]
    for item in items:
        words += [["show", item], ["show", item, "--json"], ["show", item, "--save", str(practice.home / item)]]
        words += [["template", "preview", "--message", item], ["edit", item, "--note", f"n{ESCAPES}".replace("\0", "")]]
        words += [["approve", item], ["approve", item, "--now"]]
    words += [["outbox"], ["outbox", "--json"], ["status"], ["lead", "list"], ["lead", "show", "other@example.net"]]
    words += [["lead", "show", "bob@example.net", "--json"], ["lead", "note", "bob@example.net", f"n{ESCAPES}"]]
    words += [["lead", "show", "bob@example.net"], ["reject", items[0], "--reason", ESCAPES], ["queue", "--all"]]
    words += [["show", f"m9{ESCAPES}"], ["forget", f"a{ESCAPES}@b"], ["forget", "bob@example.net", "--yes"]]
    runs += [practice.run(*some) for some in words]
    for done in runs:
        for text in (done.out, done.err):
            assert not UNSAFE.search(text), text
            assert "Traceback" not in text
    assert all(not UNSAFE.search(str(saved)) for saved in practice.home.glob("m*/*"))


def test_the_address_is_what_the_column_shows(practice: Practice) -> None:
    """G47: no name, however long or wide, pushes the address it belongs to out of sight."""
    practice.receive(mail(ASKS_INSURANCE, sender=f'"{"Bank Service Team " * 30}" <thief@example.net>'))
    practice.receive(mail(ASKS_INSURANCE, sender=f'"bank.example){" " * 200}x" <thieves@example.net>'))
    practice.ok("poll")
    lines = practice.ok("queue").out.splitlines()
    assert [line.find("thie") for line in lines[1:3]] == [lines[0].find("from")] * 2
    assert max(map(len, lines)) < 250


def test_a_name_that_shows_another_address_is_not_answered_unseen(practice: Practice) -> None:
    """G38: the display name is no address."""
    practice.receive(mail(ASKS_INSURANCE, sender='"jane@bank.example" <thief@example.net>'))
    practice.ok("poll")
    (item,) = practice.queue()
    assert any("another address" in why for why in item["draft"]["blocked"])
    assert practice.run("approve", item["id"]).code == 1
    practice.ok("edit", item["id"], "--to", "thief@example.net")
    (item,) = practice.queue()
    assert item["draft"]["blocked"] == []
    assert item["name"] is None


def test_a_reply_to_elsewhere_must_be_chosen(practice: Practice) -> None:
    """G37: both addresses are shown; nothing is sent before a person chose."""
    practice.receive(mail(ASKS_INSURANCE, Reply_To="other@example.net"))
    practice.ok("poll")
    (item,) = practice.queue()
    (why,) = item["draft"]["blocked"]
    assert "other@example.net" in why
    assert "jane@example.org" in why
    assert practice.run("approve", item["id"], "--now").code == 1
    practice.ok("edit", item["id"], "--to", "jane@example.org")
    practice.queue()
    practice.ok("approve", item["id"], "--now")
    assert [out["to"] for out in practice.ok("outbox", "--json").json] == ["jane@example.org"]


def test_no_word_of_one_mail_reaches_another(practice: Practice) -> None:
    """G40: every outgoing letter holds only what its own person may read."""
    canaries = [f"canary{n:03}x" for n in range(12)]
    for n, canary in enumerate(canaries):
        body = f"{ASKS_INSURANCE} {canary} {['Aetna', 'Humana', 'Cigna'][n % 3]}"
        practice.receive(mail(body, sender=f"{canary.title()} <{canary}@example.org>", subject=f"About {canary}"))
    practice.ok("poll")
    ready = [item["id"] for item in practice.queue() if item["draft"] and not item["draft"]["blocked"]]
    assert len(ready) == len(canaries)
    practice.ok("approve", *ready, "--now")
    for sent in practice.outgoing():
        named = {canary for canary in canaries if canary in sent.decode().lower().replace("=\r\n", "")}
        assert len(named) == 1, "the address, subject and greeting of one person"


def test_mail_is_never_in_logs_or_error_text(practice: Practice, tmp_path: Path) -> None:
    """G51: neither stdout of `poll` nor stderr of anything holds the words of a mail."""
    practice.receive(mail(f"{ASKS_INSURANCE} canary-of-words", subject="canary-of-subject"))
    practice.receive(b"Content-Type: text/plain; " + b"x" * 9000 + b"\n\ncanary-of-poison")
    done = practice.ok("poll")
    assert "canary" not in done.out + done.err
    assert "canary" not in json.dumps(practice.run("status").out)
