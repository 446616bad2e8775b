"""The numbers of a trained model, and their file: plain arrays and JSON, nothing that could run (G55).

`weights.npz` holds the arrays (read with `allow_pickle=False`), `model.json` the words that go with them and a digest
over both. A file that is too large, damaged or of another format is refused, never guessed at.
"""

import hashlib
import io
import math
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from inboxtriage.errors import ModelUnusable
from inboxtriage.triage.model import views
from inboxtriage.triage.model.network import Floats, Network

FORMAT = 3
_LARGEST = 64 * 1024 * 1024  # bytes, of either file and of what the arrays unpack to

Coefficients = NDArray[np.float16]  # three digits are enough for thousands of terms that add up


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
    vocabulary: str


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A trained model as numbers. In the matrices a row is a term."""

    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    thresholds: dict[str, float]
    examples: int
    made_at: datetime
    held_out: dict[str, float]  # figures on writers that the parts it was fitted from had not seen
    vocabulary: str  # one term a line
    idf: Floats
    message: Coefficients  # the whole message: a column for each label, each kind, and danger
    message_bias: Floats
    sentence: Coefficients  # one sentence: a column for each label, for any label, and for danger
    sentence_bias: Floats
    listener: Network  # hears in each sentence every label, and danger
    judge: Network  # decides on every label, every kind, and danger

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name."""
        linear = {name: getattr(self, name) for name in _LINEAR}
        return linear | self.listener.arrays("listener") | self.judge.arrays("judge")


_LINEAR = ("idf", "message", "message_bias", "sentence", "sentence_bias")
_NETWORKS = ("listener", "judge")


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
        vocabulary=weights.vocabulary,
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


def discard(folder: Path) -> bool:
    """Remove the model in `folder` and every earlier one; False where there was none."""
    others = [path for path in folder.parent.glob(f"{folder.name}.*") if path.suffix[1:].isdecimal()]
    generations = [path for path in (folder, folder.with_name(folder.name + ".new"), *others) if path.exists()]
    for generation in generations:
        shutil.rmtree(generation)
    return bool(generations)


def _earlier(folder: Path, number: int) -> Path:
    return folder.with_name(f"{folder.name}.{number}") if number else folder


def load(folder: Path) -> Weights:
    """Read a model. Raises ModelUnusable, whose text says what is wrong with it."""
    try:
        head_bytes, array_bytes = (_bounded(folder / name) for name in ("model.json", "weights.npz"))
        head = msgspec.json.decode(head_bytes, type=_Head)
        if head.format != FORMAT:
            raise ModelUnusable(f"the model in {folder} has format {head.format}, not {FORMAT}", do=_REFIT)
        if _digest(array_bytes, head.vocabulary) != head.digest:
            raise ModelUnusable(f"the model in {folder} is damaged: its digest does not match", do=_REFIT)
        arrays = dict(_arrays(array_bytes))
        _check_shapes(arrays, head.vocabulary.count("\n") + 1, len(head.labels), len(head.kinds), folder)
    except (OSError, ValueError, KeyError, EOFError, MemoryError, RuntimeError, *_DAMAGED) as error:
        raise ModelUnusable(f"the model in {folder} cannot be read ({error})", do=_REFIT) from error
    listener, judge = (_network(arrays, prefix) for prefix in _NETWORKS)
    return Weights(
        labels=head.labels,
        kinds=head.kinds,
        thresholds=head.thresholds,
        examples=head.examples,
        made_at=head.made_at,
        held_out=head.held_out,
        vocabulary=head.vocabulary,
        listener=listener,
        judge=judge,
        **{name: arrays[name] for name in _LINEAR},
    )


_REFIT = "run `inboxtriage train`"
_DAMAGED = (msgspec.DecodeError, zipfile.BadZipFile, zlib.error)


def _bounded(path: Path) -> bytes:
    """The bytes of a plain file of ours: through no link, of no device or pipe, which might have no end."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError(f"{path.name} is no plain file")
        read = file.read(_LARGEST + 1)
    if len(read) > _LARGEST:
        raise ValueError(f"{path.name} is larger than {_LARGEST >> 20} MB")
    return read


def _arrays(data: bytes) -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays, from the very bytes that were checked; none of them larger than what is really there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST * 4:
            raise ValueError("the arrays are too large")
        for entry in archive.infolist():
            with archive.open(entry) as member:
                yield entry.filename.removesuffix(".npy"), _array(member, entry.file_size)


def _array(member: IO[bytes], size: int) -> NDArray[Any]:
    if np.lib.format.read_magic(member) != (1, 0):
        raise ValueError("an array of another format")
    shape, in_columns, kind = np.lib.format.read_array_header_1_0(member)
    if kind.hasobject or math.prod(shape) * kind.itemsize > size:
        raise ValueError("an array that says it is larger than it is, or holds objects")
    return np.frombuffer(member.read(), dtype=kind).reshape(shape, order="F" if in_columns else "C")


def _network(arrays: dict[str, NDArray[Any]], prefix: str) -> Network:
    return Network(*(arrays[f"{prefix}_{field.name}"] for field in fields(Network)))


def _check_shapes(arrays: dict[str, NDArray[Any]], terms: int, labels: int, kinds: int, folder: Path) -> None:
    shapes: dict[str, tuple[int, ...]] = {
        "idf": (terms,),
        "message": (terms, labels + kinds + 1),
        "message_bias": (labels + kinds + 1,),
        "sentence": (terms, labels + views.EXTRA),
        "sentence_bias": (labels + views.EXTRA,),
    }
    seen = {"listener": views.sentence_width(labels, kinds), "judge": views.width(labels, kinds)}
    answers = {"listener": labels + 1, "judge": labels + kinds + 1}
    for prefix in _NETWORKS:
        bias = arrays[f"{prefix}_hidden_bias"]
        members, units = bias.shape if bias.ndim == 2 and len(bias) else (1, 0)
        shapes |= Network.shapes(prefix, members, seen[prefix], units, answers[prefix])
    for name, shape in shapes.items():
        array = arrays[name]
        if array.shape != shape or array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ModelUnusable(f"the model in {folder} is damaged: {name} is not what it should be", do=_REFIT)


def _digest(arrays: bytes, vocabulary: str) -> str:
    return hashlib.sha256(arrays + vocabulary.encode("utf-8", "surrogatepass")).hexdigest()
