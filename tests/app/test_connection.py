"""Whatever a page sends, a connection answers in order, ends cleanly and harms nobody."""

import asyncio
import contextlib
import functools
import inspect
import json
import signal
import time
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.connection import EndedError, TokenBucket
from app.effort import Effort
from app.errors import CloseCode
from app.protocol import VERSION
from app.session import Session
from app.sessions import SessionStore
from app.settings import Settings
from tests.app.doubles import ClosedError, FakeClock, Frame, Page
from tests.app.live import live_server


def scenario(**options):
    """Run a test in an event loop, with a store whose scheduler works."""

    def decorate(test):
        @functools.wraps(test)
        def run(**given):
            async def play():
                settings = Settings(
                    **{"snapshot_dir": None, "output_side": 16, "unit_side": 8, **options}
                )
                store = SessionStore(settings)
                async with store.running():
                    await test(functools.partial(Page, store, settings), store, **given)
                assert len(store.scheduler) == 0
                assert len(asyncio.all_tasks()) == 1, "tasks are left"

            asyncio.run(play())

        names = list(inspect.signature(test).parameters)[2:]
        parameters = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in names]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return run

    return decorate


# --- the usual -----------------------------------------------------------------------------------


@scenario()
async def test_a_hello_is_answered_with_everything_in_order(page, store):
    async with page() as one:
        one.say("hello", protocol=1, hash="#dataset=xor&activation=swish")
        heard = [await one.hear() for _ in range(7)]
    kinds = [m.header["type"] if isinstance(m, Frame) else m["type"] for m in heard]
    assert kinds == ["welcome", "experiment", "points", "history", "deaths", "status", "frame"]
    assert heard[0]["resumed"] == "new"
    assert heard[1]["spec"]["dataset"]["kind"] == "xor"
    assert heard[1]["notices"]


@scenario()
async def test_a_hello_says_the_language_of_the_page(page, store):
    for said, spoken in ({}, "en"), ({"language": "en-GB"}, "en"), ({"language": "xx"}, "en"):
        async with page() as one:
            one.say("hello", protocol=1, **said)
            token = (await one.hear_of("welcome"))["token"]
            assert store._held[token].client.language == spoken


@scenario()
async def test_playing_sends_frames_as_fast_as_they_are_drawn(page, store):
    async with page() as one:
        await one.enter()
        one.say("speed", epochs_per_second=1000)
        one.say("play")
        frames = [await one.hear_of("frame") for _ in range(10)]
        assert frames[-1].header["epoch"] > frames[0].header["epoch"]
        assert all(frame.header["base"] > 0 for frame in frames)


@scenario()
async def test_no_more_than_two_frames_are_under_way(page, store):
    async with page() as one:
        await one.enter()
        one.say("play")
        seqs = [(await one.hear_of("frame", ack=False)).header["seq"] for _ in range(2)]
        assert seqs == [2, 3]
        with pytest.raises(TimeoutError):
            await one.hear_frame(0.1)
        one.say("ack", seq=2)
        assert (await one.hear_of("frame", ack=False)).header["base"] == 2


@scenario()
async def test_an_acknowledgement_may_be_written_in_another_way(page, store):
    async with page() as one:
        await one.enter()
        one.say("play")
        seqs = [(await one.hear_of("frame", ack=False)).header["seq"] for _ in range(2)]
        one.say_raw({"text": json.dumps({"seq": seqs[0], "type": "ack"})})
        assert (await one.hear_of("frame", ack=False)).header["base"] == seqs[0]


@scenario(message_rate=1, message_burst=2)
async def test_acknowledgements_of_no_frame_are_limited_like_other_messages(page, store):
    async with page() as one:
        await one.enter()
        for _ in range(10):
            one.say("ack", seq=1000)
        assert (await one.hear_close()).code == CloseCode.POLICY


class ShortWay:
    """A websocket that frames may be written to."""

    def __init__(self, page):
        self.page, self.writes = page, True
        self.frames: asyncio.Queue[dict[str, int]] = asyncio.Queue()
        self.hear: Callable[[bytes], bool] = lambda text: False

    async def send(self, message):
        await self.page._take(message)

    def write(self, frame):
        if self.writes:
            self.frames.put_nowait(Frame.of(frame).header)
        return self.writes

    async def next_frame(self):
        async with asyncio.timeout(5):
            return await self.frames.get()


