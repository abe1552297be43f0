"""The store finds sessions again, has room for a limited number, and forgets in the end."""

import asyncio
import contextlib
import shutil
import sqlite3

import pytest

from app.errors import CloseCode
from app.file_store import NAME
from app.protocol import VERSION, Hello, NoticeEvent, Play, Step
from app.sessions import AT_ONCE, BusyError, Held, SessionStore
from app.settings import Settings
from tests.app.doubles import FakeClock, Recorder


class FakeClient(Recorder):
    """A connection that remembers, and leaves the store when it is ended."""

    store: SessionStore
    ended: CloseCode | None = None
    held: Held | None = None

    def end(self, code, reason):
        assert reason
        self.ended = code
        self.store.leave(self, self.held)

    def wake(self):
        pass

    __hash__ = object.__hash__


class House:
    """A store with a clock, and clients that come and go."""

    def __init__(self, folder=None, **options):
        self.clock = FakeClock()
        self.settings = Settings(snapshot_dir=folder, **options)
        self.store = SessionStore(self.settings, self.clock)

    def enter(self, token=None, address="here", **fields):
        return asyncio.run(self._enter(token, address, **fields))

    async def _enter(self, token, address, **fields):
        client = FakeClient()
        client.store = self.store
        self.store.join(client)
        hello = Hello(protocol=VERSION, token=token, **fields)
        held, origin, _ = await self.store.enter(hello, client, address)
        client.held = held
        await self.store._keeper.finished()
        return client, held, origin

    def leave(self, client, held):
        self.store.leave(client, held)
        asyncio.run(self.store._keeper.finished())

    def keep_all(self):
        asyncio.run(self.store.keep_all())


def rows(folder):
    """Each snapshot's name and time."""
    with contextlib.closing(sqlite3.connect(folder / NAME)) as file:
        return file.execute("SELECT name, written FROM snapshots").fetchall()


def damage(folder):
    """Overwrite the snapshots."""
    with contextlib.closing(sqlite3.connect(folder / NAME)) as file, file:
        file.execute("UPDATE snapshots SET data = zeroblob(100)")


@pytest.fixture
def house():
    return House()


def test_a_page_without_a_token_gets_a_new_session_with_an_unguessable_one(house):
    _, first, origin = house.enter(hash="#dataset=xor")
    _, second, _ = house.enter()
    assert origin == "new"
    assert first.session.spec.dataset.kind == "xor"
    assert first.token != second.token
    assert len(first.token) >= 22  # 128 bit
    assert len(house.store) == 2


def test_a_page_that_comes_back_finds_its_session(house):
    client, held, _ = house.enter()
    held.session.handle(Step())
    house.leave(client, held)
    house.clock.advance(500)
    _, again, origin = house.enter(held.token, hash="#dataset=xor")
    assert (again, origin) == (held, "memory")
    assert again.session.trainer.epoch == 1


def test_an_unknown_token_gets_a_new_session_of_the_link(house):
    _, held, origin = house.enter("unknown", hash="#dataset=xor", playing=True)
    assert origin == "expired"
    assert held.token != "unknown"
    assert held.session.spec.dataset.kind == "xor"
    assert held.session.training.transport.playing


def test_a_session_lives_for_a_while_without_its_page(house):
    client, held, _ = house.enter()
    house.leave(client, held)
    house.clock.advance(house.settings.session_linger - 1)
    house.store.expire()
    assert len(house.store) == 1
    house.clock.advance(2)
    house.store.expire()
    assert len(house.store) == 0


def test_a_watched_session_never_expires(house):
    house.enter()
    house.clock.advance(1e6)
    house.store.expire()
    assert len(house.store) == 1


def test_a_second_page_with_the_same_token_takes_over(house):
    first, held, _ = house.enter()
    second, again, _ = house.enter(held.token)
    assert first.ended is CloseCode.TAKEN_OVER
    assert (again, held.client) == (held, second)
    house.leave(first, held)  # the older connection ends after the newer one has come
    assert held.client is second


