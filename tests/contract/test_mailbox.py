"""One contract for every mailbox: both backends inherit it, so a difference between them is a failing test."""

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inboxtriage.config.settings import MaildirFolders, Server
from inboxtriage.errors import Unreachable
from inboxtriage.mailbox.imap.mailbox import ImapMailbox
from inboxtriage.mailbox.maildir import MaildirMailbox
from inboxtriage.mailbox.protocol import Arrival, Mailbox
from tests.peers.dovecot import PASSWORD, Dovecot
from tests.peers.dovecot import Mailbox as Box
from tests.practice import mail


class MailboxContract:
    """What every backend promises. `deliver` puts mail into a folder as another program would."""

    mailbox: Mailbox
    deliver: Callable[..., None]
    arrive: Callable[..., None]  # the same, while the mailbox stays open
    flags: Callable[[], list[str]]

    def fetched(self, folder: str = "INBOX") -> list[Arrival]:
        listing = self.mailbox.listing(folder, above=None, since=None)
        return [arrival for batch in self.mailbox.fetch(folder, listing.uids) for arrival in batch]

    def test_gives_the_bytes_as_they_came(self) -> None:
        sent = [mail("first"), mail("second ñ"), mail("third")]
        self.deliver(*sent)
        got = [arrival.raw for arrival in self.fetched()]
        assert [raw.replace(b"\r\n", b"\n") for raw in got if raw] == [raw.replace(b"\r\n", b"\n") for raw in sent]

    def test_an_empty_folder_is_an_empty_listing(self) -> None:
        assert self.mailbox.listing("INBOX", above=None, since=None).uids == ()
        assert list(self.mailbox.fetch("INBOX", [])) == []

    def test_reading_leaves_no_trace(self) -> None:
        self.deliver(mail(), mail())
        before = self.flags()
        self.fetched()
        self.mailbox.answered("INBOX", self.mailbox.listing("INBOX", above=None, since=None).uids)
        assert self.flags() == before

    def test_what_arrived_long_ago_is_not_listed_since_today(self) -> None:
        self.deliver(mail("new"))
        self.deliver(mail("old"), days_ago=40)
        today = (datetime.now(UTC) - timedelta(days=2)).date()
        uids = self.mailbox.listing("INBOX", above=None, since=today).uids
        assert [a.raw is not None and b"new" in a.raw for b in self.mailbox.fetch("INBOX", uids) for a in b] == [True]

    def test_an_unknown_folder_is_said_to_be_unreachable(self) -> None:
        with pytest.raises(Unreachable):
            self.mailbox.validity("No such folder")

    def test_odd_identifications_can_be_asked_for(self) -> None:
        for odd in ("<a(b@x>", "<a)b@x>", "<a{5}@x>", '<a"b@x>', "<a\\b@x>", "<a%*@x>", "<ü@x>", "<a b@x>"):
            assert not self.mailbox.sent_answers(odd)
            assert not self.mailbox.sent_holds(odd)

    def test_very_many_can_be_asked_for_at_once(self) -> None:
        self.deliver(mail())
        assert self.mailbox.answered("INBOX", [str(number) for number in range(1, 30_000)]) == set()

    def test_a_message_that_is_gone_is_left_out(self) -> None:
        self.deliver(mail("stays"), mail("goes"))
        uids = self.mailbox.listing("INBOX", above=None, since=None).uids
        gone = next(a.uid for a in self.fetched() if a.raw and b"goes" in a.raw)
        self.expunge(gone)
        assert {a.uid for batch in self.mailbox.fetch("INBOX", uids) for a in batch} == set(uids) - {gone}

    def test_waiting_ends_when_a_mail_comes(self) -> None:
        self.deliver(mail())
        self.fetched()
        coming = threading.Timer(0.5, self.arrive, [mail("new")])
        coming.start()
        assert self.mailbox.listens
        assert self.mailbox.wait("INBOX", 60)
        coming.join()
        assert len(self.fetched()) == 2

    def test_what_came_before_the_waiting_is_heard_at_once(self) -> None:
        self.fetched()
        self.arrive(mail())
        assert self.mailbox.wait("INBOX", 60)

    def test_waiting_in_vain_ends_in_time(self) -> None:
        self.deliver(mail())
        self.fetched()
        assert not self.mailbox.wait("INBOX", 0.5)
        assert not self.mailbox.wait("INBOX", 0.5)
        assert len(self.fetched()) == 1

    def test_waiting_can_be_broken_off(self) -> None:
        self.fetched()
        begun = time.monotonic()
        breaking = threading.Timer(0.5, self.mailbox.abort)
        breaking.start()
        with contextlib.suppress(Unreachable):
            assert not self.mailbox.wait("INBOX", 60)
        assert time.monotonic() - begun < 30
        breaking.join()

    def test_marking_as_answered_marks_one_message(self) -> None:
        self.deliver(mail(), mail())
        first, second = self.mailbox.listing("INBOX", above=None, since=None).uids
        assert self.mailbox.answered("INBOX", [first, second]) == set()
        assert self.mailbox.mark_answered("INBOX", first)
        assert self.mailbox.answered("INBOX", [first, second]) == {first}
        assert self.mailbox.answered("INBOX", []) == set()

    def test_marking_what_is_gone_says_so(self) -> None:
        self.deliver(mail())
        (uid,) = self.mailbox.listing("INBOX", above=None, since=None).uids
        self.expunge(uid)
        assert not self.mailbox.mark_answered("INBOX", uid)

    def test_a_copy_in_sent_is_found_by_its_message_id(self) -> None:
        copy = mail(message_id="<ours@harbor.example>", In_Reply_To="<theirs@example.org>")
        assert not self.mailbox.sent_holds("<ours@harbor.example>")
        self.mailbox.save_sent(copy, datetime.now(UTC))
        assert self.mailbox.sent_holds("<ours@harbor.example>")
        assert self.mailbox.sent_answers("<theirs@example.org>")
        assert not self.mailbox.sent_answers("<ours@harbor.example>")
        assert not self.mailbox.sent_holds("<another@harbor.example>")

    def test_headers_identify_what_was_sent(self) -> None:
        self.mailbox.save_sent(mail(message_id="<a@harbor.example>", References="<b@example.org>"), datetime.now(UTC))
        folder = self.mailbox.sent_folder()
        assert folder is not None
        uids = self.mailbox.listing(folder, above=None, since=None).uids
        (head,) = self.mailbox.headers(folder, uids)
        assert b"<a@harbor.example>" in head
        assert b"<b@example.org>" in head

    def test_a_batch_has_bounds(self) -> None:
        self.deliver(*[mail(str(n)) for n in range(230)])
        listing = self.mailbox.listing("INBOX", above=None, since=None)
        batches = list(self.mailbox.fetch("INBOX", listing.uids))
        assert sum(len(batch) for batch in batches) == 230
        assert max(len(batch) for batch in batches) <= 200

    def test_uids_name_the_same_message_every_time(self) -> None:
        self.deliver(mail("one"), mail("two"))
        before = {a.uid: a.raw for a in self.fetched()}
        self.deliver(mail("three"))
        after = {a.uid: a.raw for a in self.fetched()}
        assert {uid: after[uid] for uid in before} == before

    def test_the_junk_folder_is_read_only_where_asked(self) -> None:
        assert self.mailbox.folders(["INBOX"], junk=False) == ["INBOX"]
        assert len(self.mailbox.folders(["INBOX"], junk=True)) == 2

    def expunge(self, uid: str) -> None:
        raise NotImplementedError