@scenario()
async def test_frames_and_acknowledgements_take_the_short_way(page, store):
    one = page()
    socket = ShortWay(one)
    one.offer(socket)
    async with one:
        one.say("hello", protocol=VERSION, playing=True)
        kinds = [(await one.hear())["type"] for _ in range(2)]
        assert kinds == ["welcome", "experiment"]
        seqs = [(await socket.next_frame())["seq"]]
        for _ in range(10):
            frame = await socket.next_frame()
            assert frame["base"] in (0, *seqs)
            assert socket.hear(b'{"type":"ack","seq":%d}' % frame["seq"])
            seqs.append(frame["seq"])
        assert frame["base"] > 0
        assert not socket.hear(b'{"type":"ack","seq":1}')
        assert not socket.hear(b'{"type":"pause"}')
    assert socket.hear is None


@scenario()
async def test_a_frame_that_cannot_be_written_at_once_waits_with_the_events(page, store):
    one = page()
    socket = ShortWay(one)
    one.offer(socket)
    socket.writes = False
    async with one:
        await one.enter(playing=True)
        await one.hear_of("frame")
        assert socket.frames.empty()


@scenario()
async def test_nothing_is_sent_when_nothing_changes(page, store):
    async with page() as one:
        await one.enter()
        with pytest.raises(TimeoutError):
            await one.hear_frame(0.1)


@scenario()
async def test_a_control_is_answered_at_once_also_while_others_train(page, store):
    async with page() as busy, page() as one:
        await busy.enter()
        busy.say("play")
        await one.enter()
        loop = asyncio.get_running_loop()
        start = loop.time()
        one.say("edit", layer=0, to=0, value=0.5)
        await one.hear_of("frame")
        assert loop.time() - start < 0.1  # 5 ms on a quiet machine


@scenario()
async def test_a_page_that_comes_back_goes_on_where_it_was(page, store):
    async with page() as one:
        token = await one.enter()
        one.say("step")
        await one.hear_of("frame")
    assert len(store) == 1
    async with page() as two:
        two.say("hello", protocol=1, token=token)
        assert (await two.hear())["resumed"] == "memory"
        frame = await two.hear_of("frame")
        assert (frame.header["base"], frame.header["epoch"]) == (0, 1)


@scenario()
async def test_a_session_does_not_train_while_nobody_watches(page, store):
    async with page() as one:
        token = await one.enter()
        one.say("play")
        await one.hear_of("status")
    (held,) = store._held.values()
    steps = held.session.trainer.steps
    await asyncio.sleep(0.03)
    assert held.session.trainer.steps == steps
    async with page() as two:
        two.say("hello", protocol=1, token=token)
        assert (await two.hear_of("status"))["state"] == "playing"


@scenario()
async def test_a_ping_is_answered_when_what_came_before_it_has_been_followed(page, store):
    async with page() as one:
        await one.enter()
        one.say("step")
        one.say("ping", id=7)
        assert (await one.hear_of("pong"))["id"] == 7
        (held,) = store._held.values()
        assert held.session.trainer.epoch == 1


# --- refusals ------------------------------------------------------------------------------------


@scenario()
async def test_what_is_refused_is_answered_with_its_id_and_nothing_ends(page, store):
    cases = [
        ('{"type": "nonsense", "id": 1}', "invalid", 1),
        ("{", "invalid", None),
        ('{"type": "configure", "changes": {"x": 1}, "id": 2}', "experiment", 2),
        ('{"type": "configure", "view": {"x": 1}, "id": 3}', "invalid", 3),
        ('{"type": "undo", "id": 4}', "refused", 4),
        ('{"type": "hello", "protocol": 1, "id": 5}', "refused", 5),
    ]
    async with page() as one:
        await one.enter()
        for text, code, number in cases:
            one.say_raw({"text": text})
            error = await one.hear_of("error")
            assert (error["code"], error["id"]) == (code, number)
            assert error["message"]
        one.say("play")
        assert (await one.hear_of("status"))["state"] == "playing"


