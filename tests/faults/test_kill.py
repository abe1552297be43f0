"""A server that is killed costs a playing page a second of training at most, and nothing else."""

import asyncio
import contextlib
import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from app.session import Limits, Session
from app.snapshots import unpack
from bench.crash import measure
from engine import LayerSpec, ReLU, RunSpec, Spiral, Tanh, Trainer, url
from engine.link import View
from engine.optimizers import Adam
from tests.app.live import LiveServer, live_server
from tests.faults.page import Page, Seen, eventually
from tests.faults.snapshots import snapshots

pytestmark = pytest.mark.timed

SPEC = RunSpec(
    dataset=Spiral(),
    samples=300,
    noise=10,
    layers=(LayerSpec(8, Tanh()), LayerSpec(4, ReLU())),
    optimizer=Adam(),
    learning_rate=0.01,
    batch_size=7,
    weight_seed="another",
)
SPEED = 25.0
"""Epochs per second; each is evaluated exactly at its end."""
MOST_LOST = 1.0
"""Seconds of training."""


def play(server: LiveServer, token: str | None = None) -> Page:
    """A page that plays the experiment. It says how fast before it says Play: a session that begins
    at its usual speed is too fast for each epoch to be evaluated until it hears otherwise."""
    page = Page(server.port, token=token, hash=url.encode(SPEC, View()))
    page.say("speed", epochs_per_second=SPEED)
    if token is None:
        page.say("play")
    return page


def the_snapshot(folder: Path) -> Session:
    """What the only snapshot in the folder holds."""
    (data,) = snapshots(folder).values()
    return unpack(data, clock=time.monotonic, limits=Limits())


def seen_before(page: Page, moment: float) -> Seen:
    """What the page saw last before a moment."""
    return [seen for seen in page.frames if seen.at <= moment][-1]


def test_a_killed_server_goes_on_bit_for_bit_from_a_second_ago_at_most(tmp_path: Path) -> None:
    options = ("--snapshot-dir", str(tmp_path))
    with live_server(*options) as server, play(server) as page:
        assert page.wait_for(lambda page: page.epoch >= 3 * SPEED)
        killed = time.monotonic()
        server.process.kill()
        assert page.wait_for(lambda page: page.code == 1006)
        port = server.port
    kept = the_snapshot(tmp_path)
    assert kept.trainer.epoch >= seen_before(page, killed - MOST_LOST).epoch

    alone = Trainer(SPEC)  # it has never been interrupted
    alone.run_steps(kept.trainer.steps)
    ours, theirs = kept.trainer.snapshot(), alone.snapshot()
    assert ours.parameters.tobytes() == theirs.parameters.tobytes()
    assert ours.order.tobytes() == theirs.order.tobytes()
    assert ours.shuffle == theirs.shuffle
    assert ours.offset == theirs.offset
    assert ours.update.keys() == theirs.update.keys() != set()
    for name, array in ours.update.items():
        assert array.tobytes() == theirs.update[name].tobytes(), name

    with live_server(*options, "--port", str(port)) as server, play(server, page.token) as again:
        assert (again.resumed, again.token) == ("snapshot", page.token)
        assert again.of("status")[0]["state"] == "playing"
        first = again.of("history")[0]
        assert again.wait_for(lambda again: again.epoch > kept.trainer.epoch + SPEED)
        again.say("step")  # to the end of an epoch
        again.answer()
        assert again.wait_for(lambda again: time.monotonic() - again.frames[-1].at > 0.3)
        last = again.frames[-1].frame
    alone = Trainer(SPEC)
    losses = {0: alone.evaluate().loss}
    while alone.epoch < last.header["epoch"]:
        alone.run_epochs(1)
        losses[alone.epoch] = alone.evaluate().loss
    loss = losses[alone.epoch]
    expected = {"train": loss.train, "test": loss.test}
    assert last.header["loss"] == pytest.approx(expected, rel=1e-6)  # it has seven digits
    assert (last.parts()[0] == alone.network.parameters.astype(np.float32)).all()
    assert first["epoch"][0] == 0
    assert first["epoch"][-1] >= kept.trainer.epoch - 1
    assert first["epoch"] == list(range(len(first["epoch"])))
    train = [losses[epoch].train for epoch in first["epoch"]]
    assert first["train"] == pytest.approx(train, rel=2e-7)
    test = [losses[epoch].test for epoch in first["epoch"]]
    assert first["test"] == pytest.approx(test, rel=2e-7)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers in /proc")
@pytest.mark.slow
def test_a_class_whose_server_is_killed_is_back_within_three_seconds() -> None:
    rows = {row.name.partition(": ")[2]: row.figure for row in asyncio.run(measure(100, 2))}
    assert rows["resumed"] == 100
    assert rows["errors"] == 0
    assert rows["back, slowest"] < 3
    assert rows["training lost, most"] <= MOST_LOST


def test_the_pages_of_another_worker_do_not_notice_that_one_was_killed() -> None:
    with live_server("--workers", "2") as server, contextlib.ExitStack() as stack:
        pages = []
        for _ in range(6):
            pages.append(stack.enter_context(play(server)))
            time.sleep(0.15)  # workers tell ten times a second how busy they are
        assert all(page.wait_for(lambda page: page.epoch > 2 * SPEED) for page in pages)
        killed = time.monotonic()
        os.kill(server.workers[0], signal.SIGKILL)
        assert eventually(lambda: [page.code for page in pages].count(1006) == 3)
        victims = [page for page in pages if page.code is not None]
        others = [page for page in pages if page.code is None]
        for victim in victims:
            back = stack.enter_context(Page(server.port, token=victim.token))
            assert back.resumed == "snapshot"
            assert back.wait_for(lambda back: bool(back.frames))
            assert back.frames[0].epoch >= seen_before(victim, killed - MOST_LOST).epoch
            assert back.wait_for(lambda back: back.epoch > back.frames[0].epoch)
        assert eventually(lambda: len(server.workers) == 2)
        time.sleep(max(0.0, killed + 2 - time.monotonic()))
        assert [page.code for page in others] == [None] * 3
        assert max(page.gap(killed - 0.5) for page in others) < 0.75
        assert [page.of("error") + page.of("notice") for page in others] == [[]] * 3


def test_what_a_page_does_just_before_the_kill_is_kept_within_a_second(tmp_path: Path) -> None:
    """A paused page changes only by its commands."""
    options = ("--snapshot-dir", str(tmp_path))
    with live_server(*options) as server, Page(server.port) as page:
        page.say("configure", changes={"learning_rate": 0.3})
        page.say("edit", layer=0, to=1, **{"from": 0}, value=0.125)
        page.say("run_until", epoch=40)
        page.answer()
        time.sleep(MOST_LOST)
        server.process.kill()
    with live_server(*options) as server, Page(server.port, token=page.token) as again:
        assert again.resumed == "snapshot"
        assert again.of("experiment")[0]["spec"]["learning_rate"] == 0.3
        assert again.of("status")[0]["until_epoch"] == 40
        assert again.wait_for(lambda again: bool(again.frames))
        assert again.frames[0].frame.parts()[0][3] == 0.125
        again.say("play")
        assert again.wait_for(lambda again: again.epoch == 40)
        notice = json.dumps(again.of("notice"))
        assert "until_epoch" in notice
