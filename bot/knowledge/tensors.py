"""The numbers in an ONNX file, without a runtime: its weights are read where they stand in the file.

An ONNX file is a Protocol Buffers message (https://onnx.ai/onnx/repo-docs/IR.html); of its graph only the stored
tensors are looked at.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_GRAPH, _TENSOR = 7, 5
"""Fields of the model and of its graph."""
_SHAPE, _TYPE, _NAME, _BYTES = 1, 2, 8, 9
"""Fields of a tensor."""
_TYPES = {1: np.float32, 3: np.int8}
"""Kinds of numbers that are read; tensors of others are left out."""


def tensors(file: Path) -> dict[str, NDArray[Any]]:
    """Every tensor in the file by its name; pages are loaded as they are read. Raises ``OSError``, ``ValueError``."""
    with file.open("rb") as opened:
        whole = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
    try:
        graphs = [value for number, value in _fields(whole) if number == _GRAPH]
        found = [_tensor(value) for graph in graphs for number, value in _fields(graph) if number == _TENSOR]
    except (IndexError, TypeError) as error:
        raise ValueError("this is no ONNX file, or only a part of one") from error
    return {name: tensor for name, tensor in found if tensor is not None}


def _tensor(message: memoryview) -> tuple[str, NDArray[Any] | None]:
    shape: list[int] = []
    kind, name, values = 0, "", memoryview(b"")
    for number, value in _fields(message):
        if number == _SHAPE:
            shape += list(_packed(value)) if isinstance(value, memoryview) else [value]
        elif number == _TYPE:
            kind = int(value)
        elif number == _NAME:
            name = bytes(value).decode()
        elif number == _BYTES:
            values = value
    if kind not in _TYPES:
        return name, None
    return name, np.frombuffer(values, _TYPES[kind]).reshape(shape)


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """The number and the value of each field: an integer, or the bytes of whatever is longer."""
    at = 0
    while at < len(message):
        tag, at = _integer(message, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _integer(message, at)
            yield number, value
            continue
        if wire == 2:
            length, at = _integer(message, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("this is no ONNX file")
        yield number, message[at : at + length]
        at += length


def _packed(message: memoryview) -> Iterator[int]:
    at = 0
    while at < len(message):
        value, at = _integer(message, at)
        yield value


def _integer(message: memoryview, at: int) -> tuple[int, int]:
    """The integer of seven bits a byte that begins there, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
