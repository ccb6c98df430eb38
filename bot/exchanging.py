"""What the command line does to bring entries in and out: read, plan, show, write, and look whether it is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.config import Config
from bot.errors import BotError, FaqError
from bot.knowledge import Faq, read
from bot.knowledge.exchange import (
    EXPORTS,
    KINDS,
    Batch,
    Change,
    Edit,
    Issue,
    Options,
    Plan,
    Unreadable,
    dump,
    holds,
    load,
    planned,
    rewritten,
    save,
    texts,
)
from bot.knowledge.sources import files as source_files
from bot.words import nearest

SHOWN = 40
"""Lines of the preview; the rest is counted."""
SAID = {
    "new": "new",
    "changed": "changed",
    "linked": "linked",
    "unchanged": "unchanged",
    "kept": "kept as it is here",
    "conflict": "in conflict",
    "gone": "gone at the source",
}


@dataclass(frozen=True, slots=True)
class Import:
    """An import that was planned, and not written yet."""

    plan: Plan
    texts: Mapping[Path, str]
    """What the files of the FAQ hold afterwards."""
    unreadable: tuple[str, ...]
    into: Path

    @property
    def is_complete(self) -> bool:
        """Whether everything could be taken."""
        return not (self.unreadable or self.plan.wrong or self.plan.of("conflict"))

    def write(self) -> None:
        """Write the files."""
        try:
            save(self.texts)
        except OSError as error:
            raise BotError(f"{error.filename or self.into}: cannot be written: {error.strerror}") from error


def prepared(
    config: Config, files: Sequence[Path], options: Options, into: Path | None, *, prune: bool, take_source: bool
) -> Import:
    """Read the files and plan. Raises ``FaqError`` if the FAQ cannot be used as it is, or could not be afterwards."""
    faq, problems = read(config.faq_sources, config.community.locale)
    if fatal := [str(problem) for problem in problems if problem.fatal and len(faq)]:
        raise FaqError("\n".join(fatal))
    batches, unreadable = _read(files, options)
    plan = planned(faq, batches, take_source=take_source)
    target = into or _target(config, files[0])
    if target.suffix.lower() not in {".md", ".toml", ".csv", ".jsonl"}:
        raise BotError(f"{target}: entries can be written to files that end in .md, .toml, .csv or .jsonl")
    if not _sources(config) & {target.resolve(), *target.resolve().parents}:
        named = ", ".join(map(source_files.shown, config.faq_sources))
        raise BotError(f"{target}: the FAQ does not read this file; choose one in [faq] sources ({named})")
    plan = _held(plan, target)
    edits = [*_edits(plan, target), *(_removals(plan) if prune else ())]
    result = rewritten(edits)
    _verify(config, plan, result, prune=prune)
    return Import(plan, result, unreadable, target)


def _read(files: Sequence[Path], options: Options) -> tuple[list[Batch], tuple[str, ...]]:
    batches: list[Batch] = []
    unreadable: list[str] = []
    for file in files:
        try:
            batches.append(load(file, options))
        except Unreadable as error:
            unreadable.append(str(error))
    if not batches:
        raise BotError("\n".join(unreadable))
    return batches, tuple(unreadable)


def _sources(config: Config) -> set[Path]:
    return {path.resolve() for path in config.faq_sources}


def _target(config: Config, file: Path) -> Path:
    """Where new entries go: a file beside the others, called like the one they come from."""
    first = config.faq_sources[0] if config.faq_sources else Path("faq")
    if first.is_dir() or not first.suffix:
        return first / f"{file.stem}.md"
    return first


def _held(plan: Plan, target: Path) -> Plan:
    """Without what the file it belongs into cannot hold."""
    changes: list[Change] = []
    wrong: list[Issue] = []
    for change in plan.changes:
        path = Path(change.file) if change.file else target
        if change.kind in {"new", "changed"} and change.after and not holds(path, change.after):
            hint = (
                "write new entries to a TOML file (--into faq/imported.toml)" if not change.file else "change it there"
            )
            words = f"`{change.after['question']}` cannot stand in a Markdown file ({path}) as it is, "
            words += f"for example because its answer has a heading of the first or second level: {hint}"
            wrong.append(Issue(change.place, words))
        else:
            changes.append(change)
    return Plan(tuple(changes), plan.skipped, (*plan.wrong, *wrong), plan.notes)


def _edits(plan: Plan, target: Path) -> list[Edit]:
    changes = plan.of("new", "changed", "linked")
    return [Edit(Path(each.file) if each.file else target, each.line, each.written) for each in changes]


def _removals(plan: Plan) -> list[Edit]:
    return [Edit(Path(each.file), each.line, None) for each in plan.of("gone")]


def _verify(config: Config, plan: Plan, result: Mapping[Path, str], *, prune: bool) -> None:
    """Read the FAQ as it would be, before anything is written."""
    if not result:
        return
    made = {folder for path in result for folder in (path.resolve(), *path.resolve().parents)}
    there = [path for path in config.faq_sources if path.exists() or path.resolve() not in made]
    paths = [*there, *(path for path in result if not path.exists())]
    after, problems = read(paths, config.community.locale, instead=result)
    if fatal := [str(problem) for problem in problems if problem.fatal]:
        raise FaqError("\n".join(["Nothing was written, because the FAQ could not be used afterwards:", *fatal]))
    found = {(str(each["id"]), str(each["language"])): each for each in texts(after)}
    wanted = {(each.id, each.language): each.after for each in plan.of("new", "changed", "linked") if each.after}
    wrong = [place for place, values in wanted.items() if found.get(place) != values]
    wrong += [(each.id, each.language) for each in plan.of("gone") if prune and (each.id, each.language) in found]
    if wrong:
        named = ", ".join(f"`{entry}` ({language})" for entry, language in wrong[:5])
        raise BotError(f"Nothing was written, because these entries would not read as they should: {named}")


def shown(done: Import, console: Console, *, prune: bool) -> None:
    """The preview: what would be done to which entry, both sides of conflicts, and what was left out."""
    plan = done.plan
    table = Table("", "Id", "Language", "Question", "", box=None, pad_edge=False)
    rows = [each for kind in KINDS if kind not in {"unchanged", "linked"} for each in plan.of(kind)]
    for change in rows[:SHOWN]:
        values = change.after or change.before or {}
        what = ", ".join(change.keys) if change.keys else change.place or change.file
        table.add_row(_sign(change, prune=prune), change.id, change.language, str(values["question"]), what)
    if rows:
        console.print(table, highlight=False, markup=False)
    if len(rows) > SHOWN:
        console.print(f"and {len(rows) - SHOWN} more", highlight=False)
    for change in plan.of("conflict"):
        _show_conflict(change, console)
    if plan.of("conflict"):
        console.print("To end conflicts as the source has it, say --take source; or change one side yourself.")
    for title, issues in (("skipped", plan.skipped), ("note", plan.notes), ("not imported", plan.wrong)):
        for issue in issues[:SHOWN]:
            console.print(f"{title}: {issue}", highlight=False, markup=False, soft_wrap=True)
        if len(issues) > SHOWN:
            console.print(f"{title}: and {len(issues) - SHOWN} more", highlight=False)
    for words in done.unreadable:
        console.print(f"not imported: {words}", highlight=False, markup=False, soft_wrap=True)
    console.print(counted(done), highlight=False, markup=False, soft_wrap=True)


def _sign(change: Change, *, prune: bool) -> str:
    return "removed" if change.kind == "gone" and prune else SAID[change.kind]


def _show_conflict(change: Change, console: Console) -> None:
    place = f"{change.file}:{change.line}"
    console.print(
        f"conflict: `{change.id}` was changed here ({place}) and at the source ({change.place})",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    for key in change.keys:
        for side, values in (("here", change.before), ("source", change.theirs)):
            value = (values or {}).get(key)
            text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "nothing")
            first, *more = text.splitlines() or [""]
            console.print(f"  {key}, {side}: {first}", highlight=False, markup=False, soft_wrap=True)
            for line in more:
                console.print(f"    {line}", highlight=False, markup=False, soft_wrap=True)


def counted(done: Import) -> str:
    """One line with every count that is not zero."""
    plan = done.plan
    counts = {SAID[kind]: len(plan.of(kind)) for kind in KINDS}
    counts |= {"skipped": len(plan.skipped), "not imported": len(plan.wrong) + len(done.unreadable)}
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "There is nothing to import."


def document(done: Import, *, written: bool) -> dict[str, Any]:
    """The same as one JSON document."""
    plan = done.plan

    def issues(found: Sequence[Issue]) -> list[dict[str, str]]:
        return [{"place": each.place, "message": each.message} for each in found]

    return {
        "written": written,
        "files": [str(path) for path in done.texts],
        "counts": {kind: len(plan.of(kind)) for kind in KINDS},
        "changes": [
            {
                "kind": each.kind,
                "id": each.id,
                "language": each.language,
                "keys": list(each.keys),
                "place": each.place,
                "here": {key: (each.before or {}).get(key) for key in each.keys},
                "source": {key: (each.theirs or each.after or {}).get(key) for key in each.keys},
            }
            for each in plan.changes
            if each.kind != "unchanged"
        ],
        "skipped": issues(plan.skipped),
        "notes": issues(plan.notes),
        "not_imported": [*issues(plan.wrong), *({"place": "", "message": words} for words in done.unreadable)],
    }


def exported(faq: Faq, file: Path, form: str | None, language: str | None) -> tuple[bytes, int]:
    """The FAQ as the bytes of a file of that ending, and how many texts are in it."""
    forms = EXPORTS.get(file.suffix.lower())
    if forms is None:
        raise BotError(f"{file}: an export ends in one of {', '.join(EXPORTS)}")
    if form and form not in forms:
        near = nearest(form, forms)
        hint = f"did you mean `{near}`?" if near else f"known for {file.suffix}: {', '.join(forms)}"
        raise BotError(f"{file}: there is no form `{form}`, {hint}")
    records = [each for each in texts(faq) if language in (None, each["language"])]
    return dump(records, file, form), len(records)