@scenario()
async def test_a_failure_of_ours_is_logged_and_said(page, store, monkeypatch, caplog):
    async with page() as one:
        await one.enter()
        (held,) = store._held.values()
        monkeypatch.setattr(held.session, "handle", lambda command: 1 / 0)
        one.say("play", id=9)
        error = await one.hear_of("error")
        assert (error["code"], error["id"]) == ("internal", 9)
        assert "Traceback" not in error["message"]
        assert (await one.hear_close()).code == CloseCode.INTERNAL
    assert "ZeroDivisionError" in caplog.text


@scenario()
async def test_a_session_that_fails_in_training_ends_alone(page, store, monkeypatch, caplog):
    async with page() as one, page() as two:
        await one.enter()
        (held,) = store._held.values()
        await two.enter()
        monkeypatch.setattr(held.session.training, "train", lambda seconds: 1 / 0)
        one.say("play")
        assert (await one.hear_close()).code == CloseCode.INTERNAL
        two.say("step")
        while (epoch := (await two.hear_of("frame")).header["epoch"]) == 0:
            pass  # one from before the step may be under way
        assert epoch == 1


# --- hello ---------------------------------------------------------------------------------------


@scenario(hello_timeout=0.02)
async def test_a_page_that_says_nothing_is_sent_away(page, store):
    async with page() as one:
        assert (await one.hear_close()).code == CloseCode.NO_HELLO
    assert len(store) == 0


@pytest.mark.parametrize("text", ['{"type": "play"}', "garbage", "{}"])
@scenario()
async def test_the_first_message_must_be_a_hello(page, store, text):
    async with page() as one:
        one.say_raw({"text": text})
        assert (await one.hear())["code"] == "no_hello"
        assert (await one.hear_close()).code == CloseCode.NO_HELLO


@scenario()
async def test_another_version_of_the_protocol_is_told_to_reload(page, store):
    async with page() as one:
        one.say("hello", protocol=999, id=1)
        error = await one.hear()
        assert (error["code"], error["id"]) == ("protocol_version", 1)
        assert "reload" in error["message"]
        assert (await one.hear_close()).code == CloseCode.PROTOCOL_VERSION


@scenario(max_sessions=1)
async def test_a_full_server_says_so(page, store):
    async with page() as one, page() as two:
        await one.enter()
        two.say("hello", protocol=1)
        assert (await two.hear())["code"] == "busy"
        closed = await two.hear_close()
        assert closed.code == CloseCode.BUSY
        assert "try again" in closed.reason


@scenario()
async def test_a_second_page_takes_over_and_the_first_is_told(page, store):
    async with page() as one, page() as two:
        token = await one.enter()
        two.say("hello", protocol=1, token=token)
        assert (await two.hear())["resumed"] == "memory"
        closed = await one.hear_close()
        assert closed.code == CloseCode.TAKEN_OVER
        assert "another window" in closed.reason
        two.say("play")
        await two.hear_of("frame")
        assert len(store.scheduler) == 1


# --- pages that misbehave ------------------------------------------------------------------------


@scenario()
async def test_a_binary_message_ends_the_connection(page, store):
    async with page() as one:
        await one.enter()
        one.say_raw({"bytes": b"x"})
        assert (await one.hear_close()).code == CloseCode.UNSUPPORTED_DATA


@scenario(message_bytes=1024)
async def test_too_long_a_message_ends_the_connection(page, store):
    async with page() as one:
        await one.enter()
        one.say_raw({"text": "x" * 1025})
        assert (await one.hear_close()).code == CloseCode.TOO_BIG


@scenario(message_rate=1, message_burst=5)
async def test_a_page_that_sends_too_much_is_warned_then_closed(page, store):
    async with page() as one:
        await one.enter()
        for number in range(12):
            one.say("speed", epochs_per_second=1, id=number)
        codes = []

        async def hear_all():
            while True:
                message = await one.hear()
                if isinstance(message, dict) and message["type"] == "error":
                    codes.append(message["code"])

        with pytest.raises(ClosedError) as caught:
            await hear_all()
    assert set(codes) == {"refused"}
    assert caught.value.code == CloseCode.POLICY


