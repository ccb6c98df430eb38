"""A FAQ of a thousand entries, the same at every run, and questions that ask for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

KINDS = ("router", "camera", "thermostat", "speaker", "doorbell")
NAMES = ("Aurora", "Basalt", "Cinder", "Dorado", "Everest", "Fjord", "Garnet", "Harbour")
TOPICS = (
    ("reset the password", "forgotten password", "Hold the button at the back until the light turns white."),
    ("update the firmware", "firmware update", "Open Settings, Device, Firmware, and choose Install."),
    ("change the language", "other display language", "Open Settings, General, Language."),
    ("connect to a new network", "join another network", "Open Settings, Network, and pick the network from the list."),
    ("mount it on a wall", "wall mounting", "Use the plate from the box and the two long screws."),
    ("clean the housing", "cleaning the case", "Use a dry cloth; liquids damage the seal."),
    ("replace the battery", "battery replacement", "Slide the cover down and take the old battery out."),
    ("download an invoice", "invoice as a file", "Open Account, Orders; every order has a Download link."),
    ("extend the warranty", "longer warranty", "Within 30 days of the purchase, at Account, Devices."),
    ("return a broken unit", "sending back a defect", "Ask for a label at Account, Returns, and pack it in its box."),
    ("share access with family", "family access", "Open People and send an invitation; it is good for a week."),
    ("export the recordings", "recordings export", "Open History, choose the days, then Export."),
    ("turn off the light", "disable the light", "Open Settings, Light, and choose Never."),
    ("schedule quiet hours", "quiet hours schedule", "Open Settings, Notifications, Quiet hours."),
    ("lower the volume", "too loud sound", "Turn the ring to the left, or use the slider in the app."),
    ("pair a remote control", "remote pairing", "Press both buttons of the remote until it blinks."),
    ("move it to another account", "transfer of ownership", "Remove it from the old account first."),
    ("read the error codes", "error code meaning", "The number of red flashes is the code; the list is in the app."),
    ("save electricity", "power saving", "Open Settings, Power, and choose Eco."),
    ("restore factory settings", "factory restore", "Hold both buttons for ten seconds."),
    ("see the serial number", "serial number location", "It is printed below the stand and shown under About."),
    ("use it without internet", "offline operation", "Everything but remote access works in the local network."),
    ("cancel the subscription", "ending the subscription", "Open Account, Plan, Cancel; it ends with the month."),
    ("report a security problem", "vulnerability report", "Write to the address on the security page."),
    ("protect my privacy", "privacy options", "Open Settings, Privacy; everything there is off at first."),
)
"""(what somebody wants to do, the same in other words, how it is done)"""


@dataclass(frozen=True, slots=True)
class Generated:
    """One entry of the FAQ."""

    id: str
    question: str
    alternate: str
    answer: str
    mark: str
    """Stands in this entry's answer alone."""

    def asked(self) -> str:
        """A wording in which somebody asks for it: the entry's question, as people type."""
        return f"hi, {self.question[0].lower()}{self.question[1:]}"

    def typed(self) -> str:
        """The same as an option of a command."""
        return self.question


def generated(count: int = 1000) -> list[Generated]:
    """The first ``count`` entries; those that follow each other have different topics."""
    return list(islice(_all(), count))


def _all() -> Iterator[Generated]:
    for number, (kind, name, (wish, other, how)) in enumerate(product(KINDS, NAMES, TOPICS)):
        device, mark = f"{name} {kind}", f"K{number:04d}Z"
        yield Generated(
            id=f"entry-{number:04d}",
            question=f"How do I {wish} on the {device}?",
            alternate=f"{other} {device}",
            answer=f"{how} This is for the {device}. If it does not help, the manual has a chapter on it ({mark}).",
            mark=mark,
        )


def markdown(entries: list[Generated]) -> str:
    """The entries as a source of the FAQ."""
    parts = ['+++\nlanguage = "en"\nsource = "https://example.com/help"\nchecked = 2026-09-14\n+++\n']
    parts += [f"## {e.question}\nId: {e.id}\nAlso asked: {e.alternate}\n\n{e.answer}\n" for e in entries]
    return "\n".join(parts)


def write(folder: Path, count: int = 1000) -> Path:
    """Write the FAQ into ``folder``; gives its file."""
    path = folder / "faq.md"
    path.write_text(markdown(generated(count)), encoding="utf-8")
    return path
