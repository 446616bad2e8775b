"""The pages say what the program does: its help, its JSON, its configuration, its dependencies."""

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import click
import msgspec
import pytest

from inboxtriage.cli.main import COMMANDS, group
from inboxtriage.config.load import load
from inboxtriage.config.settings import DAYS, Account, Practice, Section, Server, Settings
from inboxtriage.service.daemon import alarm
from tests import help_pages
from tests.practice import Practice as Home

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A demo in which something of everything has happened."""
    home = tmp_path_factory.mktemp("demo") / "home"
    made = Home(home, home / "config.toml")
    made.ok("demo", "--home", str(home))
    ready = [i for i in made.ok("queue", "--json").json if i["draft"] and not i["draft"]["blocked"]]
    made.ok("approve", ready[0]["id"], "--now")
    made.ok("approve", ready[1]["id"])
    made.ok("pin", "add", "@example.net", "read")
    made.ok("snooze", ready[2]["id"], "2099-01-01")
    made.ok("lead", "add", "known@example.org", "--stage", "enroll")
    made.ok("lead", "date", "known@example.org", "birthday", f"{datetime.now(UTC):%m-%d}")
    absence = "[[standards.absences]]\nfrom = 2098-12-24\nuntil = 2099-01-02\nacknowledge = true\n"
    made.config.write_text(f"{made.config.read_text()}\n{absence}")
    made.ok("lead", "move", "p1", "enroll")
    items = [one["item"] for one in made.ok("lead", "show", "p1", "--json").json["checklist"]]
    made.ok("lead", "done", "p1", *items)
    made.ok("lead", "note", "p1", "say the fee first", "--kind", "lesson")
    made.ok("lead", "testimonial", "p1", "They listen.")
    made.ok("lead", "consent", "p1", "testimonial", "--to", "website")
    return made


class TestCommands:
    def test_the_page_is_what_help_says(self) -> None:
        assert help_pages.PAGE.read_text(encoding="utf-8") == help_pages.page(), "run `make docs`"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_the_list_says_what_each_command_says_of_itself(self, name: str) -> None:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert command.get_short_help_str(limit=200) == COMMANDS[name][1]

    def test_the_program_itself_writes_these_pages(self, practice: Home) -> None:
        assert practice.ok("lead", "move", "--help").out.split() == help_pages.help_of(("lead", "move")).split()


class TestJson:
    """docs/json.md names every field that a command writes, and none that no command writes."""

    @staticmethod
    def documented(heading: str) -> set[str]:
        page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
        section = page.split(f"## `{heading}`\n")[1].split("\n## ")[0]
        return set(re.findall(r"^- `([^`]+)`: ", section, re.MULTILINE))

    @pytest.mark.parametrize(
        ("heading", "words", "of"),
        [
            ("queue --json", ["queue", "--all", "--json"], None),
            ("show --json", ["show", "{approved}", "--json"], "queue --json"),
            ("backlog --json", ["backlog", "--json"], None),
            ("outbox --json", ["outbox", "--json"], None),
            ("send --json", ["send", "--json"], None),
            ("poll --json", ["poll", "--json"], None),
            ("status --json", ["status", "--json"], None),
            ("check --json", ["check", "--json"], None),
            ("absence list --json", ["absence", "list", "--json"], None),
            ("absence show --json", ["absence", "show", "--json"], "absence list --json"),
            ("lead list --json", ["lead", "list", "--json"], None),
            ("lead show --json", ["lead", "show", "{lead}", "--json"], "lead list --json"),
            ("due --json", ["due", "--days", "7", "--json"], None),
            ("unanswered --json", ["unanswered", "--json"], None),
            ("digest --json", ["digest", "--json"], None),
            ("lead letter --json", ["lead", "letter", "{lead}", "welcome", "--json"], None),
            ("lead letter --json", ["lead", "letter", "{lead}", "--json"], None),
            ("lead script --json", ["lead", "script", "{lead}", "--json"], None),
            ("template list --json", ["template", "list", "--json"], None),
            ("lead proposals --json", ["lead", "proposals", "--json"], None),
            ("lead lessons --json", ["lead", "lessons", "--json"], None),
            ("lead testimonials --json", ["lead", "testimonials", "--json"], None),
            ("pin list --json", ["pin", "list", "--json"], None),
            ("audit verify --json", ["audit", "verify", "--json"], None),
            ("backup --json", ["backup", "--json"], None),
            ("report --json", ["report", "--json"], None),
            ("classify --json", ["classify", "--json", str(ROOT / "demo" / "backlog")], None),
        ],
    )
    def test_every_field(self, heading: str, words: list[str], of: str | None, demo: Home) -> None:
        given = {"approved": demo.ok("outbox", "--json").json[0]["queue_id"], "lead": "p1"}
        out = demo.ok(*(word.format(**given) for word in words)).out
        known = self.documented(heading) | (self.documented(of) if of else set())
        written = set(
            _fields([json.loads(line) for line in out.splitlines()] if "classify" in words else json.loads(out), known)
        )
        if heading == "show --json":  # these two are documented as what other commands write
            written = {field for field in written if not field.startswith(("outbox.", "events."))}
        if heading == "digest --json":
            written = {field for field in written if not field.startswith(("due.", "unanswered."))}
        assert written - known == set(), "written, not documented"
        unseen = known - written
        assert {field for field in unseen if _parent_was_filled(field, written)} == set(), "documented, not written"

    def test_evaluate(self, demo: Home) -> None:
        """Its figures take minutes, so its shape is held against the class that it is written from."""
        from inboxtriage.triage.model.evaluate import Bin, Figures, LabelFigures, Miss, Point

        fields = {*get_type_hints(Figures)}
        fields |= {f"labels.{name}" for name in get_type_hints(LabelFigures)}
        fields |= {f"reliability.{name}" for name in get_type_hints(Bin)}
        fields |= {f"coverage.{name}" for name in get_type_hints(Point)}
        fields |= {f"misses.{name}" for name in get_type_hints(Miss)}
        assert self.documented("evaluate --json") == fields

    def test_forget(self) -> None:
        """As `evaluate`: running it would take the demo apart."""
        from inboxtriage.service.upkeep.backups import Backup
        from inboxtriage.service.upkeep.forgetting import Forgotten

        fields = {*get_type_hints(Forgotten)} | {f"backups.{name}" for name in get_type_hints(Backup)}
        assert self.documented("forget --json") == fields

    def test_every_command_with_json_has_its_section(self) -> None:
        page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
        for words, command in help_pages.commands():
            if any(parameter.name == "as_json" for parameter in command.params):
                assert f"## `{' '.join(words)} --json`" in page


class TestConfiguration:
    def test_the_example_is_valid(self) -> None:
        settings = load(EXAMPLE)
        assert settings.practice.name == "Harbor Counseling"
        assert settings.accounts[0].imap is not None

    def test_it_names_every_key_and_no_other(self) -> None:
        text = EXAMPLE.read_text(encoding="utf-8")
        uncommented = re.sub(r"^(\s*)#\s+(?=\w+ = |\[)", r"\1", text, flags=re.MULTILINE)
        named = set(_keys(tomllib.loads(uncommented))) - {"standards.labels.scheduling"}
        named -= {"standards.tiers.A", "practice.insurance.fees.couple"}
        named = {key for key in named if not key.startswith("practice.translations.es.")}
        assert named == set(_keys_of(Settings))

    def test_it_states_the_defaults(self) -> None:
        document, usual = load(EXAMPLE), Settings()
        for section in ("store", "responses", "review", "triage", "service", "standards", "journey"):
            assert getattr(document, section) == getattr(usual, section), section
        account, bare = document.accounts[0], Account(name="x", address="x@example.org")
        for name in ("aliases", "folders", "watch_junk", "save_sent"):
            assert getattr(account, name) == getattr(bare, name), name
        for name in ("calendars", "caldav", "horizon_days", "offer", "buffer_minutes", "notice_hours", "hold_days"):
            assert getattr(document.practice.openings, name) == getattr(usual.practice.openings, name), name
        assert document.practice.profile == Practice().profile
        assert document.accounts[0].imap == msgspec.structs.replace(
            Server(host="imap.example.com", username="hello@harbor.example"),
            port=993,
            password_env="INBOXTRIAGE_PASSWORD",
        )

    def test_every_key_is_read_by_something(self) -> None:
        code = "\n".join(
            file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py") if file.name != "settings.py"
        )
        letters = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "responses").rglob("*.md"))
        by_day = {f"practice.hours.{day}" for day in DAYS if "hours.spans()" in code}
        unread = [
            key
            for key in set(_keys_of(Settings)) - by_day
            if not re.search(rf"\.{(leaf := key.rpartition('.')[2])}\b", letters)
            and not re.search(rf"\.{leaf}_?\b|[\"']{leaf}[\"']", code)
        ]
        assert unread == []


class TestPages:
    PAGES = (
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "models" / "MODEL_CARD.md",
        *sorted((ROOT / "docs").glob("*.md")),
    )

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
    def test_every_command_and_option_named_exists(self, page: Path) -> None:
        known = {" ".join(words): command for words, command in help_pages.commands()}
        for said in re.findall(
            r"(?:`|^\$ |^ {2,})inboxtriage ([a-z][^`#\n]*)", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            words = said.split()
            name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known), None)
            assert name is not None, said
            options = {option for parameter in known[name].params for option in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= options | {"--help"}, said

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
    def test_every_link_leads_somewhere(self, page: Path) -> None:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), target

    def test_the_log_is_explained(self) -> None:
        code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
        assert set(re.findall(r"`(\w+)`", _first_column("`action`"))) == set(re.findall(r'"action=(\w+)', code))

    def test_every_alarm_has_its_line(self) -> None:
        alarms = {line for name, line in vars(alarm).items() if name.isupper() and isinstance(line, str)}
        said = {re.sub("{.*}", "…", line.partition(":")[0]) for line in alarms}
        assert set(_first_column("line").splitlines()) == said

    def test_the_rooms_are_those_that_are_held_apart(self) -> None:
        layers = (ROOT / ".importlinter").read_text(encoding="utf-8").split("layers =\n")[1].split("exhaustive")[0]
        ground_up = [
            room.strip() for line in reversed(layers.splitlines()) for room in re.split("[:|]", line) if room.strip()
        ]
        told = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("from the ground up\n")[1]
        assert re.findall(r"`(\w+)`", told) == [room for room in ground_up if room != "__main__"]

    def test_the_model_card_is_about_the_examples_that_are_here(self) -> None:
        examples = [
            json.loads(line)
            for file in (ROOT / "models" / "training").glob("*.jsonl")
            for line in file.read_text(encoding="utf-8").splitlines()
        ]
        card = (ROOT / "models" / "MODEL_CARD.md").read_text(encoding="utf-8")
        assert f"{len(examples):,} messages by {len({one['voice'] for one in examples}):,} invented writers" in card
        assert f"{sum(one['urgent'] for one in examples)} urgent" in card

    def test_make_has_what_the_readme_names(self) -> None:
        recipes = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        named = re.findall(r"(?:`|^)make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) >= {"demo", "test", "check"}
        assert set(named) <= recipes


def test_every_dependency_is_justified() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(one for extra in extras.values() for one in extra)]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| ([a-z][\w-]+) \|", page, re.MULTILINE)
    assert {re.split(r"[<>=]", one)[0] for one in wanted} == set(named) - {"package"}


def _first_column(heading: str) -> str:
    """The first column of the table of docs/operating.md with this heading, a cell a line."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    rows = page.split(f"| {heading} | what")[1].split("\n\n")[0].splitlines()[2:]
    return "\n".join(row.split(" | ")[0].removeprefix("| ") for row in rows)