@pytest.mark.timed
@scenario()
async def test_commands_that_take_long_leave_time_for_others(page, store, monkeypatch):
    handle, worked = Session.handle, []

    def slow(session, command):
        time.sleep(0.05)
        worked.append(0.05)
        handle(session, command)

    async with page() as spammer:
        await spammer.enter()
        monkeypatch.setattr(Session, "handle", slow)
        for number in range(60):  # three seconds of work, if nothing stopped it
            spammer.say("reset", id=number)
        await asyncio.sleep(1.5)
        assert 0.2 < sum(worked) < 0.9
        monkeypatch.setattr(Session, "handle", handle)


@pytest.mark.timed
@scenario()
async def test_pages_that_come_with_large_networks_leave_time_for_others(page, store, monkeypatch):
    enter, worked = SessionStore.enter, []

    def slow(store, *arguments):
        before = time.monotonic()
        time.sleep(0.1)  # or longer, when other programs have the processor
        worked.append(time.monotonic() - before)
        return enter(store, *arguments)

    monkeypatch.setattr("app.effort.ARRIVALS_AT_ONCE", 0.0)
    monkeypatch.setattr(SessionStore, "enter", slow)
    async with contextlib.AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(page()) for _ in range(40)]
        for one in crowd:  # four seconds of work, if nothing stopped it
            one.say("hello", protocol=1)
        start = time.monotonic()
        await asyncio.sleep(2)
        assert 0.3 < sum(worked) / (time.monotonic() - start) < 0.83  # two thirds
        monkeypatch.setattr(SessionStore, "enter", enter)


@scenario(message_rate=1, message_burst=1)
async def test_acknowledging_frames_is_never_too_much(page, store):
    async with page() as one:
        await one.enter()
        one.say("play")
        for _ in range(20):
            await one.hear_of("frame")


