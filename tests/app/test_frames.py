"""Frames decode to what the engine computed, whatever the experiment, and cost little."""

import math
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from app.frames import OUTPUT_STEP, UNIT_STEP, FrameMaker, Ladder, Ring, points
from app.protocol import Configure, Edit, Focus, Pause, Play, Reset
from app.resolution import Sides
from engine import ACTIVATIONS, PROBLEMS, Grids, LayerSpec, ReLU, RunSpec, evolve
from tests.app.doubles import Frame, make_session, split_maps

SIDE, UNIT_SIDE = 20, 8


FINE = Sides(SIDE, UNIT_SIDE)
COARSE = Sides(10, 4)
IN_MOTION = {"unit_levels": UNIT_STEP, "output_levels": OUTPUT_STEP}


class Maker(FrameMaker):
    """Makes fine frames unless told otherwise."""

    sides = FINE

    def make(self, session, sides=None):
        return super().make(session, sides or self.sides)


class Receiver:
    """The maps as a page keeps them: the last three frames, differences added to their base."""

    def __init__(self):
        self.kept = {}

    def take(self, data):
        frame = Frame.of(data)
        _, _, maps = frame.parts()
        base = frame.header["base"]
        complete = maps if base == 0 else self.kept[base] + maps
        self.kept[frame.header["seq"]] = complete
        self.kept = dict(sorted(self.kept.items())[-3:])
        return frame, complete


def expected_maps(session, side, unit_side):
    grids = Grids(session.trainer, side=side, unit_side=unit_side)
    maps = [*grids.outputs, *grids.units]
    return maps if session.focus is None else [*maps, grids.unit(*session.focus)]


def assert_shows(session, frame, complete, *, unit_levels=0.5, output_levels=0.5):
    parameters, scales, _ = frame.parts()
    assert np.isfinite(parameters).all()
    assert np.allclose(parameters, session.trainer.network.parameters, rtol=1e-6)
    assert np.isfinite(scales).all()
    outputs, units = frame.header["outputs"], frame.header["units"]
    levels = [output_levels] * outputs + [unit_levels] * units + [0.5]
    maps = expected_maps(session, frame.header["side"], frame.header["unit_side"])
    for number, (expected, scale, got) in enumerate(
        zip(maps, scales, split_maps(frame, complete), strict=True)
    ):
        error = np.abs(expected.ravel() - got / 127 * scale).max()
        assert error <= levels[number] * scale / 127 * 1.01 + 1e-6


SPECS = {kind: evolve(RunSpec(), {"problem": kind})[0] for kind in PROBLEMS.kinds}
SPECS["no hidden layer"] = replace(RunSpec(), layers=())
SPECS["unbounded"] = replace(RunSpec(), layers=(LayerSpec(8, ReLU()), LayerSpec(4)))


@pytest.mark.parametrize("name", SPECS)
def test_a_chain_of_frames_decodes_to_what_the_engine_computed(name):
    session, _, _ = make_session(SPECS[name])
    frames, receiver = Maker(), Receiver()
    for _ in range(6):
        frame, complete = receiver.take(frames.make(session))
        assert_shows(session, frame, complete)
        frames.ring.acknowledge(frame.header["seq"])
        session.trainer.run_steps(20)
        session.training.changed()
    assert frame.header["base"] == 5


@pytest.mark.parametrize("name", SPECS)
def test_while_it_trains_maps_are_off_by_less_than_a_step_and_at_rest_by_half_a_level(name):
    session, _, _ = make_session(SPECS[name])
    if session.spec.layers:
        session.handle(Focus(layer=0, unit=1))
    session.handle(Play())
    frames, receiver = Maker(), Receiver()
    for _ in range(20):
        frame, complete = receiver.take(frames.make(session))
        assert_shows(session, frame, complete, **IN_MOTION)
        frames.ring.acknowledge(frame.header["seq"])
        session.trainer.run_steps(7)
    session.handle(Pause())
    frame, complete = receiver.take(frames.make(session))
    assert frame.header["base"] == 20
    assert_shows(session, frame, complete)


