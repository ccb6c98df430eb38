"""``python -m bot`` is the ``regulars`` command."""

from bot.cli import main

main()