def test_a_full_server_is_busy():
    house = House(max_sessions=2)
    house.enter()
    house.enter()
    with pytest.raises(BusyError, match="2 sessions"):
        house.enter()


def test_an_address_has_its_share():
    house = House(max_sessions_per_address=1)
    house.enter(address="one")
    with pytest.raises(BusyError, match="from this address"):
        house.enter(address="one")
    house.enter(address="two")


def test_a_full_server_drops_the_session_that_is_longest_without_a_page():
    house = House(max_sessions=3)
    entered = [house.enter() for _ in range(3)]
    for client, held, _ in (entered[1], entered[0]):
        house.leave(client, held)
        house.clock.advance(1)
    house.enter()
    assert len(house.store) == 3
    assert house.enter(entered[0][1].token)[2] == "memory"
    with pytest.raises(BusyError):
        house.enter(entered[1][1].token)


def test_a_session_comes_back_after_a_restart(tmp_path):
    house = House(tmp_path)
    client, held, _ = house.enter()
    for command in (Step(), Step(), Play()):
        held.session.handle(command)
    house.leave(client, held)
    _, again, origin = House(tmp_path).enter(held.token)
    assert origin == "snapshot"
    assert again.token == held.token
    assert again.session.trainer.epoch == 2
    assert again.session.training.transport.playing


def test_a_damaged_snapshot_counts_as_none_and_is_told_of(tmp_path, caplog):
    house = House(tmp_path)
    client, held, _ = house.enter()
    house.leave(client, held)
    damage(tmp_path)
    assert House(tmp_path).enter(held.token)[2] == "expired"
    assert "its page starts afresh" in caplog.text
    assert held.token not in caplog.text


def test_a_watched_session_is_written_when_it_has_changed_and_only_then(tmp_path):
    house = House(tmp_path)
    _, held, _ = house.enter()
    house.enter()

    def keep():
        before = rows(tmp_path)
        house.keep_all()
        return len(set(rows(tmp_path)) - set(before))

    assert keep() == 0  # a new session is written at once
    held.session.handle(Step())
    assert keep() == 1


def test_more_sessions_than_are_written_at_once_are_all_written(tmp_path):
    house = House(tmp_path)
    held = [house.enter()[1] for _ in range(2 * AT_ONCE + 1)]
    for one in held:
        one.session.handle(Step())
    house.keep_all()
    again = House(tmp_path)
    assert all(again.enter(one.token)[1].session.trainer.epoch == 1 for one in held)


def test_a_process_takes_a_session_over_from_another(tmp_path):
    here, there = House(tmp_path), House(tmp_path)
    client, held, _ = here.enter()
    here.keep_all()
    _, again, origin = there.enter(held.token)
    assert origin == "snapshot"
    again.session.handle(Step())
    held.session.handle(Play())  # it has not yet noticed
    here.keep_all()
    assert client.ended is CloseCode.TAKEN_OVER
    assert len(here.store) == 0
    there.keep_all()
    assert len(there.store) == 1
    _, back, origin = here.enter(held.token)
    assert origin == "snapshot"
    assert back.session.trainer.epoch == 1
    assert not back.session.training.transport.playing


def test_a_process_does_not_go_on_with_what_another_has_taken_over(tmp_path):
    here, there = House(tmp_path), House(tmp_path)
    client, held, _ = here.enter()
    here.leave(client, held)
    client, again, _ = there.enter(held.token)
    again.session.handle(Step())
    there.leave(client, again)
    _, back, origin = here.enter(held.token)
    assert (origin, back.session.trainer.epoch) == ("snapshot", 1)


def test_one_that_comes_while_its_session_is_fetched_gets_the_same(tmp_path):
    house = House(tmp_path)
    client, held, _ = house.enter()
    house.leave(client, held)
    again = House(tmp_path)

    async def both():
        return await asyncio.gather(*(again._enter(held.token, "here") for _ in range(2)))

    (first, one, _), (second, other, origin) = asyncio.run(both())
    assert one is other
    assert origin == "memory"
    assert first.ended is CloseCode.TAKEN_OVER
    assert other.client is second
    assert len(again.store) == 1


