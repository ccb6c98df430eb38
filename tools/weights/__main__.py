"""``python -m tools.weights DATA``: learn ``bot/knowledge/weights.npz`` from the labelled sets in DATA.

First every group of sets is measured with weights that were learned on the others alone: those figures say something
about FAQs that nobody has seen. Then the weights are learned on all of them and written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np

from bot.knowledge import evaluation, features, rescoring
from bot.knowledge.dictionary import dictionaries
from bot.knowledge.embedding import Embedder
from bot.knowledge.encoding import ENGLISH, Encoder
from bot.knowledge.evaluation import Outcome
from bot.knowledge.meaning import Space
from bot.knowledge.models import embedder
from bot.knowledge.postings import Floats
from bot.knowledge.rescoring import Weights, probabilities
from bot.knowledge.search import Search
from bot.knowledge.words import SIGNS
from tools.weights.cache import Kept
from tools.weights.learning import Case, cases, fitted, space
from tools.weights.sets import Labelled, labelled


@dataclass(frozen=True, slots=True)
class Learned:
    """The cases of one set: by words alone, with meanings, and with those of the second model, if it is in English."""

    of: Labelled
    lexical: list[Case]
    semantic: list[Case]
    english: list[Case]


def everything(sets: Sequence[Labelled], spaces: tuple[Space, Space], encoder: Encoder) -> Iterator[Learned]:
    """The cases of every set in these spaces, clean and noisy."""
    lexical, semantic, english = (np.zeros((2, len(features.names(names)))) for names in rescoring.SIGNALS.values())
    one = Weights(lexical, semantic, spaces[0], encoder.embedder.name)
    both = replace(one, english=english, english_space=spaces[1], english_model=_second(encoder).name)
    words = dictionaries(SIGNS)
    for each in sets:
        searches = [Search(each.faq, None, one), Search(each.faq, encoder, one)]
        if each.is_english:
            searches.append(Search(each.faq, encoder, both))
        searches = [search.with_dictionaries(words) for search in searches]
        for version in (each, each.noisy()):
            found = [cases(search, version) for search in searches]
            yield Learned(version, found[0], found[1], found[2] if each.is_english else [])


def _second(encoder: Encoder) -> Embedder:
    if encoder.embedder.english is None:
        raise click.ClickException("The model for English is needed, too: make install")
    return encoder.embedder.english


def outcomes(found: Sequence[Case], *weights: Floats) -> list[Outcome]:
    """How the weights do on the cases of a set, each by those for its features; the right entry is named "right"."""
    of_width = {each.shape[1]: each for each in weights}
    result = []
    for case in found:
        scores = probabilities(case.rows @ (np.array((1.0, case.told)) @ of_width[case.rows.shape[1]]))
        order = np.argsort(-scores)
        names = tuple("right" if at == case.right else str(at) for at in order.tolist())
        answerable = case.right >= 0 or case.is_answerable
        best = float(scores.max(initial=0))
        result.append(Outcome(frozenset({"right"} if answerable else ()), names, best, best >= 0.8, "en"))
    return result


def report(name: str, found: list[Outcome]) -> None:
    figures = {key: measure(found) for key, measure in evaluation.MEASURES.items()}
    click.echo(f"{name:26}" + "".join(f"{value:7.3f}" for value in figures.values()))


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=rescoring.FILE, show_default=False)
@click.option("--cache", type=click.Path(path_type=Path), default=Path("weights-vectors.db"), show_default=True)
@click.option("--measure/--no-measure", default=True, help="Leave each group out once, and say how good that is.")
def main(data: Path, out: Path, cache: Path, measure: bool) -> None:
    """Learn the weights of the FAQ search from the labelled sets in DATA."""
    model = embedder()
    if model is None:
        raise click.ClickException("The extra `semantic` is needed: make install")
    encoder = Encoder(Kept(model, cache))
    sets = labelled(data)
    if measure:
        click.echo(f"{'left out':26}" + "".join(f"{name[:6]:>7}" for name in evaluation.MEASURES))
        for group in sorted({each.group for each in sets}):
            _leave_out(group, sets, encoder)
    write(out, learned_on(sets, encoder))
    click.echo(f"Written: {out} ({out.stat().st_size // 1024} KiB)")


def _leave_out(group: str, sets: Sequence[Labelled], encoder: Encoder) -> None:
    """Report the sets of one group by weights learned on the others."""
    weights = learned_on([each for each in sets if each.group != group], encoder)
    assert weights.space
    assert weights.english_space
    assert weights.semantic is not None
    assert weights.english is not None
    spaces = weights.space, weights.english_space
    for each in everything([each for each in sets if each.group == group], spaces, encoder):
        if each.english:
            report(each.of.name, outcomes(each.english, weights.english, weights.semantic))
        report("  one model" if each.english else each.of.name, outcomes(each.semantic, weights.semantic))
        report("  words alone", outcomes(each.lexical, weights.lexical))


def learned_on(sets: Sequence[Labelled], encoder: Encoder) -> Weights:
    """What these sets teach."""
    spaces = space(sets, encoder), space([each for each in sets if each.is_english], encoder, ENGLISH)
    learned = list(everything(sets, spaces, encoder))
    width = len(features.names(features.ENGLISH))  # a question that was taken for German has fewer
    return Weights(
        fitted([case for each in learned for case in each.lexical]),
        fitted([case for each in learned for case in each.semantic]),
        spaces[0],
        encoder.embedder.name,
        fitted([case for each in learned for case in each.english if case.rows.shape[1] == width]),
        spaces[1],
        _second(encoder).name,
    )


def write(out: Path, weights: Weights) -> None:
    """Write what was learned, in the form that ``rescoring.weights`` reads."""
    assert weights.space
    assert weights.english_space
    assert weights.semantic is not None
    assert weights.english is not None
    languages = sorted(weights.space.means)
    np.savez(
        out,
        model=np.array(weights.model),
        lexical=weights.lexical,
        lexical_names=np.array(features.names(features.LEXICAL)),
        semantic=weights.semantic,
        semantic_names=np.array(features.names(features.ALL)),
        english_model=np.array(weights.english_model),
        english=weights.english,
        english_names=np.array(features.names(features.ENGLISH)),
        english_mean=weights.english_space.means["en"].astype(np.float16),
        english_answer_mean=weights.english_space.answers["en"].astype(np.float16),
        languages=np.array(languages),
        means=np.stack([weights.space.means[language] for language in languages]).astype(np.float16),
        answer_means=np.stack([weights.space.answers[language] for language in languages]).astype(np.float16),
    )


if __name__ == "__main__":
    main()
