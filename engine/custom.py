"""Points of one's own, which a table or a drawing has given, in a form short enough for a link.

The points are one text: unpadded base64url of three columns one after the other, little endian:
x1 and x2 as uint16, and the target as uint8 (the number of a class, or a bit mask of labels) or,
where targets are numbers, as uint16. A uint16 u stands for the plot coordinate -6 + 12 u / 65535
or the target -1 + 2 u / 65535: finer than a screen shows, and the same numbers in every language.
What they are in the units of the data is said beside them, as what an axis has at its two ends.
"""

import base64
import re
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
from annotated_types import Ge, Le, MaxLen
from numpy.typing import ArrayLike, NDArray

from engine.arrays import Array
from engine.datasets import DATASETS, Dataset, Sample
from engine.excerpt import excerpt
from engine.features import EXTENT
from engine.fields import SpecError, Ui
from engine.problems import ProblemKind
from engine.text import Text

FEWEST_POINTS = 2
"""One to learn from and one to be examined on."""
MOST_POINTS = 5000
MOST_CLASSES = 8
STEPS = 65535
"""Of a coordinate, from one end of the plot to the other."""

_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))
"""Of splitmix64 (Steele, Lea and Flood, 2014), which makes neighbouring numbers unlike."""

_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")
_Name = Annotated[str, MaxLen(40)]
_Bound = Annotated[float, Ge(-1e300), Le(1e300)]


class Points(NamedTuple):
    """Packed points, read."""

    x: NDArray[np.uint16]  # (2, n)
    target: NDArray[np.uint8] | NDArray[np.uint16]  # (n,)

    @property
    def plot(self) -> Array:
        """Where they lie on the plot, (2, n)."""
        return 2.0 * EXTENT * self.x / STEPS - EXTENT

    @property
    def numbers(self) -> Array:
        """The targets of points whose targets are numbers, from -1 to 1."""
        return 2.0 * self.target / STEPS - 1.0


