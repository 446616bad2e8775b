"""Which tests hold which guarantee: `python -m tests.guarantees` writes the last column of docs/guarantees.md.

A test holds a row when its name, its docstring, or that of its class or file says so ("G17"). A row without any test
stands there with a sentence that says why, in the place of tests.
"""

import ast
import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "guarantees.md"
_ROW = re.compile(r"^\| (G\d+) \| (.*) \| (.*) \|$", re.MULTILINE)
_NAMED = re.compile(r"\bG(\d{1,2})\b(?: to G(\d{1,2})\b)?")


def page() -> str:
    """The page as it has to be."""
    held = proofs()
    return _ROW.sub(
        lambda row: f"| {row[1]} | {row[2]} | {_told(held.get(row[1])) or row[3]} |", PAGE.read_text("utf-8")
    )


def rows() -> dict[str, str]:
    """Each row of the page, and what stands in the place of its tests."""
    return {row[1]: row[3] for row in _ROW.finditer(PAGE.read_text("utf-8"))}


def proofs() -> dict[str, Counter[str]]:
    """Row -> file -> how many tests in it hold the row."""
    held: dict[str, Counter[str]] = {}
    for file in sorted(TESTS.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for row in _of(tree, _rows_in(ast.get_docstring(tree))):
            held.setdefault(row, Counter())[file.relative_to(TESTS).with_suffix("").as_posix()] += 1
    return held


def _of(node: ast.Module | ast.ClassDef, above: set[str]) -> list[str]:
    """The rows that the tests below a node hold, once for each test; `above` holds for all of them."""
    found = []
    for inner in node.body:
        if isinstance(inner, ast.ClassDef):
            found += _of(inner, above | _rows_in(ast.get_docstring(inner)))
        elif isinstance(inner, ast.FunctionDef) and inner.name.startswith("test"):
            named = re.findall(r"_(g\d+)(?=_|$)", inner.name)
            found += above | _rows_in(ast.get_docstring(inner)) | {name.upper() for name in named}
    return found


def _rows_in(said: str | None) -> set[str]:
    found = set()
    for match in _NAMED.finditer(said or ""):
        first = int(match[1])
        found |= {f"G{n}" for n in range(first, int(match[2] or first) + 1)}
    return found


def _told(files: Counter[str] | None) -> str:
    return ", ".join(f"`{file}` {n}" for file, n in sorted(files.items())) if files else ""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