class TestMaildir(MailboxContract):
    @pytest.fixture(autouse=True)
    def _open(self, tmp_path: Path) -> None:
        self.inbox = tmp_path / "inbox"
        for part in ("cur", "new", "tmp", ".Junk/cur", ".Junk/new"):
            (self.inbox / part).mkdir(parents=True)
        self.mailbox = MaildirMailbox(MaildirFolders(self.inbox, tmp_path / "outgoing", tmp_path / "sent"))
        self.deliver = self.arrive = self._deliver
        self.flags = lambda: sorted(str(p) for p in self.inbox.rglob("*"))
        self.count = 0

    def _deliver(self, *mails: bytes, days_ago: float = 0) -> None:
        for raw in mails:
            self.count += 1
            path = self.inbox / "new" / f"{self.count:09}.test"
            path.write_bytes(raw)
            at = (datetime.now(UTC) - timedelta(days=days_ago)).timestamp()
            os.utime(path, (at, at))

    def expunge(self, uid: str) -> None:
        next(p for part in ("new", "cur") for p in (self.inbox / part).iterdir() if p.name.startswith(uid)).unlink()

    def test_what_is_no_maildir_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Unreachable, match="no Maildir"):
            MaildirMailbox(MaildirFolders(tmp_path / "nothing", tmp_path, tmp_path))

    def test_only_the_beginning_of_a_huge_mail_is_read(self) -> None:
        self.deliver(mail("x" * 100) + b"y" * (21 * 1024 * 1024))
        (arrival,) = self.fetched()
        assert arrival.cut
        assert arrival.raw is not None
        assert len(arrival.raw) == 2 * 1024 * 1024


