"""The parts of `init` one after the other, forward and back."""

from collections.abc import Callable, Sequence

from inboxtriage.cli.setup import asking
from inboxtriage.cli.setup.journal import Back, Said
from inboxtriage.cli.setup.wizard import Wizard

Part = Callable[[Wizard], None]


def walk(wizard: Wizard, parts: Sequence[Part], *, closed: Sequence[Part] = ()) -> bool:
    """Walk the parts; from a part's first question `back` leads to the last one of the part before.

    A part in `closed` is not gone back into, nor past. False where they went back from the very first question.
    """
    through: list[tuple[str, Said]] = []  # of each part: the file when it began, and its answers
    at, text, answers = 0, wizard.document.text, Said()
    while at < len(parts):
        asking.journal.begin(answers)
        try:
            parts[at](wizard)
        except Back:
            given = asking.journal.said
            if not given and not through:
                wizard.document.restore(text)
                if at == 0:
                    return False
                asking.tell("There is no way back from here; `inboxtriage init` changes each answer later.")
            elif not given:
                at -= 1
                text, given = through.pop()
            answers = given[:-1]
            wizard.document.restore(text)
            continue
        finally:
            asking.journal.end()
        through = [] if parts[at] in closed else [*through, (text, asking.journal.said)]
        at, text, answers = at + 1, wizard.document.text, ()
    return True