def test_maps_move_by_whole_steps_while_it_trains():
    session, _, _ = make_session()
    session.handle(Play())
    frames = Maker()
    frames.make(session)
    frames.ring.acknowledge(1)
    session.trainer.run_epochs(5)
    frame = Frame.of(frames.make(session))
    output, *units = split_maps(frame, frame.parts()[2])
    assert output.any()
    assert not (output.astype(int) % OUTPUT_STEP).any()
    assert np.any(units)
    assert not (np.array(units, int) % UNIT_STEP).any()


def test_maps_stay_as_they_are_while_little_changes():
    session, _, _ = make_session()
    session.handle(Play())
    frames = Maker()
    session.trainer.run_epochs(20)
    frames.make(session)
    frames.ring.acknowledge(1)
    session.trainer.network.parameters[...] *= 1.001
    frame = Frame.of(frames.make(session))
    assert not frame.parts()[2].any()


def test_a_unit_that_dies_while_it_trains_is_sent_as_zeros():
    session, _, _ = make_session(SPECS["unbounded"])
    session.handle(Play())
    frames, receiver = Maker(), Receiver()
    receiver.take(frames.make(session))
    frames.ring.acknowledge(1)
    session.trainer.set_bias(0, 3, -100.0)
    frame, complete = receiver.take(frames.make(session))
    assert frame.header["base"] == 1
    assert not split_maps(frame, complete)[1 + 3].any()


def test_makers_share_memory_but_not_pictures():
    sessions = [make_session(spec)[0] for spec in (*SPECS.values(), SPECS["unbounded"])]
    sessions[-1].handle(Focus(layer=0, unit=2))
    makers = [(session, Maker(), Receiver()) for session in sessions]
    for _ in range(3):
        for session, frames, receiver in makers:
            frame, complete = receiver.take(frames.make(session))
            assert_shows(session, frame, complete)
            frames.ring.acknowledge(frame.header["seq"])
            session.trainer.run_steps(10)


def test_a_further_session_and_its_frames_take_less_than_a_fifth_of_a_megabyte():
    def played():
        session, _, _ = make_session()
        frames = Maker()
        frames.sides = Sides(100, 32)
        for _ in range(3):
            session.trainer.run_epochs(1)
            frames.make(session)
        frames.ring.acknowledge(1)
        return session, frames

    first = played()  # with what all share
    tracemalloc.start()
    try:
        second = played()
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 200_000
    assert second[1].ring is not first[1].ring


def test_the_header_says_what_the_body_holds():
    session, _, _ = make_session()
    session.handle(Focus(layer=0, unit=1))
    header = Frame.of(Maker().make(session)).header
    loss = session.training.evaluation().loss
    assert header["loss"] == pytest.approx({"train": loss.train, "test": loss.test}, rel=1e-6)
    assert header["focus"] == [0, 1]
    wanted = ("seq", "base", "run", "epoch", "parameters", "outputs", "side", "units", "unit_side")
    assert [header[name] for name in wanted] == [1, 0, 1, 0, 25, 1, SIDE, 6, UNIT_SIDE]


def test_frames_under_way_are_coded_against_the_last_acknowledged_one():
    session, _, _ = make_session()
    frames, receiver = Maker(), Receiver()
    bases = []
    for acknowledged in (None, 1, None, 3, 2, 4):
        frame, complete = receiver.take(frames.make(session))
        assert_shows(session, frame, complete)
        bases.append(frame.header["base"])
        if acknowledged is not None:
            frames.ring.acknowledge(acknowledged)
        session.trainer.run_steps(5)
    assert bases == [0, 0, 1, 1, 3, 3]