class TestImap(MailboxContract):
    security = "tls"

    @pytest.fixture(autouse=True)
    def _open(self, dovecot: Dovecot) -> Iterator[None]:
        self.box: Box = dovecot.mailbox()
        port = dovecot.tls_port if self.security == "tls" else dovecot.plain_port
        ca = dovecot.certificate.authority
        self.server = Server("localhost", self.box.user, port=port, security=self.security, ca_file=ca)  # type: ignore[arg-type]
        self.mailbox = ImapMailbox(self.server, lambda: PASSWORD)
        self.deliver, self.arrive = self._deliver, self.box.deliver
        self.flags = lambda: [f"{uid} {flags}" for uid, flags in self.box.flags().items()]
        yield
        self.mailbox.close()

    def _deliver(self, *mails: bytes, days_ago: float = 0) -> None:
        client = self.box.client()
        for raw in mails:
            client.append("INBOX", raw, msg_time=datetime.now(UTC) - timedelta(days=days_ago))
        client.logout()
        self.mailbox.close()
        self.mailbox = ImapMailbox(self.server, lambda: PASSWORD)

    def expunge(self, uid: str) -> None:
        client = self.box.client()
        client.select_folder("INBOX")
        client.delete_messages([int(uid)])
        client.expunge([int(uid)])
        client.logout()

    def test_lists_only_what_is_above_the_mark(self) -> None:
        self.deliver(mail(), mail(), mail())
        first, second, third = self.mailbox.listing("INBOX", above=None, since=None).uids
        assert self.mailbox.listing("INBOX", above=first, since=None).uids == (second, third)
        assert self.mailbox.listing("INBOX", above=third, since=None).uids == ()

    def test_a_draft_is_taken_away_only_as_it_was_put(self) -> None:
        """LESSONS 10: by its uid, while it is a draft, with the bytes that were put there."""
        put = [mail(str(n)) for n in range(3)]
        folder = self.mailbox.drafts()
        assert folder is not None
        as_put, no_draft, other = (str(uid) for uid in folder.put(put))
        digests = folder.digests([as_put, no_draft, other])
        assert list(digests.values()) == [hashlib.sha256(raw).hexdigest() for raw in put]
        client = self.box.client()
        client.select_folder("Drafts")
        client.remove_flags([int(no_draft)], [b"\\Draft"])
        client.logout()
        folder = self.mailbox.drafts("Drafts")
        assert folder is not None
        assert folder.marks([as_put, no_draft, other, "99"]) == {as_put: True, no_draft: False, other: True}
        wanted = {**digests, other: digests[as_put], "99": digests[as_put]}
        assert folder.remove(wanted) == {as_put: "removed", no_draft: "changed", other: "changed", "99": "gone"}
        assert self.box.messages("Drafts") == put[1:]
        assert [one.uid for one in folder.heads()] == [no_draft, other]

    def test_a_non_ascii_password_is_sent_whole(self, dovecot: Dovecot) -> None:
        from inboxtriage.errors import SignInFailed

        with pytest.raises(SignInFailed, match="refused the sign-in"):
            ImapMailbox(self.server, lambda: "pässwörd")

    def test_breaking_off_wakes_who_waits(self) -> None:
        self.deliver(mail())
        self.mailbox.abort()
        with pytest.raises(Unreachable):
            self.mailbox.validity("INBOX")


class TestImapStartTls(TestImap):
    security = "starttls"


class TestImapPlainLoopback(TestImap):
    security = "none"
