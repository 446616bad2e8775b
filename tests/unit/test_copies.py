"""What became of a letter in the Drafts folder, by what lies there (G12)."""

from dataclasses import replace

import pytest

from inboxtriage.approval.copies import Copy, Version, are_too_many, may_be_it, standing
from inboxtriage.approval.elsewhere import OwnMail

COPY = Copy(
    number=1,
    account="practice",
    folder="Drafts",
    validity="7",
    uid="5",
    message_id="<ours@x>",
    token="t",
    to="Jane@example.org",
    theirs="<theirs@x>",
    sha256="a",
    draft_sha256="b",
    state="lying",
)
ANOTHER = OwnMail("<another@x>", frozenset({"<third@x>"}), frozenset({"jane@example.org"}))


@pytest.mark.parametrize(
    ("mail", "is_it"),
    [
        (ANOTHER, False),
        (replace(ANOTHER, message_id="<ours@x>"), True),
        (replace(ANOTHER, token="t"), True),
        (replace(ANOTHER, answers=frozenset({"<theirs@x>"})), True),
        (replace(ANOTHER, message_id=None, token=None), False),
    ],
)
def test_a_version_bears_its_name_or_answers_the_same(mail: OwnMail, is_it: bool) -> None:
    assert standing(COPY, {}, [Version("9", draft=True, mail=mail)]) == ("edited" if is_it else "gone")
    assert standing(COPY, {}, [Version("9", draft=False, mail=mail)]) == "gone"
    assert may_be_it(COPY, mail) == is_it


def test_under_its_uid_it_is_ours_while_it_is_a_draft() -> None:
    assert standing(COPY, {"5": True}, []) == "unchanged"
    assert standing(COPY, {"5": False}, []) == "edited"
    assert standing(replace(COPY, uid=None), {"5": True}, []) == "gone"


def test_a_forward_is_no_answer_but_under_its_own_name() -> None:
    forward = replace(ANOTHER, answers=frozenset({"<theirs@x>"}), forward=True)
    assert not may_be_it(COPY, forward)
    assert may_be_it(COPY, replace(forward, token="t"))


def test_the_recipient_tells_only_where_nothing_else_can() -> None:
    assert not may_be_it(COPY, ANOTHER)
    assert may_be_it(replace(COPY, theirs=None), ANOTHER)


@pytest.mark.parametrize(("vanished", "left", "many"), [(5, 0, False), (6, 0, True), (6, 1, False)])
def test_only_an_emptied_folder_is_a_surprise(vanished: int, left: int, many: bool) -> None:
    assert are_too_many(vanished, left) is many
