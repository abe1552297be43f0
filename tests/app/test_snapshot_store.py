"""What every store of snapshots does, and what only one of them can suffer."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

from app import file_store
from app.file_store import FileStore
from app.snapshot_store import LIFETIME, REMOVED_FOR, StoreError, hashed
from tests.app.live import ROOT, tied
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


@pytest.fixture(params=["file", "redis"])
def process(request, tmp_path):
    """Makes a store as each process has one, all of the same snapshots."""
    opened = []
    url = request.getfixturevalue("fresh") if request.param == "redis" else None

    def make():
        opened.append(redis_store(url) if url else FileStore(tmp_path / "folder"))
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


def test_what_was_removed_stays_so_for_every_process_that_still_has_it(process):
    one, two = process(), process()
    one.write_all([(TOKEN, b"one"), ("other", b"other")])
    assert two.take(TOKEN) == b"one"
    two.remove(TOKEN)
    two.remove("unknown")
    for store in (one, two, process()):
        assert store.take(TOKEN) is None
        assert store.take("unknown") is None
        assert store.look([TOKEN]) == ([TOKEN], []), "another's, not one to be written again"
        assert store.write_all([(TOKEN, b"late")]) == ([], [TOKEN])
    assert two.take("other") == b"other"


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
    place = "PLAYGROUND_SNAPSHOT_" + ("DIR" if isinstance(store, FileStore) else "STORE")
    url = str(store)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, "100"],
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
    assert 0 < added <= 300
    assert store.take("shared") == b"%d" % added


# --- A folder -----------------------------------------------------------------------------------


def sql(folder, statement, *values):
    with contextlib.closing(sqlite3.connect(folder / file_store.NAME)) as database, database:
        return database.execute(statement, values).fetchall()


@pytest.fixture
def store(tmp_path):
    opened = FileStore(tmp_path / "folder")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "folder"


def test_the_file_does_not_name_a_token(store, folder):
    store.write_all([(TOKEN, b"one")])
    store.close()
    assert b"one" in (folder / file_store.NAME).read_bytes()
    assert TOKEN.encode() not in (folder / file_store.NAME).read_bytes()
    assert sql(folder, "SELECT name FROM snapshots") == [(hashed(TOKEN),)]


def test_old_snapshots_are_not_taken_and_are_removed(store, folder):
    store.write_all([(TOKEN, b"old"), ("other", b"new")])
    past = time.time() - LIFETIME - 1
    sql(folder, "UPDATE snapshots SET written = ? WHERE name = ?", past, hashed(TOKEN))
    assert store.take(TOKEN) is None
    store.expire()
    assert store.look([TOKEN, "other"]) == ([], [TOKEN])


def test_what_was_removed_is_remembered_for_a_while_and_takes_nobodys_place(
    store, folder, monkeypatch
):
    monkeypatch.setattr(file_store, "MOST_SNAPSHOTS", 2)
    store.write_all([("a", b"a"), ("b", b"b")])
    for number in range(5):
        store.remove(f"removed {number}")
    store.expire()
    assert len(sql(folder, "SELECT name FROM snapshots")) == 7
    sql(folder, "UPDATE snapshots SET written = written - ?", REMOVED_FOR + 1)
    store.expire()
    assert len(sql(folder, "SELECT name FROM snapshots")) == 2
    assert (store.take("a"), store.take("b")) == (b"a", b"b")


@pytest.mark.parametrize("jump", [30 * 24 * 3600.0, -30 * 24 * 3600.0])
def test_a_clock_that_jumps_makes_nothing_old(tmp_path, monkeypatch, jump):
    store, now = FileStore(tmp_path), time.time
    store.write_all([(TOKEN, b"one")])
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    assert store.take(TOKEN) == b"one"
    store.expire()
    monkeypatch.undo()  # it jumps back
    store.expire()
    assert store.take(TOKEN) == b"one"
    store.close()


def test_the_oldest_snapshots_go_when_there_are_too_many(store, folder, monkeypatch):
    monkeypatch.setattr(file_store, "MOST_SNAPSHOTS", 2)
    tokens = ["newest", "middle", "oldest"]
    store.write_all([(token, b"x") for token in tokens])
    for age, token in enumerate(tokens):
        name, written = hashed(token), time.time() - age * 60
        sql(folder, "UPDATE snapshots SET written = ? WHERE name = ?", written, name)
    store.expire()
    assert store.look(tokens) == ([], ["oldest"])


def test_the_file_gets_smaller_again(store, folder):
    store.write_all([(str(number), b"x" * 100_000) for number in range(40)])
    store.close()
    large = (folder / file_store.NAME).stat().st_size
    sql(folder, "UPDATE snapshots SET written = 0")
    store.expire()
    store.close()
    assert (folder / file_store.NAME).stat().st_size < large / 10


def test_a_folder_that_cannot_be_used_says_why(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="File exists"):
        FileStore(tmp_path / "file").write_all([(TOKEN, b"x")])
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(StoreError, match="is a link"):
        FileStore(link).take(TOKEN)


def test_a_folder_that_was_removed_is_made_again(store, folder):
    store.write_all([(TOKEN, b"x")])
    shutil.rmtree(folder)
    assert store.look([TOKEN]) == ([], [TOKEN])
    assert store.write_all([(TOKEN, b"y")]) == ([TOKEN], [])
    assert store.take(TOKEN) == b"y"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_the_folder_is_for_this_user_alone(store, folder):
    store.expire()
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("wal", [b"", b"\0" * 5000], ids=["", "log too"])
@pytest.mark.parametrize("damage", [b"\0" * 100, b"no database" * 1000, b"SQLite format 3\0"])
def test_a_damaged_file_is_put_aside_and_a_new_one_begun(store, folder, damage, wal):
    store.write_all([(TOKEN, b"x" * 100_000)])
    store.close()
    (folder / file_store.NAME).write_bytes(damage)
    (folder / f"{file_store.NAME}-wal").write_bytes(wal)
    with pytest.raises(StoreError, match="damaged"):
        store.take(TOKEN)
    assert store.take(TOKEN) is None
    assert store.write_all([(TOKEN, b"y")]) == ([TOKEN], [])
    assert store.take(TOKEN) == b"y"
    assert (folder / "sessions.damaged").read_bytes() == damage


def test_a_page_of_the_file_that_is_damaged_ends_in_a_fresh_start(store, folder):
    store.write_all([(str(number), b"x" * 100_000) for number in range(10)])
    store.close()
    whole = (folder / file_store.NAME).read_bytes()
    for place in range(0, len(whole), 16384):
        damaged = whole[:place] + b"\xff" * 16384 + whole[place + 16384 :]
        (folder / file_store.NAME).write_bytes(damaged)
        for number in range(10):
            with contextlib.suppress(StoreError):
                store.take(str(number))
        with contextlib.suppress(StoreError):
            store.write_all([(TOKEN, b"y")])
        store.write_all([(TOKEN, b"y")])
        assert store.take(TOKEN) == b"y"
        store.close()


def test_a_file_of_a_later_version_is_left_as_it_is(store, folder):
    store.write_all([(TOKEN, b"x")])
    sql(folder, "PRAGMA user_version = 2")
    store.close()
    with pytest.raises(StoreError, match="version 2"):
        store.take(TOKEN)
    sql(folder, "PRAGMA user_version = 1")
    assert store.take(TOKEN) == b"x"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_leaves_the_snapshots_before(store, folder):
    """A limit on the size of files does what a full disk does: at first it takes a part."""
    import resource

    store.write_all([(TOKEN, b"before" * 100), ("other", b"one")])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    most = (folder / f"{file_store.NAME}-wal").stat().st_size + 20_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
    try:
        with pytest.raises(StoreError, match=r"disk"):
            store.write_all([("other", b"two"), (TOKEN, b"after" * 100_000)])
        assert store.take("other") == b"one"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.take(TOKEN) == b"before" * 100
    assert store.write_all([(TOKEN, b"after")]) == ([TOKEN], [])
    assert store.take(TOKEN) == b"after"


def test_a_process_that_was_halted_while_it_wrote_holds_nobody_up_for_long(store, folder):
    store.write_all([(TOKEN, b"x")])
    with contextlib.closing(sqlite3.connect(folder / file_store.NAME)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = time.monotonic()
        with pytest.raises(StoreError, match="locked"):
            store.take(TOKEN)
        assert time.monotonic() - before < 5
        assert store.look([TOKEN]) == ([], [])
    assert store.take(TOKEN) == b"x"


KILLED = """
from app.keeper import open_store
from app.settings import Settings

