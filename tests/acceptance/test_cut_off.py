"""G16: an answer that is cut off, or names an absurd size, stores nothing partial; the next pass has the whole bytes."""

import hashlib
import sqlite3
from pathlib import Path

import pytest

from tests.peers.imap import ImapPeer, scripted
from tests.practice import Practice, mail

BIG = mail("\n".join(f"line {n} of a long letter" for n in range(20_000)), sender="big@example.org")


def hashes(practice: Practice) -> set[str]:
    """The digests of the bytes that are stored."""
    with sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3") as store:
        return {hashlib.sha256(raw).hexdigest() for (raw,) in store.execute("SELECT bytes FROM raw")}


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99, 1.0])
def test_a_literal_cut_off(share: float, tmp_path: Path) -> None:
    """After this share of its bytes the connection is closed: no row; then all of it, byte by byte."""
    mails = [mail(sender="before@example.org"), BIG, mail(sender="after@example.org")]
    with scripted(ImapPeer(mails, "cut_literal", 2, 1, share=share)) as peer:
        practice = Practice.on_scripted(tmp_path, peer.port)
        done = practice.run("poll", "--json")
        assert done.code == 1
        assert done.json["fetched"] == 0
        assert hashes(practice) == set()
        assert practice.ok("poll", "--json").json["fetched"] == 3
    assert hashes(practice) == {hashlib.sha256(raw).hexdigest() for raw in mails}


def test_a_literal_of_four_gigabytes_is_refused(tmp_path: Path) -> None:
    """What a server names is not what is made room for (cpython#119511)."""
    mails = [mail(sender=f"n{n}@example.org") for n in range(3)]
    with scripted(ImapPeer(mails, "huge_literal", 2, 1)) as peer:
        practice = Practice.on_scripted(tmp_path, peer.port)
        done = practice.run("poll", "--json")
        assert done.code == 1
        assert "more than was asked for" in done.json["accounts"][0]["error"]
        assert hashes(practice) == set()
        assert practice.ok("poll", "--json").json["fetched"] == 3
