"""`classify` on files: every kind of source, the documented document, no configuration, nothing stored."""

import json
from pathlib import Path

import pytest

from inboxtriage import shipped
from tests.practice import ASKS_INSURANCE, Done, Practice, mail

KEYS = {
    "source", "message_id", "from", "answer_to", "name", "subject", "new_text", "disposition", "kind", "automated",
    "urgent", "labels", "scores", "evidence", "asks", "error",
}  # fmt: skip
DEMO = shipped.folder("demo") / "backlog"


@pytest.fixture
def nowhere(tmp_path: Path) -> Practice:
    """No configuration at all."""
    return Practice(tmp_path, tmp_path / "none.toml")


def classify(nowhere: Practice, *words: str, stdin: str | None = None) -> Done:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "inboxtriage", "classify", "--json", *words],
        capture_output=True,
        input=stdin.encode() if stdin is not None else None,
        env=nowhere.env(),
        check=False,
        stdin=subprocess.DEVNULL if stdin is None else None,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def lines(done: Done) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in done.out.splitlines()]


def test_one_file(nowhere: Practice, tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(mail(f"{ASKS_INSURANCE}\n\n-- \nJane Doe\nTel 555-0100", message_id="<x@example.org>"))
    (found,) = lines(classify(nowhere, str(path)))
    assert set(found) >= KEYS
    assert found["source"] == str(path)
    assert found["message_id"] == "<x@example.org>"
    assert (found["from"], found["answer_to"], found["name"]) == ("jane@example.org", "jane@example.org", "Jane Doe")
    assert found["new_text"] == ASKS_INSURANCE
    assert (found["disposition"], found["labels"], found["urgent"]) == ("reply", ["insurance"], False)
    assert set(found["scores"]) == {"insurance", "availability", "scheduling", "fit"}
    assert all(0 <= score <= 1 for score in found["scores"].values())
    (evidence,) = found["evidence"]
    assert evidence["text"] in found["new_text"]
    assert evidence["quoted"] is False
    assert found["asks"]["insurers"] == ["Aetna"]
    assert list(tmp_path.iterdir()) == [path], "nothing is stored"


def test_sources_of_every_kind(nowhere: Practice, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "b.eml").write_bytes(mail("b"))
    (folder / "a.eml").write_bytes(mail("a"))
    (folder / "sub" / "c.eml").write_bytes(mail("c"))
    (folder / ".hidden").write_bytes(mail("h"))
    maildir = tmp_path / "maildir"
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True)
    (maildir / "new" / "2").write_bytes(mail("two"))
    (maildir / "cur" / "1:2,S").write_bytes(mail("one"))
    mbox = tmp_path / "box"
    mbox.write_bytes(
        b"".join(
            b"From someone Mon Jan  1 00:00:00 2026\n" + mail(n).replace(b"\r\n", b"\n") + b"\n" for n in ("x", "y")
        )
    )
    single = tmp_path / "from.eml"
    single.write_bytes(b"From someone Mon Jan  1 00:00:00 2026\n" + mail("from\n\nFrom here on it is text"))
    found = lines(classify(nowhere, str(folder), str(maildir), str(mbox), str(single)))
    names = [one["source"].removeprefix(str(tmp_path) + "/") for one in found]
    assert names == [
        "folder/a.eml", "folder/b.eml", "folder/sub/c.eml", "maildir/cur/1:2,S", "maildir/new/2", "box#1", "box#2",
        "from.eml",
    ]  # fmt: skip
    assert [one["new_text"] for one in found][:6] == ["a", "b", "c", "one", "two", "x"]


def test_stdin(nowhere: Practice) -> None:
    (found,) = lines(classify(nowhere, "-", stdin=mail(ASKS_INSURANCE).decode()))
    assert (found["source"], found["disposition"]) == ("-", "reply")


def test_a_missing_path_fails_after_the_others(nowhere: Practice) -> None:
    done = classify(nowhere, "no-such-file", str(next(DEMO.glob("07-*"))))
    assert done.code == 1
    assert len(lines(done)) == 1
    assert "no-such-file" in done.err


def test_what_cannot_be_read_is_quarantined_and_no_failure(nowhere: Practice, tmp_path: Path) -> None:
    path = tmp_path / "empty.eml"
    path.write_bytes(b"\n\n")
    done = classify(nowhere, str(path))
    assert done.code == 0
    (found,) = lines(done)
    assert found["disposition"] == "quarantine"
    assert found["error"] == "the message is empty"
    assert found["labels"] == []


def test_the_demo_backlog(nowhere: Practice) -> None:
    found = {one["source"].rpartition("/")[2][:2]: one for one in lines(classify(nowhere, str(DEMO)))}
    assert len(found) == 60
    assert found["52"]["disposition"] == found["60"]["disposition"] == "urgent", "the two crisis mails"
    assert found["52"]["urgent"]
    assert found["60"]["urgent"]
    assert found["37"]["disposition"] != "ignore", "the Spanish one"
    assert found["37"]["labels"]
    automated = ("01", "03", "09", "11", "21", "40", "54")
    for number in automated:
        assert (found[number]["disposition"], found[number]["labels"], found[number]["answer_to"]) == (
            "ignore",
            [],
            None,
        ), number
        assert found[number]["automated"]
    for number in ("08", "15", "19", "28", "36", "39", "45", "53", "55"):
        assert found[number]["automated"] is None, "an envelope with a person's words is not automated"
        assert found[number]["disposition"] != "ignore"
    assert found["34"]["disposition"] == "quarantine"
    for one in found.values():
        for evidence in one["evidence"]:
            assert evidence["quoted"] or evidence["text"] in one["new_text"]
