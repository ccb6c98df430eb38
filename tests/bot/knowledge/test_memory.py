"""What reading a FAQ leaves behind."""

import gc

import pytest

from bot.knowledge import memory
from bot.knowledge.memory import nothing_collected, put_away


@pytest.fixture(autouse=True)
def unfrozen() -> None:
    gc.unfreeze()


def test_meanwhile_nothing_is_collected() -> None:
    with nothing_collected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_after_a_mistake_it_is_collected_again() -> None:
    with pytest.raises(ZeroDivisionError), nothing_collected():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_only_a_large_faq_is_put_away() -> None:
    put_away(memory.LARGE - 1)
    assert gc.get_freeze_count() == 0, "each reload of a small one would keep some garbage for ever"
    put_away(memory.LARGE)
    assert gc.get_freeze_count() > 0
    gc.unfreeze()
