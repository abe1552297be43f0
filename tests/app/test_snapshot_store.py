"""What every store of snapshots does, and what only one of them can suffer."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

from app import sqlite_store
from app.snapshot_store import LIFETIME, StoreError, hashed
from app.sqlite_store import FILE, SqliteStore
from tests.app.live import ROOT
from tests.app.redis_server import redis_server

TOKEN = "a-token-of-a-session"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def fresh(server):
    """The address of an empty server."""
    redis = pytest.importorskip("redis")
    with redis.Redis(port=server.port) as client:
        client.flushall()
    return server.url


def redis_store(url):
    from app.redis_store import RedisStore

    return RedisStore(url)


@pytest.fixture(params=["sqlite", "redis"])
def process(request, tmp_path):
    """Makes a store as each process has one, all of the same snapshots."""
    opened = []
    url = request.getfixturevalue("fresh") if request.param == "redis" else None

    def make():
        opened.append(redis_store(url) if url else SqliteStore(tmp_path / "folder"))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def test_a_snapshot_is_found_by_its_token(process):
    store = process()
    assert store.write_all([(TOKEN, b"one"), ("other", b"\0\xff")]) == ([TOKEN, "other"], [])
    assert store.write_all([(TOKEN, b"two")]) == ([TOKEN], [])
    assert store.take(TOKEN) == b"two"
    assert store.take("other") == b"\0\xff"
    assert store.take("another token") is None
    assert store.take(hashed(TOKEN)) is None


@pytest.mark.parametrize("token", ["", "../../etc/passwd", "a/b", "\0", "x" * 64, "é", "a b\r\n"])
def test_any_text_can_be_a_token(process, token):
    store = process()
    store.write_all([(token, b"x")])
    assert store.take(token) == b"x"


def test_a_snapshot_stays_when_the_process_has_gone(process):
    process().write_all([(TOKEN, b"one")])
    assert process().take(TOKEN) == b"one"


def test_who_takes_a_snapshot_owns_the_session_from_then_on(process):
    one, two = process(), process()
    one.write_all([(TOKEN, b"one")])
    assert one.look([TOKEN]) == ([], [])
    assert two.take(TOKEN) == b"one"
    assert one.look([TOKEN]) == ([TOKEN], [])
    assert one.write_all([(TOKEN, b"late")]) == ([], [TOKEN])
    assert two.look([TOKEN]) == ([], [])
    assert two.write_all([(TOKEN, b"two")]) == ([TOKEN], [])
    assert one.take(TOKEN) == b"two"
    assert one.write_all([(TOKEN, b"three")]) == ([TOKEN], [])
    assert two.write_all([(TOKEN, b"late")]) == ([], [TOKEN])
    assert two.take(TOKEN) == b"three"


def test_a_token_that_nobody_has_kept_is_nobodys(process):
    one, two = process(), process()
    assert one.take(TOKEN) is None
    assert two.write_all([(TOKEN, b"two")]) == ([TOKEN], [])
    assert one.look([TOKEN]) == ([TOKEN], [])


def test_of_several_those_that_another_has_taken_over_are_left_alone(process):
    one, two = process(), process()
    kept = [(TOKEN, b"one"), ("other", b"two")]
    one.write_all(kept)
    two.take(TOKEN)
    two.write_all([(TOKEN, b"theirs")])
    assert one.write_all(kept) == (["other"], [TOKEN])
    assert one.look([TOKEN, "other", "third"]) == ([TOKEN], ["third"])
    assert two.take(TOKEN) == b"theirs"
    assert two.take("other") == b"two"


def test_what_a_process_has_forgotten_it_can_take_again(process):
    store = process()
    store.write_all([(TOKEN, b"one")])
    store.forget(TOKEN)
    assert store.take(TOKEN) == b"one"
    assert store.write_all([(TOKEN, b"two")]) == ([TOKEN], [])


def test_nothing_to_do_is_done(process):
    store = process()
    assert store.write_all([]) == ([], [])
    assert store.look([]) == ([], [])


RACER = """
import sys, time
from app.keeper import open_store
from app.settings import Settings

store = open_store(Settings())
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[1])):
    data = store.take("shared")
    before = int(data)
    if store.write_all([("shared", b"%d" % (before + 1))]).kept:
        print("added", flush=True)
