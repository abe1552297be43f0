"""Snapshots: a restored run goes on to the bit as the original does; a bad file is refused."""

import copy
import io
import json
import tracemalloc
import warnings
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from engine import (
    L1,
    OPTIMIZERS,
    LayerSpec,
    LinearMSE,
    Plane,
    RunSpec,
    Snapshot,
    SpecError,
    Trainer,
    evolve,
)

pytestmark = pytest.mark.usefixtures("either_way")

SMALL = RunSpec(samples=46, layers=(LayerSpec(3),))
TFP = evolve(
    RunSpec(), {"mode": "tfp", "batch_size": 30, "regularizer": L1(), "regularization_rate": 0.1}
)[0]
SPECS = [*(replace(SMALL, optimizer=cls()) for cls in OPTIMIZERS), TFP]


def through_bytes(snapshot):
    return Snapshot.from_bytes(snapshot.to_bytes())


@pytest.mark.parametrize("steps", [0, 4, 6, 26])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.mode}-{spec.optimizer.kind}")
def test_a_restored_run_goes_on_to_the_bit(spec, steps):
    trainer = Trainer(spec)
    trainer.run_steps(steps)
    snapshot = through_bytes(trainer.snapshot())
    trainer.run_steps(40)
    for other in (Trainer(spec), Trainer(RunSpec()), trainer):
        other.restore(snapshot)
        assert other.spec == spec
        other.run_steps(40)
        assert other.network.parameters.tobytes() == trainer.network.parameters.tobytes()
        assert (other.epoch, other.step_in_epoch) == (trainer.epoch, trainer.step_in_epoch)
        assert other.dead_links() == trainer.dead_links()


def test_restoring_brings_back_live_settings_too():
    trainer = Trainer(SMALL)
    trainer.run_steps(2)
    snapshot = trainer.snapshot()
    trainer.update_spec(replace(SMALL, batch_size=3, learning_rate=1.0))
    trainer.run_steps(5)
    trainer.restore(snapshot)
    assert trainer.spec == SMALL
    assert (trainer.epoch, trainer.step_in_epoch, trainer.steps) == (0, 2, 2)


def test_a_batch_size_changed_in_the_middle_of_an_epoch_survives():
    trainer = Trainer(SMALL)
    trainer.run_steps(1)
    trainer.update_spec(replace(SMALL, batch_size=4))
    trainer.run_steps(1)
    snapshot = through_bytes(trainer.snapshot())
    other = Trainer(SMALL)
    other.restore(snapshot)
    trainer.run_steps(11)
    other.run_steps(11)
    assert other.network.parameters.tobytes() == trainer.network.parameters.tobytes()


def test_a_snapshot_does_not_change_with_the_run():
    trainer = Trainer(SMALL)
    snapshot = trainer.snapshot()
    before = snapshot.to_bytes()
    trainer.run_steps(5)
    assert snapshot.to_bytes() == before


def test_divergence_survives():
    spec = RunSpec(problem="regression", dataset=Plane(), head=LinearMSE(), learning_rate=1e200)
    trainer = Trainer(spec)
    trainer.run_epochs(3)
    assert trainer.divergence is not None
    other = Trainer(SMALL)
    other.restore(through_bytes(trainer.snapshot()))
    assert other.divergence == trainer.divergence
    assert other.run_steps(1) == 0


# --- Bytes that are not to be believed --------------------------------------------------------


def contents(data):
    """Facts and arrays of a snapshot of today."""
    start = 8 + int.from_bytes(data[4:8], "little")
    facts, arrays = json.loads(data[8:start]), {}
    for name, kind, shape in facts.pop("arrays"):
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(data, kind, count, start).reshape(shape)
        start += arrays[name].nbytes
    assert start == len(data)
    return facts, arrays


