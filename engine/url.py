"""The experiment in the hash of a URL, in two dialects.

Ours begins with `v=1` and then names only what is not at its default:
`#v=1&dataset=spiral&layers=8:relu,8:relu&learning_rate=0.1`. Keys are the fields of `RunSpec` and
of `View`, values are written as in `engine.notation`: a new field or component needs nothing here.
Any other hash is a link of playground.tensorflow.org (`engine.tfp.link`).

A link comes from anywhere: decoding never fails, is quick, and says what it had to replace.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from engine.changes import evolve
from engine.fields import SpecError, annotations, default_of
from engine.link import Decoded, Notice, View, ignored, replaced
from engine.modes import build_data
from engine.notation import read, write
from engine.spec import RunSpec
from engine.text import Text, template
from engine.tfp.javascript import fragment
from engine.tfp.link import decode_tfp, encode_tfp
from engine.tfp.state import draw_seed

__all__ = ["MAX_HASH", "Decoded", "Notice", "View", "decode", "encode"]

VERSION = "1"
MAX_HASH = 65_536
"""Characters of a hash that are looked at: 5,000 points take 40,000, with long names 50,000."""
MAX_VALUE = 4096
"""Characters of a value other than the data set; the longest layers need about half. No link of
playground.tensorflow.org has more in all."""
_MAX_NOTICES = 12

# The structure of the notation stays readable, everything else that has a meaning in URLs does not.
_SAFE = "!*',:()=^/|~-._"


def decode(hash_: str, *, draw_seed: Callable[[], str] = draw_seed) -> Decoded:
    """The experiment of a hash, or of a whole address, with or without `#`.

    `draw_seed` gives the seed of a TFP link that names none; TFP draws one as well.
    """
    whole = fragment(hash_[: 4 * MAX_HASH])
    text = _capped(whole, MAX_HASH)
    items = [item.partition("=") for item in text.split("&")]
    values = {key: value for key, equals, value in items if equals}
    limit = MAX_HASH
    if not text:
        decoded = Decoded(RunSpec(), View())
    elif "v" in values:
        decoded = _decode_own(values)
    else:
        text, limit = _capped(text, MAX_VALUE), MAX_VALUE
        decoded = decode_tfp("#" + text, draw_seed=draw_seed)
    notices = decoded.notices
    if len(hash_) > 4 * MAX_HASH or len(text) < len(whole):
        sentence = template("The link is too long: only its first {limit} characters are read.")
        notices = (Notice("link_too_long", sentence, limit=limit), *notices)
    if (more := len(notices) - _MAX_NOTICES) > 0:
        rest = Notice("link_more", "{more} more values were replaced.", more=more)
        notices = (*notices[:_MAX_NOTICES], rest)
    return replace(decoded, notices=notices)


def encode(spec: RunSpec, view: View | None = None) -> str:
    """The hash, with its `#`, from which `decode` makes the same experiment and view.

    In TFP mode it is a link that playground.tensorflow.org understands, unless the experiment
    holds what such a link cannot say (a seed with an `&`, say).
    """
    view = view or View()
    if spec.mode == "tfp":
        hash_ = encode_tfp(spec, view)
        if len(hash_) <= MAX_VALUE and _says(hash_, spec, view):
            return hash_
    items = [("v", VERSION)]
    base = _base(spec.problem)
    if spec.problem != RunSpec.problem:
        items.append(("problem", spec.problem))
    if spec.dataset.size is not None:
        base = replace(base, samples=spec.dataset.size)
    for record, default in ((spec, base), (view, View())):
        items += [
            (field.name, write(getattr(record, field.name)))
            for field in fields(record)
            if getattr(record, field.name) != getattr(default, field.name)
        ]
    return "#" + "&".join(f"{key}={_quoted(value)}" for key, value in items)


def _says(hash_: str, spec: RunSpec, view: View) -> bool:
    decoded = decode_tfp(hash_, draw_seed=lambda: "\0")
    return (decoded.spec, decoded.view) == (spec, view)


def _quoted(text: str) -> str:
    return quote(text, safe=_SAFE, errors="replace")


def _capped(text: str, most: int) -> str:
    """At most so many characters, up to the last whole key."""
    return text if len(text) <= most else text[:most].rpartition("&")[0]


@cache
def _base(problem: str) -> RunSpec:
    """What a link of our own leaves out: the defaults, completed for a problem."""
    return evolve(RunSpec(), {"problem": problem})[0]


def _decode_own(values: Mapping[str, str]) -> Decoded:
    notices: list[Notice] = []
    if values["v"] != VERSION:
        notices.append(
            ignored(f"v={values['v']}", Text("this page reads version {version}", version=VERSION))
        )
    spec_hints, view_hints = annotations(RunSpec), annotations(View)
    known = {"v", *spec_hints, *view_hints}
    notices += [
        ignored(key, Text("there is no such setting")) for key in values if key not in known
    ]
    long = [key for key in values if len(values[key]) > MAX_VALUE and key != "dataset"]
    notices += [ignored(key, Text("more than {most} characters", most=MAX_VALUE)) for key in long]
    values = {key: value for key, value in values.items() if key not in long}

    def value_of(key: str, hint: Any, default: Any) -> Any:
        def report(got: str, used: str, why: str) -> None:
            notices.append(replaced(key, got, used, why))

        return read(unquote(values[key]), hint, default, report=report)

    view = View(
        **{
            field.name: value_of(field.name, view_hints[field.name], default_of(field))
            for field in fields(View)
            if field.name in values
        }
    )
    default = RunSpec()
    if "problem" in values:
        default = _base(value_of("problem", spec_hints["problem"], default.problem))
    given = {
        field.name: value_of(field.name, spec_hints[field.name], getattr(default, field.name))
        for field in fields(RunSpec)
        if field.name in values and field.name != "problem"
    }
    if dataset := given.get("dataset"):
        problem, classes = dataset.nearest(default.problem, given.get("classes", default.classes))
        if "problem" not in values:
            default = _base(problem)
        default = replace(default, classes=classes, samples=dataset.size or default.samples)
    spec = _with_values(_assembled(default, given, notices), notices)
    if (asked := given.get("samples", 0)) > spec.samples:
        why = Text("there are {samples} points", samples=spec.samples)
        notices.append(replaced("samples", write(asked), write(spec.samples), why))
    return Decoded(spec, view, tuple(notices))


def _with_values(spec: RunSpec, notices: list[Notice]) -> RunSpec:
    """`spec` without the formulas that have no value at some point of its data."""
    while not all(feature.total for feature in spec.features):
        try:
            build_data(spec)
            break
        except SpecError as error:
            index = int(error.path.removeprefix("features[").partition("]")[0])
            lost = spec.features[index]
            kept = (*spec.features[:index], *spec.features[index + 1 :])
            why = Text.of(error.message).without_advice
            notices.append(replaced("features", lost.title(), Text("nothing"), why))
            spec = replace(spec, features=kept)
    return spec


def _assembled(default: RunSpec, given: dict[str, Any], notices: list[Notice]) -> RunSpec:
    """`default` with as much of `given` as goes together."""
    while given:
        try:
            return replace(default, **given)
        except SpecError as error:
            name = error.path.partition(".")[0].partition("[")[0]
            name = name if name in given else next(reversed(given))
            if name == "dataset":  # whose size is the default of the samples
                default = replace(default, samples=_base(default.problem).samples)
            got, used = write(given.pop(name)), write(getattr(default, name))
            notices.append(replaced(name, got, used, Text.of(error.message).without_advice))
    return default
