"""The loss history stays bounded and keeps its shape."""

import math
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history import BLOCK, BYTES, ROW, History, Kept


def test_points_are_kept_as_they_come():
    history = History(10)
    for epoch in range(5):
        history.record(epoch, 1.0 / (epoch + 1), None)
    assert history.epochs == [0, 1, 2, 3, 4]
    assert history.train[1] == 0.5
    assert history.test == [None] * 5


@pytest.mark.parametrize("loss", [None, 1e39, -1e39, 1e308])
def test_a_loss_that_is_not_finite_in_single_precision_is_none(loss):
    history = History(10)
    history.record(0, 3.4e38, loss)
    history.record(1, loss, -3.4e38)
    history.amend(1, loss, -3.3e38)
    assert (history.train, history.test) == ([3.4e38, None], [None, -3.3e38])


def test_a_second_point_of_an_epoch_is_left_out():
    history = History(10)
    history.record(3, 1.0, 1.0)
    history.record(3, 2.0, 2.0)
    assert (history.epochs, history.train) == ([3], [1.0])


def test_an_edit_puts_the_last_point_right():
    history = History(10)
    history.record(3, 1.0, 1.0)
    history.amend(3, 2.0, 3.0)
    history.amend(4, 9.0, 9.0)
    assert (history.train, history.test) == ([2.0], [3.0])


@given(st.integers(16, 64), st.lists(st.integers(1, 40), max_size=500))
def test_a_history_is_bounded_ordered_and_spread(limit, gaps):
    history, epoch = History(limit), 0
    history.record(0, 0.0, 0.0)
    for gap in gaps:
        epoch += gap
        history.record(epoch, float(epoch), None)
    assert len(history.epochs) <= limit
    assert history.epochs[0] == 0
    distances = [b - a for a, b in zip(history.epochs, history.epochs[1:], strict=False)]
    assert all(distance >= history.stride for distance in distances)
    assert history.train == [float(kept) for kept in history.epochs]
    # the last point is never further away than the distance of points
    assert epoch - history.epochs[-1] < max(history.stride, max(gaps, default=1))


def test_a_copy_is_independent():
    history = History(10)
    history.record(0, 1.0, 1.0)
    copy = history.keep().history
    history.record(1, 1.0, 1.0)
    assert copy.epochs == [0]


@given(
    st.integers(BLOCK // 2, 5 * BLOCK),
    st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=2, max_size=12),
)
def test_copies_of_a_long_history_do_not_feel_what_comes_after(limit, parts):
    history, copies, epoch = History(limit), [], 0
    for more, goes_back in parts:
        for _ in range(more):
            epoch += 1
            history.record(epoch, 1 / epoch, None)
        copies.append((history.keep(), history.to_bytes(), history.stride))
        history.amend(epoch, float(epoch), 0.0)
        if goes_back:  # as by undo: an old one goes on
            history = copies[len(copies) // 2][0].history
            epoch = max(history.epochs, default=0)
    for kept, before, stride in copies:
        copy = kept.history
        assert (copy.to_bytes(), copy.stride) == (before, stride)
        assert History.from_bytes(before, limit, stride, points=len(copy)) == copy
        assert len(copy) == len(copy.epochs) <= limit


def test_what_is_kept_takes_no_more_than_the_last_points():
    history = History(2000)
    for epoch in range(2000):
        history.record(epoch, 1 / (epoch + 1), None)
    tracemalloc.start()
    try:
        copies = [history.keep() for _ in range(20)]
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert all(copy.history == history for copy in copies)
    assert taken < 20 * 1.5 * BLOCK * BYTES  # a twentieth of as many histories
    assert Kept.size(copies) < Kept.size(copies[:1]) + 20 * BLOCK * BYTES


def test_a_full_history_is_kept_in_few_bytes():
    tracemalloc.start()
    try:
        history = History(2000)
        for epoch in range(2000):
            history.record(epoch, 1 / (epoch + 1), 2 / (epoch + 1))
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 2000 * BYTES
    assert len(history.to_bytes()) < 0.75 * 2000 * BYTES
    assert history.train == pytest.approx([1 / (epoch + 1) for epoch in range(2000)], rel=2e-7)


def test_its_bytes_are_the_whole_of_it():
    history = History(10, stride=2)
    history.record(0, 1.0, None)
    history.record(2, 0.25, 0.5)
    again = History.from_bytes(history.to_bytes(), 10, 2, points=2)
    assert again == history
    assert (again.epochs, again.train, again.test) == ([0, 2], [1.0, 0.25], [None, 0.5])


def test_bytes_that_say_that_a_loss_is_infinite_give_none():
    forged = ROW.pack(0, math.inf, -math.inf)
    history = History.from_bytes(forged, 10, 1, points=1)
    assert (history.train, history.test) == ([None], [None])


def test_bytes_of_other_points_are_refused():
    history = History(1000)
    for epoch in range(BLOCK + 2):
        history.record(epoch, 1.0, None)
    data, points = history.to_bytes(), len(history)
    damaged = bytes([data[0] ^ 255]) + data[1:]
    short = zlib.compress(bytes(BLOCK * BYTES - 1)) + bytes(2 * BYTES)
    long = zlib.compress(bytes(10 * BLOCK * BYTES)) + bytes(2 * BYTES)
    for wrong in (damaged, short, long, data[:-1], data + bytes(BYTES), data[: len(data) // 4]):
        with pytest.raises(ValueError, match="got"):
            History.from_bytes(wrong, 1000, 1, points=points)
    with pytest.raises(ValueError, match="expected those of 3 points"):
        History.from_bytes(bytes(2 * BYTES), 1000, 1, points=3)