def _fields(document: Any, known: set[str], prefix: str = "") -> Iterator[str]:
    """The names of all fields in a document, those within others behind a dot; `x.*` for a table with any keys."""
    for entry in document if isinstance(document, list) else [document]:
        for name, value in entry.items() if isinstance(entry, dict) else ():
            if f"{prefix}{name}.*" in known:
                yield f"{prefix}{name}.*"
            else:
                yield prefix + name
                yield from _fields(value, known, f"{prefix}{name}.")


def _parent_was_filled(field: str, written: set[str]) -> bool:
    parent, dot, _ = field.removesuffix(".*").rpartition(".")
    return not dot or any(other.startswith(f"{parent}.") for other in written)


def _keys_of(section: type[Section], prefix: str = "") -> Iterator[str]:
    """Every key of a configuration section, those of its tables behind a dot."""
    for field in msgspec.structs.fields(section):
        name = prefix + field.encode_name
        inner = [kind for kind in _kinds(field.type) if isinstance(kind, type) and issubclass(kind, Section)]
        if inner:
            yield from _keys_of(inner[0], f"{name}.")
        elif get_origin(field.type) is not dict:
            yield name


def _kinds(hint: Any) -> Iterator[Any]:
    yield hint
    for argument in get_args(hint):
        yield from _kinds(argument)


