"""What every store of snapshots does, and what only one of them can suffer."""

import os
import subprocess
import sys
import time

import pytest

from app import file_store
from app.file_store import FileStore
from app.snapshot_store import LIFETIME, StoreError, hashed
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


# --- A folder -----------------------------------------------------------------------------------


def test_a_file_does_not_name_its_token(tmp_path):
    FileStore(tmp_path).write_all([(TOKEN, b"one")])
    (file,) = tmp_path.iterdir()
    assert TOKEN not in file.name
    assert len(file.stem) == 64


def test_old_files_are_not_taken_and_are_removed(tmp_path):
    store = FileStore(tmp_path)
    store.write_all([(TOKEN, b"old"), ("other", b"new")])
    (old,) = [path for path in tmp_path.iterdir() if path.read_bytes() == b"old"]
    past = time.time() - LIFETIME - 1
    os.utime(old, (past, past))
    assert store.take(TOKEN) is None
    store.expire()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


def test_the_oldest_files_go_when_there_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr(file_store, "MOST_FILES", 2)
    store = FileStore(tmp_path)
    for age, token in enumerate(("newest", "middle", "oldest")):
        store.write_all([(token, token.encode())])
        (path,) = [path for path in tmp_path.iterdir() if path.read_bytes() == token.encode()]
        os.utime(path, (time.time() - age * 60,) * 2)
    store.expire()
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"newest", b"middle"}


def test_files_of_others_are_left_alone(tmp_path):
    past = time.time() - LIFETIME - 1
    leftover = tmp_path / f"{'0' * 64}.123.part"
    for path in (tmp_path / "thesis.tex", tmp_path / "a.session", leftover):
        path.write_text("mine")
        os.utime(path, (past, past))
    FileStore(tmp_path).expire()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.session", "thesis.tex"]


def test_a_folder_that_cannot_be_used_says_why(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="File exists"):
        FileStore(tmp_path / "file").write_all([(TOKEN, b"x")])
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(StoreError, match="is a link"):
        FileStore(link).take(TOKEN)


def test_a_folder_that_was_removed_is_made_again(tmp_path):
    store = FileStore(tmp_path / "folder")
    store.write_all([(TOKEN, b"x")])
    for path in (tmp_path / "folder").iterdir():
        path.unlink()
    (tmp_path / "folder").rmdir()
    assert store.look([TOKEN]) == ([], [TOKEN])
    assert store.write_all([(TOKEN, b"y")]) == ([TOKEN], [])
    assert store.take(TOKEN) == b"y"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_the_folder_is_for_this_user_alone(tmp_path):
    FileStore(tmp_path / "folder").expire()
    assert (tmp_path / "folder").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_leaves_the_snapshot_before(tmp_path):
    """A limit on the size of files does what a full disk does: at first it takes a part."""
    import resource

    store = FileStore(tmp_path)
    store.write_all([(TOKEN, b"before" * 100)])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(StoreError, match="No space left"):
            store.write_all([(TOKEN, b"after" * 10_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.suffix for path in tmp_path.iterdir()] == [".session"]
    assert store.take(TOKEN) == b"before" * 100
    assert store.write_all([(TOKEN, b"after")]) == ([TOKEN], [])


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")
def test_a_process_that_was_halted_in_the_folder_holds_nobody_up_for_long(tmp_path):
    import fcntl

    store = FileStore(tmp_path)
    store.write_all([(TOKEN, b"x")])
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="another process"):
            store.take(TOKEN)
    finally:
        os.close(descriptor)
    assert store.take(TOKEN) == b"x"


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