def test_a_full_server_takes_no_session_from_another(tmp_path):
    here, full = House(tmp_path), House(tmp_path, max_sessions=1)
    _, held, _ = here.enter()
    full.enter()
    with pytest.raises(BusyError):
        full.enter(held.token)
    here.keep_all()
    assert len(here.store) == 1


def test_what_could_not_be_written_is_written_later_also_when_nothing_changes(tmp_path, caplog):
    folder = tmp_path / "folder"
    folder.write_text("in the way")
    house = House(folder)
    client, held, _ = house.enter()
    held.session.handle(Step())
    for _ in range(3):
        house.keep_all()
    house.leave(client, held)
    folder.unlink()
    house.keep_all()
    assert House(folder).enter(held.token)[1].session.trainer.epoch == 1
    assert [record.getMessage().split(" in ")[0] for record in caplog.records] == [
        "snapshots cannot be written",
        "snapshots are kept",
    ]


def test_a_snapshot_that_the_store_has_lost_is_written_again(tmp_path):
    house = House(tmp_path)
    _, held, _ = house.enter()
    held.session.handle(Step())
    house.keep_all()
    with contextlib.closing(sqlite3.connect(tmp_path / NAME)) as file, file:
        file.execute("DELETE FROM snapshots")
    house.keep_all()  # notices
    house.keep_all()
    assert House(tmp_path).enter(held.token)[1].session.trainer.epoch == 1


def test_too_large_a_session_trains_but_is_not_kept_which_is_said_once(tmp_path, caplog):
    house = House(tmp_path, snapshot_bytes=4096)
    _, held, _ = house.enter()
    for epoch in range(1000):
        held.session.training.history.record(epoch, 1 / (epoch + 1), 2 / (epoch + 3))
    for _ in range(3):
        held.session.handle(Step())
        house.keep_all()
    assert held.session.trainer.epoch == 3
    assert House(tmp_path).enter(held.token)[1].session.trainer.epoch == 0
    assert [record.args[1] for record in caplog.records] == [4096]


def test_workers_share_the_limits(tmp_path):
    house = House(max_sessions=3, workers=2)
    house.enter()
    house.enter()
    with pytest.raises(BusyError, match="3 sessions"):
        house.enter()


def test_stopping_tells_everybody_and_keeps_everything(tmp_path):
    house = House(tmp_path)
    client, held, _ = house.enter()

    async def scenario():
        async with house.store.running():
            await asyncio.sleep(0)
            held.session.handle(Step())

    asyncio.run(scenario())
    assert [notice.code for notice in client.of(NoticeEvent)[-1].notices] == ["server_stopping"]
    assert client.ended is CloseCode.STOPPING
    assert House(tmp_path).enter(held.token)[1].session.trainer.epoch == 1


def test_who_comes_while_the_server_stops_is_sent_away(house):
    asyncio.run(house.store.stop())
    client = FakeClient()
    client.store = house.store
    house.store.join(client)
    assert client.ended is CloseCode.STOPPING


def test_a_full_store_is_not_ready_for_more_and_one_with_unwatched_sessions_is():
    house = House(max_sessions=2)
    assert house.store.obstacle() is None
    house.enter()
    client, held, _ = house.enter()
    assert house.store.obstacle() == "full"
    house.leave(client, held)
    assert house.store.obstacle() is None


def test_snapshots_that_cannot_be_written_are_counted(tmp_path):
    house = House(tmp_path / "snapshots")
    client, held, _ = house.enter()
    house.leave(client, held)
    assert (house.store.tally.snapshots_written, house.store.obstacle()) == (1, None)
    shutil.rmtree(tmp_path / "snapshots")
    (tmp_path / "snapshots").write_text("in the way")
    client, held, _ = house.enter(held.token)
    held.session.handle(Step())
    house.leave(client, held)
    assert house.store.tally.snapshots_failed == 1
    assert house.store.obstacle() == "snapshots cannot be written"
    house.clock.advance(31)  # nobody may have come meanwhile who could show otherwise
    assert house.store.obstacle() is None
