"""Vectors in 16 bits meet a question as they would in 32, wherever they stand in the store."""

from __future__ import annotations

import numpy as np
import pytest

from bot.knowledge.held import BLOCK, Held, packed


@pytest.fixture
def store() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vectors of length one, and the same as they are held: rows and steps."""
    vectors = np.random.default_rng(1).standard_normal((3 * BLOCK + 7, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows, steps = zip(*(packed(vector) for vector in vectors), strict=True)
    return vectors, np.stack(rows), np.array(steps, np.float32)


@pytest.mark.parametrize("order", ["in a row", "from the middle", "scattered", "one", "none"])
def test_products_are_those_of_the_vectors(store: tuple[np.ndarray, ...], order: str) -> None:
    vectors, rows, steps = store
    numbers = {
        "in a row": np.arange(len(vectors)),
        "from the middle": np.arange(100, 100 + BLOCK + 3),
        "scattered": np.random.default_rng(2).permutation(len(vectors)),
        "one": np.array([5]),
        "none": np.array([], np.intp),
    }[order]
    columns = vectors[:2].T
    found = Held(rows, steps, numbers).products(np.ascontiguousarray(columns))
    assert found.shape == (2, len(numbers))
    np.testing.assert_allclose(found, (vectors[numbers] @ columns).T, atol=2e-5)
