"""The numbers of a trained model, and their file: plain arrays and JSON, nothing that could run (G55).

`weights.npz` holds the arrays (read with `allow_pickle=False`), `model.json` the words that go with them and a digest
over both. A file that is too large, damaged or of another format is refused, never guessed at.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from inboxtriage.errors import ModelUnusable
from inboxtriage.triage.model import views

FORMAT = 2
_LARGEST = 64 * 1024 * 1024  # bytes, of either file and of what the arrays unpack to

Floats = NDArray[np.float64]
Coefficients = NDArray[np.float32]


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    """`model.json`."""

    format: int
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    thresholds: dict[str, float]
    examples: int
    made_at: datetime
    held_out: dict[str, float]
    digest: str
    vocabulary: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A trained model as numbers. Rows of the matrices are labels (or kinds), columns are terms."""

    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    thresholds: dict[str, float]
    examples: int
    made_at: datetime
    held_out: dict[str, float]  # figures on writers that the parts it was fitted from had not seen
    vocabulary: tuple[str, ...]
    idf: Floats
    message: Coefficients  # label rows: the whole message
    message_bias: Floats
    sentence: Coefficients  # label rows: one sentence
    sentence_bias: Floats
    kind: Coefficients
    kind_bias: Floats
    urgent: Coefficients  # one row: the whole message, and each sentence
    urgent_bias: Floats
    view_mean: Floats  # of each number of a row (model.views), by which rows are put on one scale
    view_scale: Floats
    hidden: Floats  # networks x numbers of a row x units
    hidden_bias: Floats  # networks x units
    answer: Floats  # networks x units x answers (labels, kinds, danger)
    answer_bias: Floats  # networks x answers

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name."""
        return {name: getattr(self, name) for name in _ARRAYS}


_ARRAYS = (
    "idf", "message", "message_bias", "sentence", "sentence_bias", "kind", "kind_bias", "urgent", "urgent_bias",
    "view_mean", "view_scale", "hidden", "hidden_bias", "answer", "answer_bias",
)  # fmt: skip


def save(weights: Weights, folder: Path, *, keep: int = 0) -> None:
    """Write the model into `folder`: beside it first, then put in its place by rename.

    `keep`: how many earlier models stay beside it, as `<folder>.1` (the last), `<folder>.2`...
    """
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    np.savez_compressed(fresh / "weights.npz", allow_pickle=False, **weights.arrays())
    head = _Head(
        format=FORMAT,
        labels=weights.labels,
        kinds=weights.kinds,
        thresholds=weights.thresholds,
        examples=weights.examples,
        made_at=weights.made_at,
        held_out=weights.held_out,
        digest=_digest((fresh / "weights.npz").read_bytes(), weights.vocabulary),
        vocabulary=list(weights.vocabulary),
    )
    (fresh / "model.json").write_bytes(msgspec.json.encode(head))
    for path in fresh.iterdir():
        path.chmod(0o600)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    shutil.rmtree(_earlier(folder, keep + 1), ignore_errors=True)
    for number in range(keep, -1, -1):
        if _earlier(folder, number).exists():
            _earlier(folder, number).rename(_earlier(folder, number + 1))
    fresh.rename(folder)
    shutil.rmtree(_earlier(folder, keep + 1), ignore_errors=True)


def roll_back(folder: Path) -> bool:
    """Put the last earlier model back in the place of the one in `folder`; False where there is none."""
    if not _earlier(folder, 1).exists():
        return False
    shutil.rmtree(folder, ignore_errors=True)
    number = 1
    while _earlier(folder, number).exists():
        _earlier(folder, number).rename(_earlier(folder, number - 1))
        number += 1
    return True


def _earlier(folder: Path, number: int) -> Path:
    return folder.with_name(f"{folder.name}.{number}") if number else folder


def load(folder: Path) -> Weights:
    """Read a model. Raises ModelUnusable, whose text says what is wrong with it."""
    try:
        head_bytes, array_bytes = (_bounded(folder / name) for name in ("model.json", "weights.npz"))
        head = msgspec.json.decode(head_bytes, type=_Head)
        if head.format != FORMAT:
            raise ModelUnusable(f"the model in {folder} has format {head.format}, not {FORMAT}", do=_REFIT)
        vocabulary = tuple(head.vocabulary)
        if _digest(array_bytes, vocabulary) != head.digest:
            raise ModelUnusable(f"the model in {folder} is damaged: its digest does not match", do=_REFIT)
        arrays = dict(_arrays(folder / "weights.npz"))
    except (OSError, msgspec.DecodeError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelUnusable(f"the model in {folder} cannot be read ({error})", do=_REFIT) from error
    weights = Weights(
        labels=head.labels,
        kinds=head.kinds,
        thresholds=head.thresholds,
        examples=head.examples,
        made_at=head.made_at,
        held_out=head.held_out,
        vocabulary=vocabulary,
        **arrays,
    )
    _check_shapes(weights, folder)
    return weights


_REFIT = "run `inboxtriage train`"


def _bounded(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path.name} is larger than {_LARGEST >> 20} MB")
    return path.read_bytes()


def _arrays(path: Path) -> Iterator[tuple[str, NDArray[Any]]]:
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST * 4:
            raise ValueError("the arrays are too large")
    with np.load(path, allow_pickle=False) as archive:
        for name in _ARRAYS:
            yield name, archive[name]


def _check_shapes(w: Weights, folder: Path) -> None:
    terms, labels, kinds = len(w.vocabulary), len(w.labels), len(w.kinds)
    seen, answers = views.width(labels, kinds), labels + kinds + 1
    networks, units = w.hidden_bias.shape if w.hidden_bias.ndim == 2 else (0, 0)
    shapes = {
        "idf": (terms,),
        "message": (labels, terms),
        "message_bias": (labels,),
        "sentence": (labels, terms),
        "sentence_bias": (labels,),
        "kind": (kinds, terms),
        "kind_bias": (kinds,),
        "urgent": (1, terms),
        "urgent_bias": (1,),
        "view_mean": (seen,),
        "view_scale": (seen,),
        "hidden": (networks, seen, units),
        "hidden_bias": (networks, units),
        "answer": (networks, units, answers),
        "answer_bias": (networks, answers),
    }
    for name, array in w.arrays().items():
        if array.shape != shapes[name] or array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ModelUnusable(f"the model in {folder} is damaged: {name} is not what it should be", do=_REFIT)


def _digest(arrays: bytes, vocabulary: tuple[str, ...]) -> str:
    return hashlib.sha256(arrays + "\n".join(vocabulary).encode("utf-8", "surrogatepass")).hexdigest()
