"""Taking a proposed sentence: it goes into the owner's own response file, which then stands in for the shipped one.

The whole file is looked at before it is written, as `template check` does; what would be wrong changes nothing.
"""

import os
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from inboxtriage.errors import InboxTriageError, Refused
from inboxtriage.message.plain import one_line
from inboxtriage.reply.discreet import clinical_words
from inboxtriage.reply.names import faults
from inboxtriage.reply.render import Renderer
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.past.places import contradictions, put
from inboxtriage.service.past.proposing import Proposal
from inboxtriage.store import past

FOLDER = "responses"  # beside the configuration, where it names none
_SIGNS = frozenset("{}<>[]*_`|\\")


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a sentence stands now, and what should be known of it."""

    file: Path
    remarks: tuple[str, ...]


def waiting(a: Assembly, found: tuple[Proposal, ...], *, again: bool = False) -> tuple[Proposal, ...]:
    """The proposals that were not put to the owner yet; with `again` all."""
    known = set() if again else past.settled(a.db, [one.key for one in found])
    return tuple(one for one in found if one.key not in known)


def take(a: Assembly, config: Path, proposal: Proposal, text: str) -> Taken:
    """Write `text`, the proposed sentence or what the owner made of it, into their response. Raises Refused."""
    sentence = one_line(text, 1_000)
    if not sentence or _SIGNS & set(sentence) or sentence.startswith(("#", "-", "+", ">")):
        raise Refused("it holds signs that mean something in a response", do="write it in plain words")
    response = a.library.exactly(proposal.label, proposal.language)
    if response is None:
        raise Refused(f"there is no response about {proposal.label} in that language", do="write one first")
    practice = a.settings.practice
    changed = replace(response, text=put(response.text, proposal.label, sentence, practice))
    wrong = [fault for fault in faults(changed, Renderer(changed.language)) if fault.severity == "wrong"]
    if wrong:
        raise Refused(f"{response.file} would be wrong: {wrong[0].what}", do=wrong[0].do)
    folder = own_folder(a, config)
    _name_folder(a, config, folder)
    whole = response.path.read_text(encoding="utf-8").replace("\r\n", "\n")
    file = folder / response.file
    _write(file, whole[: len(whole) - len(response.text)] + changed.text)
    with a.db.writing():
        past.settle(a.db, proposal.key, a.clock.now())
    clinical = clinical_words(sentence, proposal.language)
    remarks = [f"it names {', '.join(clinical)}, which everybody will read"] * bool(clinical)
    for made in ("library", "composer"):  # the next sentence goes into the file as it is now
        a.__dict__.pop(made, None)
    return Taken(file, (*remarks, *contradictions(proposal.label, sentence, practice)))


def leave(a: Assembly, proposal: Proposal) -> None:
    """Not to be proposed again."""
    with a.db.writing():
        past.settle(a.db, proposal.key, a.clock.now())


def own_folder(a: Assembly, config: Path) -> Path:
    """The owner's folder of responses: as configured, else one beside the configuration."""
    return a.settings.responses.path or config.resolve().parent / FOLDER


def _name_folder(a: Assembly, config: Path, folder: Path) -> None:
    """Let the configuration name the folder, where it names none: only then is it read. Raises Refused."""
    if a.settings.responses.path is not None:
        return
    told = config.read_text(encoding="utf-8")
    if "responses" in tomllib.loads(told):
        what = "your configuration does not name a folder of responses"
        raise Refused(what, do=f'write path = "{folder.name}" under [responses], and run it again')
    folder.mkdir(mode=0o700, exist_ok=True)
    # PLUG IN config.document here: Document(config).set(("responses", "path"), folder.name), then write().
    gap = "" if told.endswith("\n") or not told else "\n"
    _write(config.resolve(), f'{told}{gap}\n[responses]\npath = "{folder.name}"\n')
    a.settings = msgspec.structs.replace(
        a.settings, responses=msgspec.structs.replace(a.settings.responses, path=folder)
    )


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the permissions that it had."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InboxTriageError(f"{path} cannot be written ({error.strerror})", do="check its folder") from error