"""


def test_of_processes_that_take_at_once_none_overwrites_what_another_has_written(process, tmp_path):
    """A count that each takes, raises and writes: what was written is there."""
    store = process()
    store.write_all([("shared", b"0")])
    place = "PLAYGROUND_SNAPSHOT_" + ("DIR" if isinstance(store, SqliteStore) else "STORE")
    url = str(tmp_path / "folder" if isinstance(store, SqliteStore) else store)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, "200"],
            cwd=ROOT,
            env={**os.environ, place: url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    outputs = []
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("\n")
        racer.stdin.flush()
    for racer in racers:
        outputs.append(racer.communicate(timeout=30)[0])
        assert racer.returncode == 0
    added = sum(output.count("added") for output in outputs)
    assert 0 < added <= 600
    assert store.take("shared") == b"%d" % added


# --- A file -------------------------------------------------------------------------------------


@pytest.fixture
def one_file(tmp_path):
    store = SqliteStore(tmp_path / "folder")
    yield store
    store.close()


def query(tmp_path, text, *values):
    """What another program sees or does in the file."""
    with contextlib.closing(sqlite3.connect(tmp_path / "folder" / FILE)) as file, file:
        return file.execute(text, values).fetchall()


def test_a_row_does_not_name_its_token(one_file, tmp_path):
    one_file.write_all([(TOKEN, b"one")])
    assert query(tmp_path, "SELECT name, data FROM snapshot") == [(hashed(TOKEN), b"one")]


def test_old_rows_are_not_taken_and_are_removed(one_file, tmp_path):
    one_file.write_all([(TOKEN, b"old"), ("other", b"new")])
    past = time.time() - LIFETIME - 1
    query(tmp_path, "UPDATE snapshot SET changed = ? WHERE name = ?", past, hashed(TOKEN))
    assert one_file.take(TOKEN) is None
    one_file.expire()
    assert query(tmp_path, "SELECT data FROM snapshot") == [(b"new",)]


@pytest.mark.parametrize("jump", [30 * 24 * 3600.0, -30 * 24 * 3600.0])
def test_a_clock_that_jumps_makes_nothing_old(one_file, monkeypatch, jump):
    one_file.write_all([(TOKEN, b"one")])
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    one_file.expire()
    assert one_file.take(TOKEN) == b"one"
    one_file.expire()
    monkeypatch.undo()  # it jumps back
    one_file.expire()
    assert one_file.take(TOKEN) == b"one"


def test_the_oldest_rows_go_when_there_are_too_many(one_file, tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_store, "MOST_ROWS", 2)
    for age, token in enumerate(("newest", "middle", "oldest")):
        one_file.write_all([(token, token.encode())])
        changed = time.time() - age * 60
        query(tmp_path, "UPDATE snapshot SET changed = ? WHERE name = ?", changed, hashed(token))
    one_file.expire()
    kept = query(tmp_path, "SELECT data FROM snapshot")
    assert {data for (data,) in kept} == {b"newest", b"middle"}


def test_a_folder_that_cannot_be_used_says_why(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="File exists"):
        SqliteStore(tmp_path / "file").write_all([(TOKEN, b"x")])
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(StoreError, match="is a link"):
        SqliteStore(link).take(TOKEN)


def test_a_folder_that_was_removed_is_made_again(one_file, tmp_path):
    one_file.write_all([(TOKEN, b"x")])
    shutil.rmtree(tmp_path / "folder")
    assert one_file.look([TOKEN]) == ([], [TOKEN])
    assert one_file.write_all([(TOKEN, b"y")]) == ([TOKEN], [])
    assert one_file.take(TOKEN) == b"y"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_the_folder_is_for_this_user_alone(one_file, tmp_path):
    one_file.expire()
    assert (tmp_path / "folder").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_leaves_the_snapshot_before(one_file):
    """A limit on the size of files does what a full disk does: at first it takes a part."""
    import resource

    one_file.write_all([(TOKEN, b"before" * 100), ("other", b"x")])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(StoreError):
            one_file.write_all([("other", b"y"), (TOKEN, b"after" * 100_000)])
        assert one_file.take(TOKEN) == b"before" * 100
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert one_file.take("other") == b"x"  # all of a transaction or nothing
    assert one_file.write_all([(TOKEN, b"after")]) == ([TOKEN], [])


def test_a_process_that_was_halted_while_it_wrote_holds_nobody_up_for_long(one_file, tmp_path):
    one_file.write_all([(TOKEN, b"x")])
    with contextlib.closing(sqlite3.connect(tmp_path / "folder" / FILE)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            one_file.take(TOKEN)
        assert one_file.look([TOKEN]) == ([], [])  # reading waits for nobody
    assert one_file.take(TOKEN) == b"x"


@pytest.mark.parametrize("damage", ["no database", "cut off", "overwritten"])
def test_a_damaged_file_is_put_aside(tmp_path, caplog, damage):
    folder = tmp_path / "folder"
    store = SqliteStore(folder)
    store.write_all([(str(number), b"x" * 5000) for number in range(20)])
    store.close()
    path = folder / FILE
    whole = path.read_bytes()
    path.write_bytes(
        {
            "no database": b"x" * 5000,
            "cut off": whole[:6000],
            "overwritten": whole[:4096] + b"\xff" * (len(whole) - 4096),
        }[damage]
    )
    store = SqliteStore(folder)
    with contextlib.suppress(StoreError):  # damage may be seen at first when the row is looked for
        assert store.take("3") is None
    assert store.write_all([(TOKEN, b"one")]) == ([TOKEN], [])
    assert store.take(TOKEN) == b"one"
    assert "is damaged and put aside" in caplog.text
    assert (folder / FILE).with_suffix(".damaged").exists()
    store.close()


# --- Redis --------------------------------------------------------------------------------------


def test_a_key_does_not_name_its_token_and_expires_by_itself(fresh, server):
    redis = pytest.importorskip("redis")
    store = redis_store(fresh)
    store.write_all([(TOKEN, b"one")])
    with redis.Redis(port=server.port) as client:
        (key,) = client.keys()
        assert key.decode() == "playground:session:" + hashed(TOKEN)
        assert LIFETIME - 10 < client.ttl(key) <= LIFETIME
    store.close()


def test_a_server_that_was_restarted_is_used_again_at_once(tmp_path):
    with redis_server(tmp_path) as server:
        store = redis_store(server.url)
        store.write_all([(TOKEN, b"one")])
        server.kill()
        server.start()
        assert store.look([TOKEN]) == ([], [TOKEN])
        assert store.write_all([(TOKEN, b"two")]) == ([TOKEN], [])
        store.close()


def test_a_server_that_is_down_is_not_waited_for_by_everybody(tmp_path):
    with redis_server(tmp_path) as server:
        store = redis_store(server.url)
        store.write_all([(TOKEN, b"one")])
        server.halt()
        before = time.monotonic()
        for _ in range(100):
            with pytest.raises(StoreError, match=r"(?i)time"):
                store.take(TOKEN)
        assert time.monotonic() - before < 5
        server.go_on()
        time.sleep(1.1)
        assert store.take(TOKEN) == b"one"
        store.close()


def test_a_full_server_keeps_what_it_has(tmp_path):
    with redis_server(tmp_path, "--maxmemory", "3mb", "--maxmemory-policy", "noeviction") as server:
        store = redis_store(server.url)
        store.write_all([(TOKEN, b"one")])
        with pytest.raises(StoreError, match="maxmemory"):
            store.write_all((str(number), b"x" * 100_000) for number in range(100))
        assert store.take("0") == b"x" * 100_000
        store.close()


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
def test_a_password_is_used_and_never_shown(tmp_path, scheme):
    with redis_server(tmp_path, "--requirepass", "hush") as server:
        address = f"127.0.0.1:{server.port}/0"
        store = redis_store(f"{scheme}://:hush@{address}")
        assert store.write_all([(TOKEN, b"one")]) == ([TOKEN], [])
        assert str(store) == f"{scheme}://{address}"
        store.close()
        for wrong in (f"{scheme}://:wrong-word@{address}", f"{scheme}://{address}"):
            store = redis_store(wrong)
            with pytest.raises(StoreError) as refusal:
                store.take(TOKEN)
            assert "wrong-word" not in str(refusal.value)
            store.close()


def test_a_socket_of_this_machine_will_do(tmp_path):
    with redis_server(tmp_path, "--unixsocket", str(tmp_path / "redis.sock")):
        store = redis_store(f"unix://{tmp_path / 'redis.sock'}")
        assert store.write_all([(TOKEN, b"one")]) == ([TOKEN], [])
        assert store.take(TOKEN) == b"one"
        store.close()