def test_no_more_than_three_frames_are_kept():
    ring, maps = Ring(), np.zeros(4, np.int8)
    for _ in range(50):
        while ring.in_flight < 2:
            ring.keep(maps)
        assert len(ring) <= 3
        ring.acknowledge(ring.seq - 1)


def test_a_frame_is_acknowledged_once_and_only_when_it_is_under_way():
    ring, maps = Ring(), np.zeros(4, np.int8)
    ring.keep(maps)
    ring.keep(maps)
    assert not ring.acknowledge(3)
    assert ring.acknowledge(2)
    assert not ring.acknowledge(2)
    assert not ring.acknowledge(1)
    assert ring.in_flight == 0


def test_a_difference_wraps_around():
    session, _, _ = make_session(SPECS["no hidden layer"])
    session.handle(Play())
    frames, receiver = Maker(), Receiver()
    for sign in (1, -1, 1):
        session.trainer.network.parameters[...] = 50.0 * sign
        frame, complete = receiver.take(frames.make(session))
        assert_shows(session, frame, complete, **IN_MOTION)
        frames.ring.acknowledge(frame.header["seq"])
        assert {complete.min(), complete.max()} == {-127, 127}


@pytest.mark.parametrize("name", SPECS)
def test_coarse_maps_show_the_same_with_fewer_points(name):
    session, _, _ = make_session(SPECS[name])
    session.handle(Play())
    session.training.in_crowd = True  # so frames are coded by the quickest library, too
    frames, receiver = Maker(), Receiver()
    frames.sides = COARSE
    for _ in range(20):
        frame, complete = receiver.take(frames.make(session))
        assert (frame.header["side"], frame.header["unit_side"]) == (COARSE.output, COARSE.unit)
        assert_shows(session, frame, complete, **IN_MOTION)
        frames.ring.acknowledge(frame.header["seq"])
        session.trainer.run_steps(7)
    assert frame.header["base"] == 19


def test_maps_of_another_size_begin_with_a_complete_frame():
    session, _, _ = make_session()
    frames, receiver = Maker(), Receiver()
    for sides in (FINE, COARSE, FINE):
        frames.sides = sides
        for base in (0, frames.ring.seq + 1):
            frame, complete = receiver.take(frames.make(session))
            assert frame.header["base"] == base
            assert_shows(session, frame, complete)
            frames.ring.acknowledge(frame.header["seq"])


def test_an_activation_that_changes_while_it_trains_is_shown_at_once():
    spec = replace(RunSpec(), layers=(LayerSpec(8, ACTIVATIONS["leaky_relu"]()),))
    session, _, _ = make_session(spec)
    frames, receiver = Maker(), Receiver()
    for alpha in (0.01, 0.5):
        layers = [{"units": 8, "activation": {"kind": "leaky_relu", "alpha": alpha}}]
        session.handle(Configure(changes={"layers": layers}))
        Maker().make(make_session(SPECS["unbounded"])[0], Sides(150, 60))  # takes more memory
        frame, complete = receiver.take(frames.make(session))
        assert_shows(session, frame, complete)
        frames.ring.acknowledge(frame.header["seq"])
    assert frame.header["base"] == 1


@pytest.mark.parametrize(
    "command",
    [
        Reset(),
        Focus(layer=0, unit=0),
        Configure(changes={"layers": [{"units": 3, "activation": {"kind": "relu"}}]}),
    ],
    ids=lambda command: command.type,
)
def test_another_network_or_focus_begins_with_a_complete_frame(command):
    session, _, _ = make_session()
    frames = Maker()
    frames.make(session)
    frames.ring.acknowledge(1)
    session.handle(command)
    frame = Frame.of(frames.make(session))
    assert frame.header["base"] == 0
    assert_shows(session, frame, frame.parts()[2])
    assert frames.ring.in_flight == 1


