"""The JSON of `template`. As in `cli.documents`, types are imported for the checker only."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inboxtriage.cli.lead_documents import Json
    from inboxtriage.service.letter_templates import Listed as ListedLetter
    from inboxtriage.service.templates import Listed, Problem


def templates(listed: Iterable[Listed], languages: Iterable[str]) -> Json:
    """`template list --json`."""
    written = list(languages)
    return {
        "languages": written,
        "responses": [
            {
                "name": one.response.name,
                "language": one.response.language,
                "title": one.response.title,
                "file": one.response.file,
                "path": str(one.response.path),
                "whose": "own" if one.own else "shipped",
                "used": not {one.response.language, *one.response.languages}.isdisjoint(written),
                "languages": list(one.response.languages),
                "needs": list(one.response.needs),
                "stage": one.response.stage,
                "attachments": list(one.response.attach),
                "examples": len(one.response.examples),
            }
            for one in listed
        ],
    }


def letters(listed: Iterable[ListedLetter]) -> Json:
    """The letters that answer no mail and the scripts, in `template list --json`."""
    every = list(listed)
    return {
        f"{kind}s": [
            {
                "name": one.response.name,
                "language": one.response.language,
                "title": one.response.title,
                "file": one.response.file,
                "path": str(one.response.path),
                "whose": "own" if one.own else "shipped",
                "blanks": [asdict(blank) for blank in one.blanks],
                "stages": list(one.stages),
            }
            for one in every
            if one.kind == kind
        ]
        for kind in ("letter", "script")
    }


def template_problems(problems: Iterable[Problem]) -> Json:
    """`template check --json`."""
    found = [
        {
            "severity": one.fault.severity,
            "file": one.file,
            "line": one.fault.line,
            "language": one.language,
            "what": one.fault.what,
            "do": one.fault.do,
            "facts": list(one.fault.facts),
        }
        for one in problems
    ]
    return {"ok": all(one["severity"] != "wrong" for one in found), "problems": found}
