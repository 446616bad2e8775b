"""The review under any keys whatever: it never ends by itself, loses nobody, and approves nothing that was not shown."""

import shutil
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inboxtriage.service import outbox, queue
from inboxtriage.ui.keys import KEYS
from tests.acceptance.test_backlog import DANGER, SELLS
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail, plain_text
from tests.sitting import Seen, Sitting

MAILS = [
    ("Ann", ASKS_INSURANCE), ("Bo", ASKS_INSURANCE), ("Cy", ASKS_INSURANCE), ("Dee", ASKS_ROOM), ("Eve", DANGER),
    ("Flo", "Do you take Humana, and could I bring my dog? What is your policy on late cancellation?"),
    ("Ads", SELLS), ("Ada", SELLS), ("Ann", "And could I come on a Saturday?"),
]  # fmt: skip
DECIDES = [key.key for key in KEYS if key.key not in {"q", "E", "S"}]
GOES = ["up", "down", "space", "pageup", "home", "end", "left", "right", "y", "escape"]


@pytest.fixture(scope="module", autouse=True)
def begun(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = Practice.in_folders(tmp_path_factory.mktemp("begun"))
    for name, body in MAILS:
        made.receive(mail(body, sender=f"{name} <{name.lower()}@example.org>", subject=name))
        made.ok("poll")
    Hands.begun = made.home


class Hands(RuleBasedStateMachine):
    begun: Path

    @initialize(size=st.sampled_from([(80, 24), (130, 40), (60, 15)]))
    def open(self, size: tuple[int, int]) -> None:
        self.folder = Path(tempfile.mkdtemp())
        home = self.folder / "home"
        shutil.copytree(self.begun, home)
        self.practice = Practice(home, home / "config.toml", {"XDG_STATE_HOME": str(home / "state")})
        self.seat = Sitting(self.practice, *size)
        self.seat.open()
        self.seen: dict[str, list[Seen]] = {}
        self.all = {entry.item.id for step in self.seat.app.deck.left for entry in step.entries}

    @rule(key=st.sampled_from(DECIDES))
    def decides(self, key: str) -> None:
        self.press(key)

    @rule(key=st.sampled_from(GOES))
    def goes(self, key: str) -> None:
        self.press(key)

    @rule(keys=st.lists(st.sampled_from([*DECIDES, *GOES]), min_size=2, max_size=6))
    def hurries(self, keys: list[str]) -> None:
        self.look()
        for key in keys:
            self.seat.press(key, settle=False)
            self.seat._look()
            self.look()
        self.seat.settle()

    @rule()
    def reads_and_approves(self) -> None:
        if not self.seat.is_asked():
            self.seat.read_on()
            self.look()
            self.seat.press("a")

    @rule(text=st.sampled_from(["2999-01-01", "ann", "[/]", "\x1b"]))
    def types(self, text: str) -> None:
        self.look()
        self.seat.type(text)

    @rule(keys=st.sampled_from(["enter", "ctrl+s", "tab", "backspace", "f5", "ctrl+l"]))
    def answers(self, keys: str) -> None:
        self.press(keys)

    def press(self, key: str) -> None:
        self.look()
        self.seat.press(key)

    def look(self) -> None:
        """What stands on the screen now, of the letters."""
        if self.seat.is_asked() or not self.seat.app.on_page:
            return
        for item, seen in self.seat.letters().items():
            self.seen.setdefault(item, []).append(seen)

    @invariant()
    def it_is_open(self) -> None:
        assert not self.seat.has_ended
        assert self.seat.app.fault is None

    @invariant()
    def nobody_is_lost(self) -> None:
        """What is neither before the person nor settled was approved, or is hidden until a day."""
        deck = [entry.item.id for step in self.seat.app.deck.left for entry in step.entries]
        assert len(deck) == len(set(deck))

    def teardown(self) -> None:
        try:
            deck = {entry.item.id for step in self.seat.app.deck.left for entry in step.entries}
            approved = dict(self.seat.app.desk.approved)
            self.seat.close()
            a = self.practice.assembly()
            try:
                assert deck == {entry.item.id for entry in queue.entries(a)} <= self.all
                out = {mail.id: mail for mail in outbox.everything(a) if mail.state == "queued"}
                assert set(out) == set(approved.values())
                for item, number in approved.items():
                    shown = {(seen.to, seen.body) for seen in self.seen.get(item, [])}
                    sent = message_from_bytes(out[number].mime, policy=policy.default)
                    assert (str(sent["To"]), " ".join(plain_text(sent).split())) in shown
            finally:
                a.close()
        finally:
            shutil.rmtree(self.folder)


Hands.TestCase.settings = settings(
    max_examples=4,
    stateful_step_count=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example takes seconds: none is made smaller
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestAnyKeys = Hands.TestCase
