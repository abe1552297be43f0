"""A session that was kept goes on as it would have; a file that is not one does no harm."""

import contextlib
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import snapshots
from app.protocol import Configure, Play, RunUntil, Speed, Step
from app.session import Limits
from app.snapshots import LIFETIME, SnapshotError, Snapshots, TakenOverError, pack, unpack
from tests.app.doubles import FakeClock, make_session

TOKEN = "a-token-of-a-session"


def restored(session):
    return unpack(pack(session), clock=FakeClock(), limits=Limits())


def busy_session():
    session, _, _ = make_session()
    session.handle(Configure(changes={"noise": 20, "optimizer": {"kind": "adam"}}))
    session.handle(Configure(view={"discretize": True, "hidden": ["learningRate"]}))
    session.handle(Speed(epochs_per_second=12.5))
    session.handle(RunUntil(epoch=500, test_loss=0.001))
    for _ in range(3):
        session.handle(Step())
    session.trainer.run_steps(7)
    session.handle(Play())
    return session


def test_everything_that_a_page_shows_comes_back():
    session = busy_session()
    other = restored(session)
    assert (other.spec, other.view, other.run) == (session.spec, session.view, session.run)
    ours, theirs = session.training, other.training
    assert theirs.history == ours.history
    assert theirs.transport.state == "playing"
    assert theirs.transport.speed == 12.5
    until = theirs.transport.until
    assert (until.epoch, until.test_loss) == (500, 0.001)
    assert theirs.evaluation() == session.trainer.evaluate()


def test_a_restored_session_goes_on_to_the_same_numbers():
    session = busy_session()
    other = restored(session)
    for each in (session, other):
        each.trainer.run_steps(100)
    assert (other.trainer.network.parameters == session.trainer.network.parameters).all()


def test_a_default_session_takes_few_bytes():
    assert len(pack(make_session()[0])) < 16_384


@given(st.binary(max_size=200))
def test_bytes_that_are_no_session_are_refused(data):
    with pytest.raises(SnapshotError):
        unpack(data, clock=FakeClock(), limits=Limits())


@given(st.data())
def test_a_damaged_session_is_refused_or_read_but_never_a_crash(data):
    whole = pack(make_session()[0])
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = data.draw(
        st.sampled_from([whole[:place], whole[:place] + b"\xff" + whole[place + 1 :]])
    )
    with contextlib.suppress(SnapshotError):
        unpack(damaged, clock=FakeClock(), limits=Limits())


def test_another_version_is_refused():
    data = pack(make_session()[0])
    with pytest.raises(SnapshotError):
        unpack(data.replace(b'"format":2', b'"format":1', 1), clock=FakeClock(), limits=Limits())


def test_a_file_is_found_by_its_token_and_does_not_name_it(tmp_path):
    store = Snapshots(tmp_path, most_bytes=100)
    assert store.write(TOKEN, b"one")
    assert store.write(TOKEN, b"two")
    assert store.read(TOKEN) == b"two"
    assert store.read("another token") is None
    (file,) = tmp_path.iterdir()
    assert TOKEN not in file.name
    assert len(file.stem) == 64


@pytest.mark.parametrize("token", ["", "../../etc/passwd", "a/b", "\0", "x" * 64, "é"])
def test_no_token_leads_out_of_the_folder(tmp_path, token):
    store = Snapshots(tmp_path / "inner", most_bytes=100)
    store.write(token, b"x")
    assert store.read(token) == b"x"
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]


def test_who_reads_and_writes_a_file_takes_it_over(tmp_path):
    one, two = (Snapshots(tmp_path, most_bytes=100) for _ in range(2))
    one.write(TOKEN, b"one")
    assert one.ours(TOKEN)
    assert two.read(TOKEN) == b"one"
    assert one.ours(TOKEN)
    two.write(TOKEN, b"two")
    assert not one.ours(TOKEN)
    with pytest.raises(TakenOverError):
        one.write(TOKEN, b"three")
    assert two.read(TOKEN) == b"two"
    assert one.read(TOKEN) == b"two"
    one.write(TOKEN, b"four")
    assert two.read(TOKEN) == b"four"


def test_of_several_files_those_that_another_has_taken_over_are_left_alone(tmp_path):
    one, two = (Snapshots(tmp_path, most_bytes=100) for _ in range(2))
    kept = [(TOKEN, b"one"), ("large", b"x" * 101), ("other", b"two")]
    assert one.write_all(kept) == ([TOKEN, "other"], [])
    assert two.read(TOKEN) == b"one"
    two.write(TOKEN, b"theirs")
    assert one.write_all(kept) == (["other"], [TOKEN])
    assert two.read(TOKEN) == b"theirs"
    assert two.read("other") == b"two"


def test_too_large_a_session_is_not_kept(tmp_path):
    store = Snapshots(tmp_path, most_bytes=4)
    assert not store.write(TOKEN, b"12345")
    assert list(tmp_path.iterdir()) == []


def test_old_files_are_not_read_and_are_removed(tmp_path):
    store = Snapshots(tmp_path, most_bytes=100)
    store.write(TOKEN, b"old")
    store.write("other", b"new")
    (old,) = [path for path in tmp_path.iterdir() if path.read_bytes() == b"old"]
    past = time.time() - LIFETIME - 1
    os.utime(old, (past, past))
    assert store.read(TOKEN) is None
    store.expire()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


def test_the_oldest_files_go_when_there_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshots, "MOST_FILES", 2)
    store = Snapshots(tmp_path, most_bytes=100)
    for age, token in enumerate(("newest", "middle", "oldest")):
        store.write(token, token.encode())
        (path,) = [path for path in tmp_path.iterdir() if path.read_bytes() == token.encode()]
        os.utime(path, (time.time() - age * 60,) * 2)
    store.expire()
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"newest", b"middle"}


def test_without_a_folder_nothing_is_kept():
    store = Snapshots(None, most_bytes=100)
    assert not store.enabled
    assert not store.write(TOKEN, b"x")
    assert store.read(TOKEN) is None
    store.expire()


def test_a_folder_that_cannot_be_used_stops_nobody(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    assert not Snapshots(tmp_path / "file", most_bytes=100).enabled
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    assert not Snapshots(link, most_bytes=100).enabled
    assert "no snapshots" in caplog.text


def test_a_folder_that_goes_away_stops_nobody(tmp_path, caplog):
    store = Snapshots(tmp_path / "folder", most_bytes=100)
    (tmp_path / "folder").rmdir()
    assert not store.write(TOKEN, b"x")
    store.expire()
    assert "cannot keep" in caplog.text


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_the_folder_is_for_this_user_alone(tmp_path):
    Snapshots(tmp_path / "folder", most_bytes=100)
    assert (tmp_path / "folder").stat().st_mode & 0o077 == 0