def written(facts, arrays, *, said=None):
    """A snapshot of today of these, and perhaps of arrays that it only says to have."""
    entries = [[name, array.dtype.str, array.shape] for name, array in arrays.items()]
    text = json.dumps({**facts, "arrays": said or entries}).encode()
    return b"".join([b"RUN\0", len(text).to_bytes(4, "little"), text, *map(bytes, arrays.values())])


def assert_refused(file, *, memory):
    """It is no snapshot, and to find that out takes less than so many bytes."""
    tracemalloc.start()
    with pytest.raises(SpecError, match="no snapshot"):
        Snapshot.from_bytes(file)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < memory


def written_before(facts, arrays):
    """The same as the version before wrote it."""
    file = io.BytesIO()
    facts = {**facts, "format": 1 if facts["format"] == 2 else facts["format"]}
    np.savez(file, facts=np.frombuffer(json.dumps(facts).encode(), "u1"), **arrays)
    return file.getvalue()


def rewritten(data, write, **changes):
    """The snapshot with other facts or arrays (None for without)."""
    facts, arrays = contents(data)
    for name, value in changes.items():
        where = facts if name in facts else arrays
        where[name] = value
        if value is None and where is arrays:
            del arrays[name]
    return write(facts, arrays)


@pytest.fixture
def data():
    trainer = Trainer(SMALL)
    trainer.run_steps(2)
    return trainer.snapshot().to_bytes()


@pytest.fixture
def npz(data):
    return written_before(*contents(data))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.mode}-{spec.optimizer.kind}")
def test_a_snapshot_of_the_version_before_can_be_read(spec):
    trainer = Trainer(spec)
    trainer.run_steps(7)
    data = trainer.snapshot().to_bytes()
    assert Snapshot.from_bytes(written_before(*contents(data))).to_bytes() == data


@pytest.mark.parametrize("cut", [0, 10, 100, 500])
def test_a_broken_file_is_refused(data, cut):
    with pytest.raises(SpecError, match="expected a file saved by"):
        Snapshot.from_bytes(data[:cut])


@pytest.mark.parametrize("cut", [0, 10, 100, 500])
def test_a_broken_file_of_the_version_before_is_refused(npz, cut):
    with pytest.raises(SpecError, match="expected a file saved by"):
        Snapshot.from_bytes(npz[:cut])


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 3},
        {"spec": {"noise": -1}},
        {"spec": 3},
        {"epoch": -1},
        {"epoch": "x"},
        {"offset": 999},
        {"offset": 23},
        {"steps": None},
        {"shuffle": {}},
        {"shuffle": {"bit_generator": "MT19937"}},
        {"divergence": {"epoch": 1}},
        {"parameters": np.zeros(3)},
        {"parameters": np.full(13, np.nan)},
        {"parameters": np.array(["a"] * 13)},
        {"parameters": None},
        {"order": np.zeros(23, int)},
        {"order": np.arange(5)},
        {"order": np.linspace(0, 1, 23)},
        {"other": np.zeros(3)},
    ],
    ids=str,
)
@pytest.mark.parametrize("write", [written, written_before])
def test_a_file_that_does_not_fit_is_refused_and_changes_nothing(data, write, changes):
    trainer = Trainer(RunSpec())
    trainer.run_steps(3)
    before = trainer.snapshot().to_bytes()
    with pytest.raises(SpecError, match=";"):
        trainer.restore(Snapshot.from_bytes(rewritten(data, write, **changes)))
    assert trainer.snapshot().to_bytes() == before