def _keys(document: Any, prefix: str = "") -> Iterator[str]:
    """Every key of a TOML document that holds a value."""
    for name, value in document.items():
        entries = value if isinstance(value, list) else [value]
        tables = [entry for entry in entries if isinstance(entry, dict)]
        if not tables:
            yield prefix + name
        for table in tables:
            yield from _keys(table, f"{prefix}{name}.")


class TestJourneyPage:
    """docs/journey.md names every key of the plan, and everything that is shipped in it."""

    PAGE = (ROOT / "docs" / "journey.md").read_text(encoding="utf-8")

    def test_every_key_of_the_plan(self) -> None:
        from inboxtriage.journey import plan

        for kind, heading in (
            (plan.StagePlan, "A stage"),
            (plan.Touch, "A touch"),
            (plan.Move, "A move"),
            (plan.Survey, "A survey"),
        ):
            section = self.PAGE.split(f"### {heading}\n")[1].split("\n#")[0]
            named = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
            assert named == {field.encode_name for field in msgspec.structs.fields(kind)}, heading
        kinds = self.PAGE.split("### What it is counted from\n")[1].split("\n#")[0]
        assert set(re.findall(r'^\| `"(\w+)"` \|', kinds, re.MULTILINE)) == set(get_args(plan.Anchor))

    def test_everything_that_is_shipped(self) -> None:
        from inboxtriage.journey import plan

        shipped = ROOT / "responses"
        for profile in get_args(get_type_hints(Practice)["profile"]):
            found = plan.read_plan([shipped / plan.FILE, shipped / f"journey.{profile}.toml"])
            letters = {name for stage in found.stages.values() for name in stage.letters}
            letters |= {touch.letter for touch in found.touches.values() if touch.letter}
            named = {*found.stages, *found.touches, *found.moves, *found.surveys, *letters}
            named |= {item for stage in found.stages.values() for item in stage.checklist}
            assert {name for name in named if f"`{name}`" not in self.PAGE} == set()

    def test_it_can_be_copied(self, tmp_path: Path) -> None:
        """Each example on the page is a plan that can be laid over the shipped one."""
        from inboxtriage.journey import plan

        for number, example in enumerate(re.findall(r"```toml\n(.*?)```", self.PAGE, re.DOTALL)):
            file = tmp_path / f"{number}.toml"
            file.write_text(example, encoding="utf-8")
            plan.read_plan([ROOT / "responses" / plan.FILE, ROOT / "responses" / "journey.seasonal.toml", file])
        assert number >= 2


