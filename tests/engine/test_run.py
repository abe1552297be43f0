"""A run keeps its losses and shows itself: in pictures that can be read anywhere, and in words."""

import base64
import re
import struct
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from engine import (
    DATASETS,
    Blobs,
    Comparison,
    Discs,
    LayerSpec,
    Linear,
    LinearMSE,
    MultilabelBCE,
    Plane,
    ReLU,
    Ripple,
    Run,
    RunSpec,
    SoftmaxCE,
    Spiral,
    Stack,
    Trainer,
    X1Squared,
    evolve,
)
from engine.picture import in_words
from engine.picture.curve import MOST_POINTS, Line, curve
from engine.picture.diagram import diagram
from engine.picture.image import png
from engine.picture.ink import CLASSES, NEGATIVE, NEUTRAL, POSITIVE, mixed, signed
from engine.picture.plane import SIDE, ZOOM, plane

SPIRAL = RunSpec(dataset=Spiral(), layers=(LayerSpec(4), LayerSpec(3, ReLU())), learning_rate=0.1)
SPECS = {
    "binary": SPIRAL,
    "multiclass": RunSpec(problem="multiclass", dataset=Blobs(), head=SoftmaxCE(), classes=5),
    "multilabel": RunSpec(problem="multilabel", dataset=Discs(), head=MultilabelBCE()),
    "regression": RunSpec(problem="regression", dataset=Ripple(), head=LinearMSE()),
    "no hidden layer": RunSpec(layers=()),
    "no features": RunSpec(features=()),
    "large": RunSpec(layers=tuple(LayerSpec(32) for _ in range(30))),
    "without test points": RunSpec(train_share=99, samples=10),
}