@pytest.mark.parametrize(
    "entry",
    [
        ["a", "<f8", [10**9]],
        ["a", "<f8", [10**12, 10**12]],
        ["a", "<f8", [-1]],
        ["a", "<f8", [-1, -1]],
        ["a", "<f8", [1.0]],
        ["a", "<f8", ["1"]],
        ["a", "<f8", 1],
        ["a", "<f8", None],
        ["a", "|O", [1]],
        ["a", "<c16", [1]],
        ["a", "(1000,1000)f8", [1]],
        ["a", "nonsense", [1]],
        ["a", 8, [1]],
        ["order", "<f8", [1]],
        ["a", "<f8", [2]],
        ["a", "|u1", [4]],
        [["a"], "<f8", [1]],
        ["a", "<f8"],
        3,
    ],
    ids=str,
)
def test_an_array_that_is_not_what_it_says_is_refused_before_it_takes_memory(data, entry):
    facts, arrays = contents(data)
    said = [[name, array.dtype.str, array.shape] for name, array in arrays.items()]
    fitting = {**arrays, "a": np.zeros(1)}
    assert Snapshot.from_bytes(written(facts, fitting)).update.keys() == {"a"}
    file = written(facts, fitting, said=[*said, entry])
    assert_refused(file, memory=500_000)


def test_a_file_that_is_too_large_is_refused_unread():
    with pytest.raises(SpecError, match="got 8000004 bytes, expected at most"):
        Snapshot.from_bytes(b"RUN\0" + bytes(8_000_000))


def test_a_file_that_would_grow_too_large_is_refused_unread():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("parameters.npy", bytes(50_000_000))
    assert len(file.getvalue()) < 100_000
    with pytest.raises(SpecError, match="got 50000000 bytes, expected at most"):
        Snapshot.from_bytes(file.getvalue())


def npy(shape: object, numbers: bytes = b"", *, descr: str = "<f8", fortran: bool = False) -> bytes:
    """An array's file, with a header that may not be true."""
    header = f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + numbers


@pytest.mark.parametrize(
    "entry",
    [
        npy((10**9,)),
        npy((10**12, 10**12)),
        npy((0, 10**12)) + b"x",
        npy((-1,)),
        npy((True,)),
        npy((2,), bytes(16), descr="|O"),
        npy((1,), bytes(16), descr="<c16"),
        npy((2, 2), bytes(32), fortran=True),
        npy("(" * 3000 + ")" * 3000),
        npy("nonsense"),
        b"\x93NUMPY\x09\x09",
        b"",
    ],
)
def test_an_array_of_a_file_of_the_version_before_is_refused_before_it_takes_memory(npz, entry):
    file = io.BytesIO(npz)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("update.more.npy", entry)
    assert_refused(file.getvalue(), memory=2_000_000)


@pytest.mark.parametrize("said", [1000, 4_000_000])
def test_a_compressed_file_is_refused_unread(data, said):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("parameters.npy", bytes(4_000_000))
    small = file.getvalue().replace((4_000_000).to_bytes(4, "little"), said.to_bytes(4, "little"))
    assert_refused(small, memory=500_000)


def test_entries_that_lie_in_the_same_bytes_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.npy", npy((100_000,), bytes(800_000)))
        for number in range(20):  # the directory names one entry again and again
            again = copy.copy(archive.filelist[0])
            again.filename = f"{number}.npy"
            archive.filelist.append(again)
    with pytest.raises(SpecError, match=r"got 16\d{6} bytes, expected at most"):
        Snapshot.from_bytes(file.getvalue())


@pytest.mark.parametrize("name", ["facts", "a.txt", "parameters.npy"])
def test_a_file_with_an_entry_that_is_no_array_or_is_there_twice_is_refused(npz, name):
    file = io.BytesIO(npz)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(name, b"x")
    with pytest.raises(SpecError, match="no snapshot"):
        Snapshot.from_bytes(file.getvalue())


def test_pickled_objects_are_refused():
    file = io.BytesIO()
    np.savez(file, facts=np.array([{"a": 1}], dtype=object))
    with pytest.raises(SpecError, match="no snapshot"):
        Snapshot.from_bytes(file.getvalue())


def test_the_largest_network_fits():
    layers = (LayerSpec(32),) * 30
    spec = RunSpec(layers=layers, samples=1300, optimizer=OPTIMIZERS["adam"]())
    trainer = Trainer(spec)
    trainer.run_steps(1)
    assert through_bytes(trainer.snapshot()).spec == spec
