"""The text of points of one's own: what is read is written again, whatever stands around it."""

from engine.custom import Custom, pack, unpack
from engine.fields import SpecError
from tests.fuzz.readable import require_refusal
from tests.fuzz.target import Target


def read(data: bytes) -> None:
    numeric, text = data[:1] == b"n", data[1:].decode("utf-8", "surrogateescape")
    try:
        points = unpack(text, numeric=numeric)
    except SpecError as error:
        require_refusal(str(error))
        return
    target = points.numbers if numeric else points.target
    again = unpack(pack(points.plot, target, numeric=numeric), numeric=numeric)
    assert (again.x == points.x).all(), f"{text} moves"
    assert (again.target == points.target).all(), f"{text} has other targets"
    dataset = Custom(points=text, numeric=numeric)
    assert dataset.size == points.target.size
    problem, classes = dataset.nearest("binary", 2)
    dataset.require(problem, classes)


TARGET = Target(
    read,
    seeds=(
        b"cAED_vwBA_78AAQ",
        b"cAAD__wCAAAABBw",
        b"nAAD__wCAAAD__wAA",
        b"c" + b"A" * 33_340,
        b"n" + b"_" * 40_000,
        b"c",
        b"nAAD__wCAAAD__wAA=",
        b"c\xff\xfe AAD",
    ),
    words=("A", "_", "-", "==", "AAAA", "____"),
    share=0.02,
)
