"""Who puts a question right, or goes on with it line by line, is led to what they meant."""

from pathlib import Path

from tests.e2e.communities import community

DEVICES = ("hub", "gateway", "station")
PAGES = enumerate(((do, it) for do in ("reset", "mount") for it in DEVICES), start=1)
FAQ = "".join(f"## How do I {do} the {it}?\n\nSee page {page}.\n\n" for page, (do, it) in PAGES)


async def test_one_device_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "a.md").write_text(FAQ)
    async with community("memory", tmp_path) as place:
        place.faq = tmp_path / "faq"
        await place.start()
        ada = place.person("ada")
        await ada.says("How do I reset the hub?")
        said = await place.sees(ada, lambda seen: "See page 1." in seen.text)
        await ada.replies("no, I meant the gateway", to=said.id)
        offer = await place.sees(ada, lambda seen: "Did you mean" in seen.text)
        assert offer.buttons[0] == "How do I reset the gateway?"
        await ada.replies("and what about the station?", to=offer.id)
        second = await place.sees(ada, lambda seen: "Did you mean" in seen.text and seen.id != offer.id)
        assert second.buttons[0] == "How do I reset the station?"