class TestResponsesPage:
    """docs/responses.md names every variable that a response can use, and none that there is not."""

    PAGE = (ROOT / "docs" / "responses.md").read_text(encoding="utf-8")
    LISTS = ("fees", "referrals", "caldav")  # tables and lists of tables: told by their own name

    def named(self, prefix: str = "") -> set[str]:
        return set(re.findall(rf"^- `({re.escape(prefix)}\w+)`: ", self.PAGE, re.MULTILINE))

    def test_the_facts(self) -> None:
        days = {f"practice.hours.{day}" for day in DAYS}
        facts = {key for key in _keys_of(Practice, "practice.") if key not in days}
        facts = {key for key in facts if not any(f".{name}." in key for name in self.LISTS)}
        told = set(
            re.findall(r"`(practice(?:\.\w+)+)`", self.PAGE.split("## The practice's facts")[1].split("\n## ")[0])
        )
        assert {one for one in told - days if one.rpartition(".")[2] not in self.LISTS} == facts

    def test_the_values(self) -> None:
        from inboxtriage.category.response import _HEAD
        from inboxtriage.reply import asked, facts, names, scope

        def of(kind: type, prefix: str) -> set[str]:
            fields = [f.name for f in dataclasses.fields(kind)]
            return {
                f"{prefix}.{name}" for name in (*fields, *(n for n, v in vars(kind).items() if type(v) is property))
            }

        assert self.named("words.") == of(facts.Words, "words")
        assert self.named("plan.") == of(asked.Plan, "plan")
        assert self.named("day.") == of(asked.Day, "day")
        assert self.named("asked.when.") == of(asked.When, "asked.when")
        assert self.named("asked.") == of(asked.Asked, "asked")
        assert self.named("fit.") == of(scope.Scope, "fit")
        assert self.named() - set(_HEAD) == names.names_for("letter") | {"label"}
        assert set(_HEAD) <= self.named()

    def test_what_letters_and_scripts_are_told(self) -> None:
        from inboxtriage.reply import names

        page = (ROOT / "docs" / "letters.md").read_text(encoding="utf-8")
        letters, scripts = (
            set(re.findall(r"^- `(\w+)`: ", part, re.MULTILINE)) for part in page.split("Scripts are told three")
        )
        assert letters == names.names_for("frame", "letter")
        assert letters | scripts == names.names_for("inquire", "script") | {"letter"}

    def test_the_topics(self) -> None:
        told = self.PAGE.split("The topics: ")[1].split(".\n")[0]
        topics = (ROOT / "src/inboxtriage/triage/vocabulary/topics.toml").read_text(encoding="utf-8")
        tables = tomllib.loads(topics)
        assert set(re.findall(r"`(\w+)`", told)) == tables["asked"].keys() | tables["named"].keys()
