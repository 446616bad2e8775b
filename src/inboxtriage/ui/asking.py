"""What is asked in between: one of several, some of several, a line, a place in a list. Esc gives up."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from inboxtriage.ui.flow import Block, Page
from inboxtriage.ui.keys import SCROLLING, Key
from inboxtriage.ui.panes import Line, Names, Pane

_BOX = """
{name} {{ align: left bottom; background: transparent; }}
{name} Vertical {{ height: auto; max-height: 90%; border-top: solid ansi_default; background: ansi_default; }}
{name} Line {{ height: auto; }}
{name} Input, {name} Input:focus {{ height: 1; border: none; padding: 0 1; background: ansi_default; }}
"""


class Choose(ModalScreen[str | None]):
    """One of several, by its key."""

    CSS = _BOX.format(name="Choose")

    def __init__(self, question: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._question, self._options = question, options

    def compose(self) -> ComposeResult:
        """The question, and each answer with its key."""
        with Vertical():
            line = Line(id="choices")
            line.styles.height = len(self._options) + 2
            rows = [[(f"  {key}", "key"), (f"  {word}", "")] for key, word in self._options]
            line.put([(f"  {self._question}", "head")], *rows, [("  Esc", "key"), ("  none of them", "")])
            yield line

    def on_key(self, event: events.Key) -> None:
        """Take the answer."""
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
        elif event.character in {key for key, _ in self._options}:
            self.dismiss(event.character)


class Mark(ModalScreen[list[str] | None]):
    """Some of several: each is marked by its letter, Enter takes them."""

    CSS = _BOX.format(name="Mark")

    def __init__(self, question: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._question, self._options = question, options
        self._marked: list[str] = []

    def compose(self) -> ComposeResult:
        """The question, and each answer with its letter."""
        with Vertical():
            line = Line(id="marks")
            line.styles.height = len(self._options) + 2
            yield line

    def on_mount(self) -> None:
        """Show it."""
        self._draw()

    def _draw(self) -> None:
        rows = [
            [
                (f"  {key}", "key"),
                (f" [{'x' if value in self._marked else ' '}] {value}", "bold" * (value in self._marked)),
            ]
            for key, value in self._options
        ]
        say = [("  Enter", "key"), (" takes them, ", ""), ("Esc", "key"), (" gives up", "")]
        self.query_one("#marks", Line).put([(f"  {self._question}", "head")], *rows, say)

    def on_key(self, event: events.Key) -> None:
        """Mark, take, or give up."""
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "enter":
            self.dismiss(self._marked or None)
        for key, value in self._options:
            if event.character == key:
                self._marked = [one for one in self._marked if one != value] + [value] * (value not in self._marked)
                self._draw()


class Ask(ModalScreen[str | None]):
    """One line of text."""

    CSS = _BOX.format(name="Ask")

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question, and where the answer is written."""
        with Vertical():
            line = Line(id="question")
            line.styles.height = 1
            line.put([(f"  {self._question}", "head"), ("   (Enter: so; Esc: no)", "dim")])
            yield line
            yield Input(id="answer")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """So."""
        self.dismiss(event.value.strip())

    def on_key(self, event: events.Key) -> None:
        """Or not."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)


class Places(Screen[str | None]):
    """A list to choose a place from."""

    def __init__(self, title: str, places: Sequence[tuple[str, str, str]], at: int = 0) -> None:
        """`places`: what it leads to, how it reads, its style."""
        super().__init__()
        self._title, self._places, self._first = title, places, at

    def compose(self) -> ComposeResult:
        """A title, the list, the keys."""
        yield Line(id="title")
        yield Names(id="places")
        yield Line(id="say")

    def on_mount(self) -> None:
        """Show it."""
        self.query_one("#title", Line).put([(f" {self._title}", "bar")])
        self.query_one("#places", Names).put([(name, style) for _, name, style in self._places], self._first)
        keys = [
            ("Enter", "key"),
            (" goes there  ", ""),
            ("Up Down PgUp PgDn", "key"),
            (" choose  ", ""),
            ("Esc", "key"),
        ]
        self.query_one("#say", Line).put([("  ", ""), *keys, (" back", "")])

    def on_key(self, event: events.Key) -> None:
        """Choose, go, or give up."""
        event.stop()
        names = self.query_one("#places", Names)
        by = {"up": -1, "down": 1, "pageup": -names.size.height, "pagedown": names.size.height}
        by |= {"space": names.size.height, "home": -len(self._places), "end": len(self._places)}
        if event.key in by:
            names.move(by[event.key])
        elif event.key == "enter" and self._places:
            self.dismiss(self._places[names.at][0])
        elif event.key in {"escape", "tab", "q"}:
            self.dismiss(None)


class Help(Screen[None]):
    """Every key."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """A title, the keys."""
        yield Line(id="title")
        yield Pane(id="keys")

    def on_mount(self) -> None:
        """Show it."""
        self.query_one("#title", Line).put([(" Keys; any other key leads back", "bar")])
        self.query_one("#keys", Pane).put(_help(self._keys), afresh=True)

    def on_key(self, event: events.Key) -> None:
        """Scroll, or back."""
        event.stop()
        pane = self.query_one("#keys", Pane)
        match event.key:
            case "space" | "pagedown":
                pane.page(1)
            case "pageup":
                pane.page(-1)
            case "up" | "down":
                pane.scroll_by(1 if event.key == "down" else -1)
            case _:
                self.dismiss(None)


def _help(keys: Sequence[Key]) -> list[Block]:
    page = Page()
    for key in keys:
        page.blocks.append(Block(key.says, "", f"  {key.key:<13}", lead_style="key"))
    for names, says in SCROLLING:
        page.blocks.append(Block(says, "", f"  {names:<13}", lead_style="key"))
    page.space()
    page.say("Underlined in a mail: what decided, and for which question. Under each paragraph: where it comes from.")
    page.say("Nothing leaves without an approval, and no letter can be approved that was not on the screen to its end.")
    return page.blocks
