"""Servers that lie, forget and hang up: nothing is lost, nothing is stored twice, one bad message costs itself (G16, G20)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.peers.imap import ImapPeer, Misbehaviour, scripted
from tests.practice import Practice, mail

MANY = 6


@contextmanager
def served(
    home: Path, misbehaviour: Misbehaviour, *, about: int = 3, times: int = 1, many: int = MANY
) -> Iterator[tuple[Practice, ImapPeer]]:
    """A practice whose mailbox is on a scripted server."""
    mails = [mail(sender=f"n{n}@example.org") for n in range(1, many + 1)]
    with scripted(ImapPeer(mails, misbehaviour, about, times)) as peer:
        yield Practice.on_scripted(home, peer.port), peer


def senders(practice: Practice) -> list[str | None]:
    return sorted(item["from"] or "-" for item in practice.ok("queue", "--all", "--json").json)


def everyone(*, but: int | None = None) -> list[str]:
    return [f"n{n}@example.org" for n in range(1, MANY + 1) if n != but]


@pytest.mark.parametrize("misbehaviour", ["none", "unsolicited", "wrong_order"])
def test_noise_between_the_answers_changes_nothing(misbehaviour: Misbehaviour, tmp_path: Path) -> None:
    with served(tmp_path, misbehaviour) as (practice, _):
        assert practice.ok("poll", "--json").json["fetched"] == MANY
        assert practice.ok("poll", "--json").json["fetched"] == 0
        assert senders(practice) == everyone()


@pytest.mark.parametrize("misbehaviour", ["cut_literal", "bye"])
def test_a_connection_that_breaks_off_is_taken_up_again(misbehaviour: Misbehaviour, tmp_path: Path) -> None:
    with served(tmp_path, misbehaviour) as (practice, _):
        broken = practice.run("poll", "--json")
        assert broken.code == 1
        assert broken.json["accounts"][0]["error"]
        assert len(broken.err.splitlines()) == 1, "one line, and nothing of a library's log"
        assert practice.ok("poll", "--json").json["accounts"][0]["error"] is None
        assert senders(practice) == everyone()


def test_a_message_that_vanished_between_search_and_fetch_is_nobody(tmp_path: Path) -> None:
    with served(tmp_path, "expunged") as (practice, _):
        assert practice.ok("poll", "--json").json["fetched"] == MANY - 1
        assert senders(practice) == everyone(but=3)


def test_a_gap_among_very_many_disturbs_nothing(tmp_path: Path) -> None:
    """Batches are on their way while others are stored: only one of the two may talk to the server."""
    with served(tmp_path, "expunged", many=650) as (practice, _):
        assert practice.ok("poll", "--json").json["fetched"] == 649
        assert practice.ok("poll", "--json").json["fetched"] == 0


def test_a_message_without_bytes_is_asked_for_again(tmp_path: Path) -> None:
    with served(tmp_path, "without_bytes", times=1) as (practice, _):
        assert practice.ok("poll", "--json").json["fetched"] == MANY - 1
        assert practice.ok("poll", "--json").json["fetched"] == 1
        assert senders(practice) == everyone()


def test_a_message_that_never_has_bytes_is_shown_to_a_person(tmp_path: Path) -> None:
    with served(tmp_path, "without_bytes", times=1_000) as (practice, peer):
        found = [practice.ok("poll", "--json").json for _ in range(4)]
        assert [one["fetched"] for one in found] == [MANY - 1, 0, 1, 0]
        assert found[2]["quarantine"] == 1
        assert peer.fetched.count(3) == 3, "and then no longer asked for"
        assert senders(practice) == sorted([*everyone(but=3), "-"])
