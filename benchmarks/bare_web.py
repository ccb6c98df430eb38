"""The baseline of ``web``: the least page NiceGUI can serve, on which a line that is sent comes back.

``python -m benchmarks.bare_web PORT``. Its socket also takes ``say`` from any client and tells it to all of them.
"""

from __future__ import annotations

import sys
from typing import Any

from nicegui import core, ui


@ui.page("/")
def page() -> None:
    """A box, and below it what was sent."""

    def sent() -> None:
        with said:
            ui.label(box.value).classes("said")
        box.value = ""

    box = ui.input("Say").on("keydown.enter", sent)
    said = ui.column()


async def say(socket: str, line: Any) -> None:
    await core.sio.emit("told", line)


if __name__ == "__main__":
    core.sio.on("say", say)
    ui.run(host="127.0.0.1", port=int(sys.argv[1]), reload=False, show=False, show_welcome_message=False)