def test_a_live_change_goes_on_with_the_chain():
    session, _, _ = make_session(SPECS["unbounded"])
    frames, receiver = Maker(), Receiver()
    receiver.take(frames.make(session))
    frames.ring.acknowledge(1)
    session.handle(Configure(changes={"optimizer": {"kind": "adam"}}))
    session.trainer.run_steps(50)
    frame, complete = receiver.take(frames.make(session))
    assert frame.header["base"] == 1
    assert_shows(session, frame, complete)


@pytest.mark.parametrize("kind", ACTIVATIONS.kinds)
def test_bounded_activations_have_the_scale_one(kind):
    activation = ACTIVATIONS[kind]()
    session, _, _ = make_session(replace(RunSpec(), layers=(LayerSpec(2, activation),)))
    for value in (0.001, 20.0):
        session.handle(Edit(layer=0, to=0, from_=0, value=value))
        scales = Frame.of(Maker().make(session)).parts()[1]
        assert scales[0] == 1.0
        assert scales[1] == 1.0 if activation.bounded else True


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_probabilities_have_the_scale_one(kind):
    session, _, _ = make_session(SPECS[kind])
    frame = Frame.of(Maker().make(session))
    assert frame.parts()[1][:3].tolist() == [1.0, 1.0, 1.0]


def test_a_regression_has_at_least_the_scale_one():
    session, _, _ = make_session(SPECS["regression"])
    assert Frame.of(Maker().make(session)).parts()[1][0] >= 1.0
    last = len(session.trainer.network.weights) - 1
    session.handle(Edit(layer=last, to=0, value=10.0))
    assert 8 <= Frame.of(Maker().make(session)).parts()[1][0] <= 16


def test_a_scale_grows_at_once_and_shrinks_reluctantly():
    ladder = Ladder(np.array([False]), np.zeros(1, np.float32))

    def scale(peak):
        ladder.fit(np.array([[[0.0, -peak]]], np.float32))
        return round(2 * math.log2(float(ladder.scales[0])))

    assert scale(1.0) == 0
    assert scale(1.01) == 1
    assert scale(0.99) == 1
    assert scale(0.72) == 1
    assert scale(0.70) == -1
    assert scale(300.0) == 17
    assert scale(0.0) == -20


@pytest.mark.parametrize("value", [1e6, 1e30, 1e200])
@pytest.mark.parametrize("kind", ["linear", "tanh", "relu"])
def test_nothing_that_is_not_finite_is_ever_sent(kind, value):
    layers = (LayerSpec(3, ACTIVATIONS[kind]()),) * 3
    session, _, _ = make_session(replace(SPECS["regression"], layers=layers))
    session.trainer.network.parameters[...] = value
    session.trainer.network.parameters[::2] = -value
    session.training.changed()
    parameters, scales, maps = Frame.of(Maker().make(session)).parts()
    assert np.isfinite(parameters).all()
    assert np.isfinite(scales).all()
    assert (scales > 0).all()
    assert maps.min() >= -127


@pytest.mark.parametrize("kind", PROBLEMS.kinds)
def test_points_are_those_of_the_experiment(kind):
    session, _, _ = make_session(SPECS[kind])
    frame = Frame.of(points(session))
    train, test = session.trainer.data.train, session.trainer.data.test
    assert frame.header == {"type": "points", "run": 1, "train": train.size, "test": test.size}
    values = np.frombuffer(frame.body, "<f4")
    got = np.split(values, np.cumsum([train.size] * 3 + [test.size] * 3)[:-1])
    for part, columns in ((train, got[:3]), (test, got[3:])):
        assert np.allclose(columns[0], part.x[0], rtol=1e-6)
        assert np.allclose(columns[1], part.x[1], rtol=1e-6)
        labels = columns[2]
        if part.labels.ndim == 2:
            bits = labels.astype(int)[np.newaxis] >> np.arange(len(part.labels))[:, np.newaxis] & 1
            assert (bits == part.labels).all()
        else:
            assert np.allclose(labels, part.labels, rtol=1e-6)
