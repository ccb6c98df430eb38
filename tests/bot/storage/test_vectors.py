"""The table of vectors: what is saved is loaded, what is dropped is gone."""

from sqlalchemy import URL

from bot.storage import opened
from bot.storage.vectors import READ_TOGETHER, StoredVectors


async def loaded(vectors: StoredVectors) -> dict[bytes, bytes]:
    return {key: vector async for some in vectors.load() for key, vector in some.items()}


async def test_vectors_outlive_the_process(database_url: URL) -> None:
    many = {number.to_bytes(16): bytes(768) for number in reversed(range(2 * READ_TOGETHER + 1))}
    async with opened(database_url) as database:
        await StoredVectors(database).save(many)
        await StoredVectors(database).save({(0).to_bytes(16): b"another"})  # the first one stays
        await StoredVectors(database).save({})
    async with opened(database_url) as database:
        vectors = StoredVectors(database)
        assert await loaded(vectors) == many
        await vectors.drop([key for key in many if any(key)])
        assert await loaded(vectors) == {(0).to_bytes(16): bytes(768)}