async def until(condition, what):
    """However busy the machine is."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.02)


async def a_refusal_waits(store):
    """Until an error is among what waits for the only page."""
    (held,) = store._held.values()
    await until(
        lambda: any('"type":"error"' in text for text in held.client._events), "it is refused"
    )


@scenario(send_timeout=30)
async def test_no_files_are_made_for_a_page_that_has_not_taken_those_before(page, store):
    async with page() as one:
        await one.enter()
        one.say("configure", changes={"samples": 5000, "layers": [{"units": 32}] * 7})
        await one.hear_of("experiment")
        one.stop_reading()
        for number in range(12):
            one.say("export", exporter="numpy", id=number)
        await a_refusal_waits(store)
        one.read_again()
        answers = [await one.hear_of("exported")]
        while (event := await one.hear())["type"] != "error":
            answers += [event] if event["type"] == "exported" else []
        assert "still on their way" in event["message"]
        assert len(answers) < 6


@scenario(send_timeout=30)
async def test_a_run_is_not_saved_for_a_page_that_has_not_taken_the_files_before(page, store):
    async with page() as one:
        await one.enter()
        one.say("configure", changes={"layers": [{"units": 32}] * 12})
        await one.hear_of("experiment")
        one.stop_reading()
        for number in range(12):
            one.say("save", id=number)
        await a_refusal_waits(store)
        one.read_again()
        await one.hear_of("saved")
        assert "still on their way" in (await one.hear_of("error"))["message"]


@scenario(send_timeout=30)
async def test_a_page_that_does_not_read_is_closed_when_too_much_waits(page, store):
    async with page() as one:
        await one.enter()
        one.stop_reading()
        for _ in range(80):
            one.say("focus", layer=0, unit=99)
        (held,) = store._held.values()
        client = held.client
        assert client is not None
        await until(lambda: client._ended is not None, "too much waits")
        assert not client._events
        one.read_again()
        assert (await one.hear_close()).code == CloseCode.BUSY


@scenario(send_timeout=0.05)
async def test_a_page_that_takes_no_data_is_dropped(page, store):
    async with page() as one:
        await one.enter()
        one.stop_reading()
        one.say("play")
        await asyncio.wait_for(one.task, 2)
        assert len(store.scheduler) == 0


@scenario()
async def test_a_page_that_vanishes_leaves_nothing_behind(page, store):
    for _ in range(20):
        async with page() as one:
            await one.enter()
            one.say("play")
    assert len(store.scheduler) == 0


@scenario()
async def test_a_server_that_stops_says_goodbye(page, store):
    async with page() as one:
        await one.enter()
        one.say("play")
        stopping = asyncio.create_task(store.stop())
        notice = await one.hear_of("notice")
        assert notice["notices"][0]["code"] == "server_stopping"
        assert (await one.hear_close()).code == CloseCode.STOPPING
        await stopping


def test_a_bucket_fills_with_time_and_breaks_when_it_is_ignored():
    clock = FakeClock()
    bucket = TokenBucket(rate=10, burst=3, clock=clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.advance(0.2)
    assert [bucket.take() for _ in range(2)] == [True, False]
    assert [bucket.take() for _ in range(2)] == [False, False]
    with pytest.raises(EndedError):
        bucket.take()
    clock.advance(60)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_commands_that_are_quick_never_wait():
    clock = FakeClock()
    effort = Effort(clock)
    for _ in range(500):  # fifty a second, of a millisecond each
        assert effort.command(0.001, pages=1) == 0
        clock.advance(0.02)


def test_a_class_comes_in_without_waiting_and_a_crowd_in_two_thirds_of_the_time():
    clock = FakeClock()
    arrivals, start = Effort(clock), clock()
    for _ in range(300):
        clock.advance(0.002)
        assert arrivals.arrival(0.002) == 0
    worked = 0.6
    while clock() < start + 100:
        worked += 0.05
        clock.advance(0.05 + arrivals.arrival(0.05))
    assert worked == pytest.approx(0.4 + 100 * 2 / 3, rel=0.05)


@pytest.mark.parametrize(("pages", "most"), [(1, 0.25), (10, 0.05), (300, 0.01)])
def test_commands_that_take_long_have_a_share_of_the_time_and_no_more(pages, most):
    clock = FakeClock()
    effort, worked, start = Effort(clock), 0.0, clock()
    while clock() < start + 300:
        worked += 0.03
        clock.advance(0.03 + effort.command(0.03, pages))
    assert worked == pytest.approx(300 * most, rel=0.15)


# --- with a real server ---------------------------------------------------------------------------


def play(websocket, token=None):
    """Say hello to a server, and play until a frame of some epochs has come."""
    websocket.send(json.dumps({"type": "hello", "protocol": 1, "token": token}))
    welcome = json.loads(websocket.recv(timeout=5))
    websocket.send(json.dumps({"type": "play"}))
    while True:
        message = websocket.recv(timeout=5)
        if isinstance(message, bytes) and (header := Frame.of(message).header)["type"] == "frame":
            websocket.send(json.dumps({"type": "ack", "seq": header["seq"]}))
            if header["epoch"] >= 5:
                return welcome, header["epoch"]


def test_a_session_survives_a_restart_of_the_server_and_the_page_is_told(tmp_path):
    def page(server):
        return connect(f"ws://127.0.0.1:{server.port}/ws", open_timeout=5)

    options = ("--snapshot-dir", str(tmp_path))
    with live_server(*options) as server, page(server) as websocket:
        welcome, before = play(websocket)
        server.process.send_signal(signal.SIGTERM)
        heard: list[str | bytes] = []
        with contextlib.suppress(ConnectionClosed):
            while True:
                heard.append(websocket.recv(timeout=5))
        assert any("server_stopping" in text for text in heard if isinstance(text, str))
        assert websocket.close_code == CloseCode.STOPPING
        assert server.process.wait(5) == 0
    with live_server(*options) as server, page(server) as websocket:
        again, after = play(websocket, welcome["token"])
    assert (welcome["resumed"], again["resumed"]) == ("new", "snapshot")
    assert again["token"] == welcome["token"]
    assert after >= before