store = open_store(Settings())
number = 0
while True:
    number += 1
    text = b"%d," % number
    store.write_all([(name, text * (100_000 // len(text))) for name in ("one", "two")])
    print(number, flush=True)
"""


def test_a_process_that_is_killed_while_it_writes_leaves_whole_snapshots(tmp_path):
    environment = {**os.environ, "PLAYGROUND_SNAPSHOT_DIR": str(tmp_path)}
    for round_ in range(5):
        writer = subprocess.Popen(
            tied(sys.executable, "-c", KILLED),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        with writer:
            assert writer.stdout is not None
            for _ in range(5 + round_):
                assert writer.stdout.readline()
            writer.kill()
            told = max([5 + round_, *(int(line) for line in writer.stdout.read().split())])
        store = FileStore(tmp_path)
        one, two = store.take("one"), store.take("two")
        store.close()
        assert one is not None
        assert one == two
        numbers = set(one.rstrip(b",").split(b","))
        assert len(numbers) == 1
        assert int(numbers.pop()) in (told, told + 1)
        shutil.rmtree(tmp_path)


# --- Redis --------------------------------------------------------------------------------------


def test_a_key_does_not_name_its_token_and_expires_by_itself(fresh, server):
    redis = pytest.importorskip("redis")
    store = redis_store(fresh)
    store.write_all([(TOKEN, b"one")])
    with redis.Redis(port=server.port) as client:
        (key,) = client.keys()
        assert key.decode() == "playground:session:" + hashed(TOKEN)
        assert LIFETIME - 10 < client.ttl(key) <= LIFETIME
        store.remove(TOKEN)
        assert client.keys() == [key]
        assert REMOVED_FOR - 10 < client.ttl(key) <= REMOVED_FOR
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


def test_a_user_of_few_rights_will_do(tmp_path):
    rights = "on >hush ~playground:* +eval +hget +hset +pexpire +ping"  # as docs/replicas.md says
    with redis_server(tmp_path, "--user", "page", *rights.split()) as server:
        store = redis_store(f"redis://page:hush@127.0.0.1:{server.port}")
        assert store.write_all([(TOKEN, b"one")]) == ([TOKEN], [])
        assert store.look([TOKEN]) == ([], [])
        assert store.take(TOKEN) == b"one"
        store.expire()
        store.close()


def test_a_socket_of_this_machine_will_do(tmp_path):
    with redis_server(tmp_path, "--unixsocket", str(tmp_path / "redis.sock")):
        store = redis_store(f"unix://{tmp_path / 'redis.sock'}")
        assert store.write_all([(TOKEN, b"one")]) == ([TOKEN], [])
        assert store.take(TOKEN) == b"one"
        store.close()
