"""The table of vectors: what is saved is loaded, what is dropped is gone."""

from pathlib import Path

from sqlalchemy.engine import make_url

from bot.storage import opened
from bot.storage.vectors import READ_TOGETHER, StoredVectors


async def loaded(vectors: StoredVectors) -> dict[bytes, bytes]:
    return {key: vector async for some in vectors.load() for key, vector in some.items()}


async def test_vectors_outlive_the_process(tmp_path: Path) -> None:
    url = make_url(f"sqlite+aiosqlite:///{tmp_path / 'regulars.db'}")
    many = {number.to_bytes(16): bytes(768) for number in range(2 * READ_TOGETHER + 1)}
    async with opened(url) as database:
        await StoredVectors(database).save(many)
        await StoredVectors(database).save({(0).to_bytes(16): b"another"})  # the first one stays
        await StoredVectors(database).save({})
    async with opened(url) as database:
        vectors = StoredVectors(database)
        assert await loaded(vectors) == many
        await vectors.drop(list(many)[1:])
        assert await loaded(vectors) == {(0).to_bytes(16): bytes(768)}