def pack(x: ArrayLike, target: ArrayLike, *, numeric: bool = False) -> str:
    """Points as the text of `Custom.points`: plot coordinates x (2, n) from -6 to 6, and the target
    of each: the number of its class, a bit mask of its labels, or a number from -1 to 1.
    """
    places, targets = _numbers(x), _numbers(target)
    n = targets.size
    if places.shape != (2, n) or targets.shape != (n,):
        raise SpecError(
            Text(
                "got coordinates of the shape {shape} and targets of the shape {shape2},"
                " expected (2, n) and (n,); give two coordinates and a target of each point",
                shape=places.shape,
                shape2=targets.shape,
            )
        )
    _require_count(n)
    columns = [_steps(row, EXTENT, Text("the coordinate")) for row in places]
    if numeric:
        columns.append(_steps(targets, 1.0, Text("the target")))
    elif not np.array_equal(targets, np.clip(np.rint(targets), 0, 255)):
        raise SpecError(Text("got a target that is no class, expected whole numbers from 0 to 255"))
    data = b"".join(column.astype("<u2").tobytes() for column in columns)
    data += b"" if numeric else targets.astype(np.uint8).tobytes()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpack(points: str, *, numeric: bool = False) -> Points:
    """The points of a text that `pack` wrote, or a `SpecError` that says what is wrong with it."""
    if foreign := _FOREIGN.search(points):
        raise SpecError(
            Text(
                "got {got} as character {start}, expected base64url: letters, digits, - and _;"
                " copy the points again",
                got=excerpt(foreign[0]),
                start=foreign.start() + 1,
            )
        )
    size = 6 if numeric else 5
    length = len(points) * 3 // 4
    n, rest = divmod(length, size)
    if rest or len(points) != -(-length * 4 // 3):
        raise SpecError(
            Text(
                "got {count} characters, which hold {n} points and a part of one, expected"
                " whole points; a part may be missing: copy all of them again",
                count=len(points),
                n=n,
            )
        )
    _require_count(n)
    data = base64.urlsafe_b64decode(points + "=" * (-len(points) % 4))
    x = np.frombuffer(data, "<u2", 2 * n).reshape(2, n)
    target = np.frombuffer(data, "<u2" if numeric else "u1", n, offset=4 * n)
    return Points(x, target)


def _numbers(values: ArrayLike) -> Array:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise SpecError(
            Text(
                "got {got}, expected numbers; give one for each point",
                got=excerpt(values),
            )
        ) from (None)


def _steps(values: Array, extent: float, noun: Text) -> Array:
    """Numbers from -extent to extent as whole steps."""
    if outside := [value for value in values.tolist() if not -extent <= value <= extent]:
        raise SpecError(
            Text(
                "got {noun} {outside:g}, expected {low:g} to {extent:g}; scale the data to"
                " this range, and say what its ends stand for",
                noun=noun,
                outside=outside[0],
                low=-extent,
                extent=extent,
            )
        )
    return np.rint((values + extent) / (2.0 * extent) * STEPS)


def _require_count(n: int) -> None:
    if not FEWEST_POINTS <= n <= MOST_POINTS:
        advice = Text("add some") if n < FEWEST_POINTS else Text("take a sample of them")
        raise SpecError(
            Text(
                "got {n} points, expected {fewest} to {most}; {advice}",
                n=n,
                fewest=FEWEST_POINTS,
                most=MOST_POINTS,
                advice=advice,
            ),
            "points",
        )


@DATASETS.register
@dataclass(frozen=True)
class Custom(Dataset):
    """Points of your own, from a table or drawn on the map.

    `samples` says how many of them take part, and the data seed which; equal points stay together
    on one side of the split, and a point stays there when others come or go.
    """

    label: ClassVar[str] = "Own data"
    label_es: ClassVar[str] = "Datos propios"
    help_es: ClassVar[str] = (
        "Tus propios puntos, de una tabla o dibujados en el mapa.\n\n"
        "`samples` dice cuántos participan, y la semilla de los datos cuáles; los puntos iguales "
        "quedan juntos en un lado de la división, y un punto se queda allí cuando otros llegan o "
        "se van."
    )
    problems: ClassVar[tuple[ProblemKind, ...]] = (
        "binary",
        "multiclass",
        "multilabel",
        "regression",
    )
    kind: Literal["custom"] = "custom"
    points: Annotated[str, MaxLen(40_000), Ui(label="Points", label_es="Puntos")] = pack(
        [[-3, 3], [-3, 3]], [0, 1]
    )
    numeric: Annotated[
        bool, Ui(label="Targets are numbers", label_es="Los valores objetivo son números")
    ] = False
    x1_name: Annotated[_Name, Ui(label="Name of x1", label_es="Nombre de x1")] = "x1"
    x2_name: Annotated[_Name, Ui(label="Name of x2", label_es="Nombre de x2")] = "x2"
    target_name: Annotated[
        _Name, Ui(label="Name of the target", label_es="Nombre del valor objetivo")
    ] = ""
    x1_low: Annotated[
        _Bound, Ui(label="x1 at the left edge", label_es="x1 en el borde izquierdo")
    ] = -EXTENT
    x1_high: Annotated[
        _Bound, Ui(label="x1 at the right edge", label_es="x1 en el borde derecho")
    ] = EXTENT
    x2_low: Annotated[
        _Bound, Ui(label="x2 at the lower edge", label_es="x2 en el borde inferior")
    ] = -EXTENT
    x2_high: Annotated[
        _Bound, Ui(label="x2 at the upper edge", label_es="x2 en el borde superior")
    ] = EXTENT
    target_low: Annotated[_Bound, Ui(label="Target at -1", label_es="Valor objetivo en -1")] = -1.0
    target_high: Annotated[_Bound, Ui(label="Target at 1", label_es="Valor objetivo en 1")] = 1.0
    class_names: Annotated[
        tuple[_Name, ...],
        MaxLen(MOST_CLASSES),
        Ui(label="Class names", label_es="Nombres de las clases"),
    ] = ()
    source: Annotated[str, MaxLen(200), Ui(label="Source", label_es="Origen")] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for axis in ("x1", "x2", "target"):
            low, high = getattr(self, f"{axis}_low"), getattr(self, f"{axis}_high")
            if not low < high:
                raise SpecError(
                    Text(
                        "got the range {low:g} to {high:g}, expected the lower end first; give"
                        " a constant column a range around its value",
                        low=low,
                        high=high,
                    ),
                    f"{axis}_high",
                )
        if "" in self.class_names:
            raise SpecError(
                Text(
                    "got a class without a name, expected names of 1 to 40 characters; name all"
                    " classes or none"
                ),
                "class_names",
            )
        try:
            unpack(self.points, numeric=self.numeric)
        except SpecError as error:
            raise SpecError(error.message, "points") from None

    @property
    def size(self) -> int:
        return len(self.points) * 3 // 4 // (6 if self.numeric else 5)

    @property
    def read(self) -> Points:
        """The points as numbers."""
        return unpack(self.points, numeric=self.numeric)

    @property
    def _top(self) -> int:
        """The largest target of points that have classes."""
        return int(self.read.target.max())

    # --- Which problems they fit ------------------------------------------------------------------

    def require(self, problem: str, classes: int) -> None:
        if self.numeric or problem == "regression":
            if self.numeric and problem == "regression":
                return
            got, wanted = Text("classes"), Text("numbers")
            if self.numeric:
                got, wanted = wanted, got
            raise SpecError(
                Text(
                    "got points whose targets are {got} for a {problem} problem, expected"
                    " {wanted}; choose another problem or other points",
                    got=got,
                    problem=problem,
                    wanted=wanted,
                ),
                "dataset",
            )
        if problem == "multilabel":
            most, noun = 2**classes - 1, Text("a bit mask of labels")
        else:
            most, noun = (1 if problem == "binary" else classes - 1), Text("a class")
        if (top := self._top) > most:
            raise SpecError(
                Text(
                    "got the target {top}, expected {noun} from 0 to {most}; choose more"
                    " classes, another problem or other points",
                    top=top,
                    noun=noun,
                    most=most,
                ),
                "dataset",
            )

    def nearest(self, problem: ProblemKind, classes: int) -> tuple[ProblemKind, int]:
        if self.numeric:
            return "regression", classes
        top = self._top
        if problem == "multilabel":
            return problem, min(max(classes, top.bit_length()), MOST_CLASSES)
        if top >= MOST_CLASSES:  # no number of a class
            return "multilabel", max(classes, top.bit_length())
        if problem == "regression" or (problem == "binary" and top > 1):
            problem = "multiclass" if top > 1 else "binary"
        return problem, max(classes, top + 1)

    def turned(self, before: str, after: str) -> "Custom | None":
        if self.numeric or "regression" in (before, after):
            return None
        target = self.read.target.astype(np.int64)
        if before == "multilabel":
            if not np.isin(target, 2 ** np.arange(MOST_CLASSES)).all():
                return None  # points with several labels, or with none
            target = np.log2(target).astype(np.int64)
        if after == "binary" and target.max() > 1:
            return None
        if after == "multilabel":
            target = 2**target
        return replace(self, points=pack(self.read.plot, target))

    # --- Which of them take part, and where -------------------------------------------------------

    def sample(self, n: int, classes: int, rng: np.random.Generator) -> Sample:
        read = self.read
        chosen = np.sort(_by_place(read.x, rng)[:n])
        labels = read.numbers if self.numeric else read.target.astype(np.int64)
        return read.plot[:, chosen], labels[chosen]

    def sample_for(self, problem: str, n: int, classes: int, rng: np.random.Generator) -> Sample:
        x, labels = self.sample(n, classes, rng)
        if problem == "multilabel":
            labels = labels >> np.arange(classes)[:, np.newaxis] & 1
        return x, labels

    def order(self, sample: Sample, rng: np.random.Generator) -> Array:
        return _by_place(
            np.stack([_steps(row, EXTENT, Text("the coordinate")) for row in sample[0]]), rng
        )


def _by_place(x: Array, rng: np.random.Generator) -> Array:
    """Points in a random order in which each has its place by where it lies, not by its number: one
    more or less leaves the others as they are. Places are whole steps.
    """
    salt = rng.integers(2**64, dtype=np.uint64)
    key = (x[0].astype(np.uint64) << np.uint64(16)) + x[1].astype(np.uint64) + salt
    for shift, factor in _MIX:
        key = (key ^ (key >> np.uint64(shift))) * np.uint64(factor)
    return np.argsort(key, kind="stable")