class Page(HTMLParser):
    """What an HTML text consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data + " "

    def images(self):
        return [attributes for tag, attributes in self.tags if tag == "img"]


def decoded(source: str) -> bytes:
    return base64.b64decode(source.partition("base64,")[2], validate=True)


def pixels(file: bytes) -> np.ndarray:
    """What a PNG of ours shows."""
    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(file):
        size, kind = struct.unpack(">I4s", file[at : at + 8])
        data = file[at + 8 : at + 8 + size]
        (check,) = struct.unpack(">I", file[at + 8 + size : at + 12 + size])
        assert check == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + size
    width, height, depth, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert depth == 8
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    assert (lines[:, 0] == 0).all()
    if kind == 2:
        return lines[:, 1:].reshape(height, width, 3)
    palette = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
    return palette[lines[:, 1:]]


# --- the run --------------------------------------------------------------------------------------


def test_a_run_trains_as_its_trainer_does_and_keeps_its_losses():
    run, trainer = Run(SPIRAL), Trainer(SPIRAL)
    losses = [trainer.evaluate().loss]
    for _ in range(30):
        trainer.run_epochs(1)
        losses.append(trainer.evaluate().loss)
    assert run.train(30) is run
    assert run.epochs == list(range(31))
    assert run.train_losses == [loss.train for loss in losses]
    assert run.test_losses == [loss.test for loss in losses]
    assert np.array_equal(run.trainer.network.parameters, trainer.network.parameters)


def test_a_long_training_is_looked_at_now_and_then_and_at_its_end():
    run = Run(RunSpec(samples=20)).train(1001)
    assert len(run.epochs) < 210
    assert run.epochs[-1] == run.epoch == 1001
    run.look()
    assert len(set(run.epochs)) == len(run.epochs)


def test_a_trainer_that_has_trained_can_be_shown():
    stack = Stack.of([replace(SPIRAL, weight_seed=str(seed)) for seed in range(3)])
    stack.run_epochs(5)
    run = Run(stack.trainers[1])
    assert (run.epoch, run.epochs) == (5, [5])
    assert run.spec.weight_seed == "1"
    Page(run._repr_html_())


def test_a_run_that_diverges_ends_and_says_so():
    wild = RunSpec(problem="regression", dataset=Plane(), head=LinearMSE(), learning_rate=1e9)
    run = Run(wild).train(100)
    assert run.epoch < 100
    assert "Diverged in epoch" in Page(run._repr_html_()).words
    assert "not finite" in run._repr_html_()


def test_its_repr_is_one_short_line():
    assert repr(Run(SPIRAL)) == (
        "<Run: Spiral, 2-4-3-1 Tanh/ReLU, epoch 0: loss 0.6886 training, 0.6925 test>"
    )


# --- what it shows --------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_any_run_shows_itself_in_a_page_that_asks_for_nothing(spec):
    run = Run(spec).train(1)
    text = run._repr_html_()
    assert len(text) < 250_000
    page = Page(text)
    assert {tag for tag, _ in page.tags} <= {"table", "tr", "td", "img", "br", "b"}
    images = page.images()
    assert len(images) == 3
    for image in images:
        assert image["alt"]
        assert image["width"]
        assert image["height"]
        assert image["src"].startswith("data:image/")
    assert pixels(decoded(images[0]["src"])).shape == (480, 480, 3)
    for image in images[1:]:
        svg = decoded(image["src"]).decode()
        ElementTree.fromstring(svg)
        assert not re.search(r"<script|<style|\son\w+=|href=\"(?!data:image/png|#)", svg)
    for name in run.trainer.evaluate().metrics:
        assert name in page.words


@pytest.mark.parametrize("cls", DATASETS, ids=lambda cls: cls.name())
def test_every_data_set_is_said_in_words(cls):
    spec, _ = evolve(RunSpec(), {"problem": cls.problems[0], "dataset": cls()})
    assert cls.label in in_words(spec)


def test_words_say_what_is_not_usual():
    spec = replace(SPIRAL, noise=15, features=(X1Squared(),), batch_size=0)
    assert in_words(spec) == (
        "Classification: Spiral, 500 points, noise 15. x1^2 → 4 Tanh → 3 ReLU →"
        " Sigmoid + binary cross-entropy. SGD, learning rate 0.1, all points at once."
        " Weights: Xavier (1/fan_in)."
    )
    assert "2 x 8 Tanh" in in_words(replace(SPIRAL, layers=(LayerSpec(8), LayerSpec(8))))


def test_texts_of_users_are_no_markup():
    name = "<script>alert('x')</script>&\""
    text = Comparison({name: Run(SPIRAL)})._repr_html_()
    assert "<script" not in text
    assert name in Page(text).words
    svg = curve({name: Line([0, 1], [1.0, 0.5])}, name)
    assert ElementTree.fromstring(svg)[0].text == name


def test_a_comparison_has_all_runs_side_by_side():
    runs = {"linear": Run(replace(SPIRAL, layers=(LayerSpec(4, Linear()),))), "tanh": Run(SPIRAL)}
    page = Page(Comparison(runs)._repr_html_())
    assert len(page.images()) == 3
    for name in runs:
        assert name in page.words
        assert repr(Comparison(runs)).count(f"{name}: ") == 1
    assert repr(Comparison({})) == "<Comparison of no runs>"
    Page(Comparison({})._repr_html_())


# --- its pictures ---------------------------------------------------------------------------------


def test_a_png_holds_its_pixels_with_a_palette_or_without(rng):
    few = rng.integers(0, 2, (5, 7, 3)).astype(np.uint8) * 255
    many = rng.integers(0, 256, (20, 30, 3)).astype(np.uint8)
    assert np.array_equal(pixels(png(few)), few)
    assert np.array_equal(pixels(png(many)), many)


def test_colours_are_those_of_the_page():
    assert signed(np.array([-1.0, 0.0, 1.0, np.nan, 99.0])).tolist() == [
        *map(list, (NEGATIVE, NEUTRAL, POSITIVE, NEUTRAL, POSITIVE))
    ]
    certain = np.eye(3)
    assert mixed(certain).tolist() == [list(color) for color in CLASSES[:3]]
    assert mixed(np.zeros((3, 1))).tolist() == [list(NEUTRAL)]


def test_the_map_has_the_points_where_they_are():
    trainer = Trainer(RunSpec(samples=10))
    shown = pixels(plane(trainer))
    assert shown.shape == (SIDE * ZOOM, SIDE * ZOOM, 3)
    train = trainer.data.train
    for x1, x2, label in zip(*train.x, train.labels, strict=True):
        column, row = int((x1 + 6) / 12 * len(shown)), int((6 - x2) / 12 * len(shown))
        assert tuple(shown[row, column]) == (POSITIVE if label else NEGATIVE)


def test_the_diagram_draws_each_weight_once_where_there_is_room():
    svg = diagram(Trainer(SPIRAL))
    assert svg.count("<path") == 2 * 4 + 4 * 3 + 3
    assert svg.count("<use") == 2 + 4 + 3 + 1
    assert "4 Tanh" in svg
    large = diagram(Trainer(SPECS["large"]))
    assert large.count("<use") < 90
    assert "32" in large


def test_a_curve_leaves_out_what_is_not_finite_and_more_than_can_be_seen():
    epochs = list(range(5000))
    svg = curve({"loss": Line(epochs, [1.0, None] * 2500), "none": Line([], [])}, "t")
    assert "nan" not in svg
    longest = max(svg.count("L", *span.span()) for span in re.finditer(r'd="[^"]*"', svg))
    assert longest <= MOST_POINTS + 1
    ElementTree.fromstring(curve({}, "nothing"))


# --- plain reprs ----------------------------------------------------------------------------------


def test_an_experiment_is_written_without_what_is_as_usual():
    assert repr(RunSpec()) == "RunSpec()"
    spec = RunSpec(dataset=Spiral(), layers=(LayerSpec(8, ReLU()), LayerSpec(8)), noise=5)
    text = "RunSpec(dataset=Spiral(), noise=5.0, layers=(LayerSpec(units=8, activation=ReLU()), "
    assert repr(spec) == text + "LayerSpec(units=8)))"
