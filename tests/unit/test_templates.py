"""What is found in a response without rendering it, and that it is what rendering would find."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage import shipped
from inboxtriage.category.response import Library, Response, read_library
from inboxtriage.config.load import parse as parse_config
from inboxtriage.message.parse import parse
from inboxtriage.reply import names
from inboxtriage.reply.compose import USUAL, Composer, _Letter
from inboxtriage.reply.render import Renderer
from inboxtriage.triage.verdict import Verdict
from tests.practice import FACTS, mail

LIBRARY = read_library(shipped.folder("responses"))
ACCOUNT = (
    '\n[[accounts]]\nname="a"\naddress="hello@harbor.example"\n[accounts.maildir]\ninbox="i"\noutgoing="o"\nsent="s"\n'
)
FULL = parse_config(FACTS + ACCOUNT, source="test", base=Path("/")).practice
RENDERER = Renderer("en")


def response(text: str, name: str = "fit", **head: Any) -> Response:
    return Response(name, "en", "x", text, Path(f"/nowhere/{name}.md"), **head)


def told(text: str, name: str = "fit", **head: Any) -> list[str]:
    """What is wrong with a response, with what to do, a line each."""
    return [
        f"{fault.severity}: {fault.what}: {fault.do}" for fault in names.faults(response(text, name, **head), RENDERER)
    ]


def test_the_names_are_those_that_letters_are_composed_with() -> None:
    verdict = Verdict("reply", "", kind="inquiry", labels=("fit",), language="en")
    letter = _Letter(Composer(FULL, LIBRARY), parse(mail()), verdict, USUAL)
    assert letter._known().keys() == names.OFFERED


@pytest.mark.parametrize("name", ["fit", "letter"])
def test_every_name_is_there_when_a_letter_is_written(name: str) -> None:
    line = "".join(f"{{{{ '' if {one} is defined else '{one} is missing' }}}}" for one in sorted(names.names_for(name)))
    own = {(one.name, one.language): one for one in LIBRARY.all()}
    kept = own[name, "en"].text if name == "letter" else ""
    library = Library(own | {(name, "en"): response(f"{line}\n\n{kept}", name)})
    draft = Composer(FULL, library).compose(parse(mail()), Verdict("reply", "", labels=("fit", "insurance")))
    assert draft is not None
    assert "is missing" not in draft.body


@pytest.mark.parametrize("file", LIBRARY.all(), ids=lambda one: one.file)
def test_the_shipped_responses_have_no_fault_and_name_no_illness(file: Response) -> None:
    assert list(names.faults(file, Renderer(file.language))) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ practise.name }}", "wrong: there is no name 'practise': did you mean practice?"),
        ("{% if kliente %}x{% endif %}", "wrong: there is no name 'kliente': did you mean client?"),
        ("{{ xyzzy }}", "wrong: there is no name 'xyzzy': use one of answer_by,"),
        ("{{ answers }}", "wrong: there is no name 'answers': only letter.md has a place for the answers"),
        ("{{ practice.insurence.fee }}", "wrong: there is no fact practice.insurence.fee: did you mean practice.insurance.fee?"),
        ("{{ practice['insurance']['fe'] }}", "wrong: there is no fact practice.insurance.fe: did you mean practice.insurance.fee?"),
        ("{{ practice.fee }}", "wrong: there is no fact practice.fee: did you mean practice.insurance.fee?"),
        ("{% set p = practice.insurance %}{{ p.fea }}", "wrong: there is no fact practice.insurance.fea"),
        ("{% if practice.fit.abuot is defined %}x{% endif %}", "wrong: there is no fact practice.fit.abuot: did you mean practice.fit.about?"),
        ("{% if false %}{{ practice.nam }}{% endif %}", "wrong: there is no fact practice.nam: did you mean practice.name?"),
        ("{{ practice.nam | default('x') }}", "wrong: there is no fact practice.nam: did you mean practice.name?"),
        ("{{ practice.translations.es.owner }}", "wrong: there is no fact practice.translations.es.owner: did you mean practice.owner?"),
        ("{{ asked.topcs }}", "wrong: there is no asked.topcs: did you mean asked.topics?"),
        ("{{ asked.when.fit }}", "wrong: there is no asked.when.fit: did you mean asked.when.fits?"),
        ("{{ fit.declines }}", "wrong: there is no fit.declines: did you mean fit.declined?"),
        ("{{ practice.insurance }}", "wrong: practice.insurance is a table, not one fact"),
        ("{{ practice.insurance.fees }}", "wrong: practice.insurance.fees is a table, not one fact"),
        ("{{ asked.when }}", "wrong: asked.when is a table, not one fact"),
        ("{{ week | listet }}", "wrong: there is no filter or test 'listet': did you mean listed?"),
        ("{% if week is defind %}x{% endif %}", "wrong: there is no filter or test 'defind': did you mean defined?"),
        ("{% include 'other.md' %}", "wrong: a response cannot call for another file"),
        ("{% if %}", "wrong: Expected an expression"),
        ("We help with anxiety.", "note: its own words name anxiety: "),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_what_was_probably_meant(text: str, says: str) -> None:
    (only,) = told(text)
    assert only.startswith(says)


@pytest.mark.parametrize(
    "text",
    [
        "{{ practice.name }}, {{ practice['owner'] }}", "{{ practice.insurance.fees.couples }}",
        "{{ practice.insurance.fees[asked.fee] }}", "{{ practice.name.upper() }}", "{{ practice.insurance.get('fee') }}",
        "{% if client %}{% set word = 'x' %}{{ word }}{% endif %}", "{% for day in week %}{{ loop.index }}{{ day }}{% endfor %}",
        "{% macro twice(word) %}{{ word }}{{ word }}{{ caller() }}{% endmacro %}{{ twice('x') }}",
        "{% for fit in week %}{{ fit.anything }}{% endfor %}", "{% with fit = label %}{{ fit.anything }}{% endwith %}",
        "{{ practice.fit.helps_with | listed }}", "{{ gap('a thing') }} {{ range(3) | list }}", "{{ fit.colleagues }}",
        "{% for colleague in practice.fit.referrals %}{{ colleague.for }}{% endfor %}", "{# practice.nonsense #}",
        "{% raw %}{{ nonsense }}{% endraw %}", "{% if practice.hours.mon %}{{ practice.fit.helps_with[0] }}{% endif %}",
    ],
)  # fmt: skip
def test_what_is_right_is_no_fault(text: str) -> None:
    assert told(text) == []


def test_a_practices_own_facts_may_name_what_its_template_may_not() -> None:
    assert told("We help with {{ practice.fit.helps_with | listed }} {# anxiety #}{{ 'anxiety' if false }}") == []


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ({"needs": ("practice.insurence.fee",)}, "wrong: it needs practice.insurence.fee, which is no fact: did you mean practice.insurance.fee?"),
        ({"needs": ("fit.colour",)}, "wrong: it needs fit.colour, which is no fact"),
        ({"stage": "Wrap-up"}, "wrong: there is no stage 'Wrap-up': did you mean wrap_up?"),
        ({"stage": "xyz"}, "wrong: there is no stage 'xyz': use one of encounter, inquire,"),
        ({"attach": ("form.pdf",)}, "wrong: it attaches form.pdf, which is not there: put it beside fit.md"),
    ],
)  # fmt: skip
def test_the_head_is_held_against_what_there_is(head: dict[str, Any], says: str) -> None:
    (only,) = told("x", **head)
    assert only.startswith(says)


def test_a_good_head_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "form.pdf").write_bytes(b"%PDF")
    head: dict[str, Any] = {"needs": ("practice.insurance.fee", "insurance.fees.couples"), "stage": "intake"}
    good = Response("fit", "en", "x", "x", tmp_path / "fit.md", attach=("form.pdf",), **head)
    assert list(names.faults(good, RENDERER)) == []


def test_a_letter_must_have_a_place_for_the_answers() -> None:
    assert told("Dear {{ name }},", "letter") == [
        "wrong: the letter has no place for the answers: write {{ answers }} in a line between empty lines"
    ]
    assert told("Dear {{ name }},\n\n{{ answers }}", "letter") == []
    (only,) = told("{{ answers }} {{ label }}", "letter")
    assert only.startswith("wrong: there is no name 'label': did you mean labels?")


def test_a_fault_says_in_which_line_it_stands() -> None:
    found = list(names.faults(response("one\ntwo {{ nmae }}\n\n{{ practice.nam }}"), RENDERER))
    assert [fault.line for fault in found] == [2, 4]
    (only,) = names.faults(response("one\n{% if client %}"), RENDERER)
    assert only.line == 2


THERE: dict[str, Any] = {"yes": True, "no": False, "word": "x", "none": [], "inner": {"word": "y"}}


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("{{ practice.word }}", []),
        ("{{ practice.gone }} {{ practice.inner.gone }}", ["practice.gone", "practice.inner.gone"]),
        ("{% if practice.gone is defined %}{{ practice.gone }}{% endif %}", []),
        ("{% if practice.gone is defined and practice.gone %}x{% endif %}", []),
        ("{% if practice.gone is not defined or practice.gone %}x{% endif %}", []),
        ("{% if not practice.gone is defined %}{{ practice.word }}{% else %}{{ practice.gone }}{% endif %}", []),
        ("{% if open and practice.gone is defined %}{{ practice.gone }}{% endif %}", []),
        ("{% if open or practice.gone is defined %}{{ practice.gone }}{% endif %}", ["practice.gone"]),
        ("{{ practice.gone if practice.gone is defined else 'x' }}", []),
        ("{{ practice.gone | default('x') }}", []),
        ("{{ practice.gone | upper }}", ["practice.gone"]),
        ("{% if practice.gone %}x{% endif %}", ["practice.gone"]),
        ("{% if practice.yes %}x{% elif practice.gone %}x{% else %}{{ practice.lost }}{% endif %}", []),
        ("{% if open %}x{% elif practice.yes %}x{% else %}{{ practice.gone }}{% endif %}", []),
        ("{% if open %}{{ practice.gone }}{% else %}{{ practice.lost }}{% endif %}", ["practice.gone", "practice.lost"]),
        ("{% if practice.no %}{{ practice.gone }}{% endif %}", []),
        ("{{ practice.gone if open else practice.lost }}", ["practice.gone", "practice.lost"]),
        ("{% set w = practice.no %}{% if open %}x{% elif practice.yes %}{% set w = true %}{% endif %}{% if not w %}{{ practice.gone }}{% endif %}", ["practice.gone"]),
        ("{% if practice.word == 'x' %}{{ practice.gone }}{% endif %}", ["practice.gone"]),
        ("{% if practice.word == 'z' %}{{ practice.gone }}{% endif %}", []),
        ("{% set t = practice.inner %}{{ t.word }}{{ t.gone }}", ["practice.inner.gone"]),
        ("{% set w = practice.gone is defined or practice.yes %}{% if w %}x{% else %}{{ practice.gone }}{% endif %}", []),
        ("{% set w = practice.yes %}{% if open %}{% set w = false %}{% endif %}{% if not w %}{{ practice.gone }}{% endif %}", ["practice.gone"]),
        ("{% set w = open or practice.word %}{% if w == 'x' %}x{% else %}{{ practice.gone }}{% endif %}", ["practice.gone"]),
        ("{% for one in practice.none %}{{ practice.gone }}{% endfor %}", []),
        ("{% for one in open %}{{ practice.gone }}{% endfor %}", ["practice.gone"]),
        ("{% for one in practice.word %}{% for yes in one %}{{ yes.gone }}{% endfor %}{% endfor %}", []),
    ],
)  # fmt: skip
def test_only_facts_that_a_letter_can_come_to_are_missed(text: str, missing: list[str]) -> None:
    assert list(RENDERER.reads(text, {"practice": THERE}, decide=True).missing) == missing


KEYS = ("a", "b", "c.d", "c.e")
VALUES = st.sampled_from([None, True, False, "x", "", ["x"], []])
PATHS = st.sampled_from([f"practice.{key}" for key in KEYS])


def conditions(*leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    simple = st.one_of(PATHS, PATHS.map("{} is defined".format), PATHS.map("{} is not defined".format), *leaves)
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            inner.map("not ({})".format),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) and ({pair[1]})"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) or ({pair[1]})"),
            st.tuples(inner, inner, inner).map(lambda three: f"(({three[0]}) if ({three[1]}) else ({three[2]}))"),
        ),
        max_leaves=4,
    )


def texts(condition: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    simple = st.one_of(st.just("words "), PATHS.map("{{{{ {} }}}}".format), condition.map("{{% set w = {} %}}".format))
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(condition, inner).map(lambda t: f"{{% if {t[0]} %}}{t[1]}{{% endif %}}"),
            st.tuples(condition, inner, condition, inner, inner).map(
                lambda t: f"{{% if {t[0]} %}}{t[1]}{{% elif {t[2]} %}}{t[3]}{{% else %}}{t[4]}{{% endif %}}"
            ),
            inner.map("{{% for one in practice.list %}}{}{{% endfor %}}".format),
        ),
        max_leaves=6,
    )


def facts_of(values: list[Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"c": {}, "list": ["x"] if values[-1] else []}
    for key, value in zip(KEYS, values[:-1], strict=True):
        if value is not None:
            (facts["c"] if "." in key else facts)[key.rpartition(".")[2]] = value
    return facts


FIVE = st.lists(VALUES, min_size=5, max_size=5)
OPEN = st.sampled_from(["open", "w"])


@given(texts(conditions(OPEN)), FIVE, st.booleans())
def test_whatever_the_mail_decides_no_gap_comes_unforeseen(text: str, values: list[Any], open_: bool) -> None:
    facts = facts_of(values)
    text = "{% set w = false %}" + text
    foreseen = RENDERER.reads(text, {"practice": facts}, decide=True).missing
    gaps = RENDERER.render(text, {"open": open_}, facts, file="x.md").gaps
    assert set(gaps) <= set(foreseen)


@given(texts(conditions()), FIVE)
def test_where_the_facts_decide_everything_nothing_is_foreseen_that_does_not_come(text: str, values: list[Any]) -> None:
    facts = facts_of(values)
    gaps = RENDERER.render(text, {"w": False}, facts, file="x.md").gaps
    if not gaps:
        assert RENDERER.reads(text, {"practice": facts}, decide=True).missing == {}
