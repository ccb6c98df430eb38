"""The FAQ from and to other programs: tables, pages, help centres and forums.

Each format is one module with ``load`` (the bytes of a file -> ``Batch``) and ``dump`` (records -> the bytes of a
file). Their libraries are loaded when a format is used, so that the running bot does without them.
"""

from bot.knowledge.exchange.formats import EXPORTS, dump, load
from bot.knowledge.exchange.plans import KINDS, Change, Plan, planned
from bot.knowledge.exchange.records import Batch, Issue, Options, Record, Unreadable, texts
from bot.knowledge.exchange.writing import Edit, holds, rewritten, save

__all__ = [
    "EXPORTS",
    "KINDS",
    "Batch",
    "Change",
    "Edit",
    "Issue",
    "Options",
    "Plan",
    "Record",
    "Unreadable",
    "dump",
    "holds",
    "load",
    "planned",
    "rewritten",
    "save",
    "texts",
]
