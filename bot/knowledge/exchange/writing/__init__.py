"""Changes to the FAQ's own files: what is not changed stays as it is, byte for byte.

Each format has ``section`` (a new entry), ``replaced`` and ``removed`` (one entry of a file's lines, given the line it
begins in) and ``appended``. Lines keep their ends; what is new takes the end that the file's first line has.
"""

from bot.knowledge.exchange.writing.files import Edit, holds, rewritten, save

__all__ = ["Edit", "holds", "rewritten", "save"]
