"""Parcels: files in pieces, in bounded memory."""

import pytest

from app.parcels import Parcels
from app.transport import RefusalError
from engine.plain_json import LARGEST


class Owner:
    pass


def test_pieces_make_a_file_whoever_else_sends_some():
    parcels, one, other = Parcels(), Owner(), Owner()
    assert parcels.add(one, "a", 0, 2) is None
    assert parcels.add(other, "x", 0, 2) is None
    assert parcels.add(one, "b", 1, 2) == "ab"
    assert parcels.add(other, "y", 1, 2) == "xy"
    assert parcels.bytes == 0


def test_one_piece_is_a_file():
    assert Parcels().add(Owner(), "whole", 0, 1) == "whole"


@pytest.mark.parametrize("part", [1, 2])
def test_a_piece_without_those_before_it_is_refused(part):
    with pytest.raises(RefusalError, match=f"Got piece {part + 1} of 3 of a file"):
        Parcels().add(Owner(), "b", part, 3)


def test_the_first_piece_begins_anew():
    parcels, owner = Parcels(), Owner()
    parcels.add(owner, "old", 0, 3)
    parcels.add(owner, "a", 0, 2)
    assert parcels.add(owner, "b", 1, 2) == "ab"


def test_a_file_that_is_too_long_is_refused_and_forgotten():
    parcels, owner = Parcels(), Owner()
    parcels.add(owner, "x" * LARGEST, 0, 3)
    with pytest.raises(RefusalError, match="expected at most 4,000,000"):
        parcels.add(owner, "x", 1, 3)
    assert parcels.bytes == 0


def test_where_too_much_waits_the_oldest_is_given_up():
    parcels, owners = Parcels(100), [Owner() for _ in range(4)]
    for owner in owners:
        parcels.add(owner, "x" * 40, 0, 2)
    assert parcels.bytes == 80
    with pytest.raises(RefusalError, match="open the file again"):
        parcels.add(owners[0], "y", 1, 2)
    assert parcels.add(owners[3], "y", 1, 2) == "x" * 40 + "y"


def test_what_nobody_owns_takes_no_memory():
    parcels, owner = Parcels(), Owner()
    parcels.add(owner, "ü" * 10, 0, 2)
    assert parcels.bytes == 40
    del owner
    assert parcels.bytes == 0
