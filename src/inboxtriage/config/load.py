"""One TOML file -> Settings. Every problem is found in one reading and told with its key."""

import difflib
import os
import tomllib
import types
import typing
from datetime import date, time
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from platformdirs import user_config_path, user_data_path, user_state_path

from inboxtriage.config.providers import completed
from inboxtriage.config.rules import faults
from inboxtriage.config.settings import Section, Settings
from inboxtriage.errors import ConfigError, NotFound
from inboxtriage.shipped import example_config

ENVIRONMENT = "INBOXTRIAGE_CONFIG"
_S = TypeVar("_S", bound=Section)
_UNFIT = object()
_WANTED = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: 'text in "quotes"',
    Path: 'a path in "quotes"',
    date: "a date like 2026-11-30",
}
_WHENCE = {"client_id": "; it comes from your own registration at the provider, see docs/signing-in.md"}
_PLACEHOLDERS = {date: "1970-01-01"}  # stands for what is missing, so that the rest can be checked too
_SECRET_KEYS = {"password", "passwd", "secret", "token", "client_secret", "access_token", "refresh_token"}


def config_path(given: Path | None) -> Path:
    """The file to read: `--config`, else $INBOXTRIAGE_CONFIG, else the user's config folder."""
    if given is not None:
        return given
    if named := os.environ.get(ENVIRONMENT):
        return Path(named)
    return user_config_path("inboxtriage", appauthor=False) / "config.toml"


def load(path: Path) -> Settings:
    """Read and check one configuration file; relative paths in it become relative to it.

    Raises NotFound if there is no such file and ConfigError with every problem at once.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound(
            f"no configuration at {path}",
            do="`inboxtriage init` makes it, step by step; or name yours with --config FILE, or copy "
            f"{example_config()} there; `inboxtriage demo` needs none",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), [f"the file cannot be read: {error}"]) from error
    return parse(text, source=str(path), base=path.resolve().parent)


def parse(text: str, *, source: str, base: Path) -> Settings:
    """Settings from TOML text; `base` is what relative paths are relative to."""
    try:
        document = completed(_plain(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, [f"not valid TOML: {error}"]) from error
    problems: dict[str, str] = {}
    sound = _sound(document, Settings, "", problems)
    settings = _anchored(msgspec.convert(sound, Settings, dec_hook=_path), base)
    for key, what in faults(settings):
        if not any(key.startswith(told) for told in problems):
            problems[key] = what
    if problems:
        raise ConfigError(source, [f"{key}: {what}" for key, what in problems.items()])
    return _with_calendars(settings, base)


def store_folder(settings: Settings) -> Path:
    """`[store] path`, else the user's data folder."""
    return settings.store.path or user_data_path("inboxtriage", appauthor=False)


def state_folder() -> Path:
    """What this computer remembers outside any store, so that a store that was copied or put back is noticed (G31)."""
    return user_state_path("inboxtriage", appauthor=False)


def _plain(value: Any) -> Any:
    """The document with TOML's own dates as text, so that both spellings are read alike."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _path(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value).expanduser()
    raise NotImplementedError


def _sound(value: Any, kind: Any, key: str, problems: dict[str, str]) -> Any:
    """What of `value` fits `kind`; what does not is told in `problems` and left out.

    The rest can then be checked against the rules too, so that one reading tells everything.
    """
    section, item = _section(kind), _item_section(kind)
    if section is not None and isinstance(value, dict):
        return _sound_section(value, section, key, problems)
    if item is not None and isinstance(value, list):
        entries = [_sound(entry, item, f"{key}[{n}]", problems) for n, entry in enumerate(value)]
        return [entry for entry in entries if entry is not _UNFIT]
    if section is not None:
        problems[key] = f"must be a table, [{key}]"
        return _UNFIT
    try:
        msgspec.convert(value, kind, dec_hook=_path)
    except msgspec.ValidationError:
        problems[key] = f"must be {_wanted(kind)}; it is {value!r}"
        return _UNFIT
    return value


def _wanted(kind: Any) -> str:
    """What a value of this type looks like, in a person's words."""
    arguments = [argument for argument in typing.get_args(kind) if argument is not type(None)]
    if typing.get_origin(kind) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in arguments)
    if typing.get_origin(kind) is tuple:
        return f"a list, each entry {_wanted(arguments[0])}"
    if typing.get_origin(kind) is dict:
        return f"a table, each value {_wanted(arguments[1])}"
    if arguments:
        return _wanted(arguments[0])
    return _WANTED.get(kind, "something else")


def _sound_section(value: dict[str, Any], section: type[Section], key: str, problems: dict[str, str]) -> dict[str, Any]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(section)}
    prefix = f"{key}." if key else ""
    sound = {}
    for name, entry in value.items():
        if name in fields:
            sound[name] = _sound(entry, fields[name].type, prefix + name, problems)
        elif name in _SECRET_KEYS:
            problems[prefix + name] = (
                "a secret does not belong in this file; use `inboxtriage login`, password_env or password_command"
            )
        else:
            near = difflib.get_close_matches(name, fields, n=1)
            problems[prefix + name] = "no such key" + (f"; did you mean {near[0]}?" if near else "")
    sound = {name: entry for name, entry in sound.items() if entry is not _UNFIT}
    for name, field in fields.items():
        if field.required and name not in sound:
            problems.setdefault(prefix + name, "is missing" + _WHENCE.get(name, ""))
            sound[name] = _PLACEHOLDERS.get(field.type, "")
    return sound


def _section(kind: Any) -> type[Section] | None:
    """The Section that `kind` is, also when optional."""
    if isinstance(kind, type) and issubclass(kind, Section):
        return kind
    if isinstance(kind, types.UnionType):
        return next((s for arg in typing.get_args(kind) if (s := _section(arg)) is not None), None)
    return None


def _item_section(kind: Any) -> type[Section] | None:
    """The Section that `kind` is a list of."""
    args = typing.get_args(kind)
    return _section(args[0]) if typing.get_origin(kind) is tuple and args else None


def _with_calendars(settings: Settings, base: Path) -> Settings:
    """Calendars are paths or URLs; the paths are relative to the file as all others are."""
    openings = settings.practice.openings
    named = tuple(one if "://" in one else str(base / Path(one).expanduser()) for one in openings.calendars)
    practice = msgspec.structs.replace(settings.practice, openings=msgspec.structs.replace(openings, calendars=named))
    return msgspec.structs.replace(settings, practice=practice)


def _anchored(section: _S, base: Path) -> _S:
    """The same section with every relative path in it made relative to `base`."""
    changed: dict[str, Any] = {}
    for field in msgspec.structs.fields(section):
        value = getattr(section, field.name)
        if isinstance(value, Path):
            changed[field.name] = base / value
        elif isinstance(value, Section):
            changed[field.name] = _anchored(value, base)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(_anchored(v, base) if isinstance(v, Section) else v for v in value)
    return msgspec.structs.replace(section, **changed)
