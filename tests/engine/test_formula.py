"""Formulas: what they mean, how they are written, and what is said of those that cannot be used."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import (
    X1,
    Formula,
    FormulaError,
    Gauss,
    Grids,
    LayerSpec,
    RunSpec,
    Sigmoid,
    SpecError,
    Trainer,
    evolve,
    feature_map,
)
from engine.expression import trace
from engine.features import grid_points
from engine.formula import CONSTANTS, FUNCTIONS, LONGEST, VARIABLES, parse, understand
from engine.formula.functions import ALIASES
from engine.passes import Forward
from tests.engine.formulas import Written, is_feature, written

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
X1S, X2S = (row.ravel() for row in np.meshgrid(np.linspace(-5.7, 5.9, 23), np.linspace(-6, 6, 25)))


def value(text: str, x1: float = 2.0, x2: float = -3.0) -> float:
    return float(parse(text).evaluate(np.array([x1]), np.array([x2]))[0])


# --- Meaning --------------------------------------------------------------------------------------


@given(written())
@SLOW
def test_a_formula_means_what_numpy_means_by_it(pair: Written) -> None:
    text, f = pair
    with np.errstate(all="ignore"):
        expected = np.broadcast_to(np.asarray(f(X1S, X2S), dtype=float), X1S.shape)
    # Rounding decides on which side of a step a value lies.
    assume(not any(name in text for name in ("floor", "sign", "step", "mod")))
    np.testing.assert_allclose(parse(text).evaluate(X1S, X2S), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x1+x2*3", -7.0),
        ("x1-x2-1", 4.0),
        ("12/x1/3", 2.0),
        ("-x1^2", -4.0),
        ("(-x1)^2", 4.0),
        ("2^x1^3", 256.0),
        ("2^-x1", 0.25),
        ("--x1", 2.0),
        ("x1*-x2", 6.0),
        ("+x1", 2.0),
        ("x1**3", 8.0),
        ("2x1", 4.0),
        ("2x1x2", -12.0),
        ("x1 x2", -6.0),
        ("2(x1+1)", 6.0),
        ("(x1)(x2)", -6.0),
        ("x1(x2)", -6.0),
        ("2sqrt(x1+2)", 4.0),
        ("x1sqrt(4)", 4.0),
        (".5x1", 1.0),
        ("1.x1", 2.0),
        ("1e2x1", 200.0),
        ("1E-1*x1", 0.2),
        ("sign(x2)+step(x1)+step(0*x1)+relu(x2)", 1.0),
        ("mod(x2,2)", 1.0),
        ("floor(x1/3)", 0.0),
        ("log2(x1)+log10(100)+log(e)", 4.0),
        ("ln(e^x1)", 2.0),
        ("arctan(0)+x1", 2.0),
        ("X1+PI-pi", 2.0),
        ("x₁² + 2·x₂ − 1 × 3 ÷ 3", -3.0),
        ("√(x₁+2)³", 8.0),
    ],
)
def test_operators_bind_as_in_mathematics(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_value_at_a_half_and_a_help_text(name: str) -> None:
    function = FUNCTIONS[name]
    arguments = ",".join(["0.5", "0.25"][: function.arguments])
    assert np.isfinite(value(f"{name}({arguments})"))
    assert function.help
    assert name not in VARIABLES
    assert name not in CONSTANTS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_can_be_exported(name: str) -> None:
    arguments = ",".join(VARIABLES[: FUNCTIONS[name].arguments])
    assert trace(parse(f"{name}({arguments})").of, *VARIABLES).walk()


def test_other_names_lead_to_functions() -> None:
    assert set(ALIASES.values()) <= FUNCTIONS.keys()
    assert not ALIASES.keys() & FUNCTIONS.keys()


# --- One text for each ----------------------------------------------------------------------------


@given(written())
@SLOW
def test_the_canonical_text_reads_as_the_same_formula(pair: Written) -> None:
    expression = parse(pair[0])
    again = parse(expression.text()) if len(expression.text()) <= LONGEST else expression
    assert again == expression
    assert again.text() == expression.text()
    assert " " not in expression.text()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("x1**3", "x1^3"),
        (" 2 x1 ", "2*x1"),
        ("((x1))+(x2*3)", "x1+x2*3"),
        ("x1-(x2-1)", "x1-(x2-1)"),
        ("(x1-x2)-1", "x1-x2-1"),
        ("x1*(x2/3)", "x1*(x2/3)"),
        ("(x1^2)^3", "(x1^2)^3"),
        ("x1^(2^3)", "x1^2^3"),
        ("(-x1)^2", "(-x1)^2"),
        ("-(x1^2)", "-x1^2"),
        ("x1+0.50", "x1+0.5"),
        ("x1*1e-7", "x1*1e-7"),
        ("ln(2)*X2", "log(2)*x2"),
        ("MIN( x1 , x2 )", "min(x1,x2)"),
        ("2π x₁", "2*pi*x1"),
    ],
)
def test_equal_formulas_are_equal_features(text: str, canonical: str) -> None:
    assert Formula(text=text) == Formula(text=canonical)
    assert Formula(text=text).text == canonical


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("x1^3", "x<sub>1</sub><sup>3</sup>"),
        ("abs(x2)", "|x<sub>2</sub>|"),
        ("sqrt(x1+1+x2^2+99)", "√(x<sub>1</sub> + 1 + x<sub>2</sub><sup>2</sup> + 99)"),
        ("2*3^x1", "2&middot;3<sup>x<sub>1</sub></sup>"),
        ("x1*x2*pi", "x<sub>1</sub>x<sub>2</sub>π"),
        ("exp(-x1)/2", "e<sup>&minus;x<sub>1</sub></sup>/2"),
    ],
)
def test_a_label_is_written_as_in_mathematics(text: str, html: str) -> None:
    assert parse(text).html() == html
    if "99" not in text:
        assert Formula(text=text).markup() == html


# --- What is no formula ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "length", "words"),
    [
        ("", 0, 1, "got the end, expected a formula of x1 and x2"),
        ("sqr(x1)", 0, 4, r"got 'sqr\(' at character 1, expected a function: sin, .*mean sqrt[?]$"),
        ("x1+foo", 3, 3, "got 'foo' at character 4, expected x1, x2, pi, e or a function"),
        ("x", 0, 1, "did you mean x1"),
        ("2*y", 2, 1, "did you mean x2"),
        ("sinx1", 0, 5, r"did you mean sin\(x1\)"),
        ("sin x1", 4, 2, "got 'x1' at character 5, expected a bracket after sin"),
        ("sin", 3, 1, "got the end at character 4, expected a bracket after sin"),
        ("sin(x1", 6, 1, "got the end at character 7, expected a closing bracket"),
        ("(x1+2", 5, 1, "close the bracket of character 1"),
        ("x1)", 2, 1, r"got '\)' at character 3, expected no more closing"),
        ("x1+*2", 3, 1, r"got '\*' at character 4, expected a number"),
        ("0,5*x1", 1, 1, "got ',' at character 2.*with a point"),
        ("min(x1)", 0, 7, "got 1 at character 1, expected 2 arguments of min"),
        ("sin(x1,x2)", 0, 10, "expected 1 argument of sin"),
        ("1/2x1", 3, 2, "after a division"),
        ("x1^2x2", 4, 2, "after an exponent"),
        ("x1 2", 3, 1, "got '2' at character 4, expected an operator"),
        ("x1 # x2", 3, 1, "got '#' at character 4"),
        ("x1.real", 2, 1, r"got '\.' at character 3"),
        ("__import__('os')", 11, 1, 'got "\'" at character 12'),
        ("x1+1e999", 3, 5, "can be computed with"),
        ("x1" * 70, LONGEST, 20, "got 140 characters, expected at most 120"),
        ("-" * 60 + "x1", 32, 1, "at most 32"),
        ("(" * 59 + "x1" + ")" * 59, 32, 1, "at most 32"),
        ("2^" * 50 + "x1", 64, 1, "at most 32"),
    ],
)
def test_an_error_points_at_the_character(text: str, at: int, length: int, words: str) -> None:
    with pytest.raises(FormulaError, match=words) as caught:
        parse(text)
    assert (caught.value.at, caught.value.length) == (at, length)


@given(st.text(st.sampled_from("x12+-*/^(),. sinlogeprq"), max_size=40) | st.text(max_size=130))
@settings(max_examples=400, deadline=None)
def test_whatever_is_typed_is_a_formula_or_an_error_within_the_text(text: str) -> None:
    begin = time.process_time()
    error, expression = None, None
    try:
        expression = understand(text)
    except FormulaError as caught:
        error = caught
    if error:
        assert 0 <= error.at <= len(text)
        assert error.length >= 1
        assert len(str(error)) < 450
        assert str(error).isprintable()
        assert "expected" in str(error)
    if expression:
        assert parse(expression.text()) == expression
        assert np.isfinite(expression.evaluate(X1S, X2S)).all()
    assert time.process_time() - begin < 1.0


@pytest.mark.parametrize("text", ["3", "pi*e", "sin(2)"])
def test_a_formula_without_a_coordinate_is_no_feature(text: str) -> None:
    with pytest.raises(FormulaError, match="expected x1 or x2 in it"):
        understand(text)


@pytest.mark.parametrize(
    ("text", "kind"), [("x1 ^ 2", "x1^2"), ("sin(x2)", "sin x2"), ("x1", "x1")]
)
def test_a_feature_that_has_a_name_is_no_formula(text: str, kind: str) -> None:
    with pytest.raises(FormulaError, match=rf"switch on '{kind.replace('^', '.')}'"):
        Formula(text=text)


# --- Where there is no value ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "instead"),
    [
        ("log(x1)", r"'log\(x1\)', which has no value where x1 <= 0 \(half of the plot\)", None),
        ("x2+sqrt(x1-3)", r"where x1-3 < 0 \(74% of the plot\)", "x2+sqrt(abs(x1-3))"),
        ("1/x1", "'1/x1', which has no value where x1 = 0, expected", "1/(abs(x1)+0.1)"),
        ("x2/(x1+x2)", r"where x1\+x2 = 0", "x2/(abs(x1+x2)+0.1)"),
        ("x1^0.5", "where x1 < 0", "abs(x1)^0.5"),
        ("(x1+1)^0.5", r"where x1\+1 < 0", "abs(x1+1)^0.5"),
        ("x1^-2", "where x1 = 0", "(abs(x1)+0.1)^(-2)"),
        ("asin(x1)", "where x1 < -1 or x1 > 1", "asin(max(-1,min(1,x1)))"),
        ("mod(x1,x2)", "where x2 = 0", "mod(x1,abs(x2)+0.1)"),
        ("log(-1)*x1", "where -1 <= 0, expected", None),
    ],
)
def test_where_it_has_no_value_is_said_with_what_to_write(
    text: str, words: str, instead: str | None
) -> None:
    with pytest.raises(FormulaError, match=words) as caught:
        understand(text)
    written_instead = str(caught.value).rpartition("; write ")[2]
    if instead is not None:
        whole = text[: caught.value.at] + written_instead
        assert whole + text[caught.value.at + caught.value.length :] == instead
        assert np.isfinite(understand(instead).evaluate(X1S, X2S)).all()


@pytest.mark.parametrize(
    ("text", "words", "at"),
    [
        ("9^9^9^9*x1", "grows beyond what can be computed, expected at most", 2),
        ("exp(x1^2+x2^2)", r"grows to 1.9e\+31 at x1 = -6, x2 = -6 of the plot", 0),
        ("x1*10^13", r"grows to 1e\+13", 3),
        ("1+exp(exp(x1+3))", "grows beyond what can be computed at x1 = 3.6", 2),
    ],
)
def test_what_grows_too_large_is_said_with_its_place(text: str, words: str, at: int) -> None:
    with pytest.raises(FormulaError, match=words) as caught:
        understand(text)
    assert caught.value.at == at


def test_a_pole_that_no_point_meets_is_allowed() -> None:
    assert Formula(text="tan(x1)").text == "tan(x1)"


def test_a_formula_without_a_value_at_a_point_of_the_data_is_refused_with_that_point() -> None:
    features = (X1(), Formula(text="sqrt(6.5-x1)"))
    Trainer(RunSpec(dataset=Gauss(), features=features))
    with pytest.raises(SpecError, match=r"^features\[1\]: .*where 6.5-x1 < 0 \(\d of 500 points"):
        Trainer(RunSpec(dataset=Gauss(), noise=50.0, features=features))


# --- As a feature ---------------------------------------------------------------------------------


def test_a_network_learns_from_formulas() -> None:
    spec = RunSpec(features=(Formula(text="hypot(x1,x2)"),), layers=())
    trainer = Trainer(spec)
    trainer.run_epochs(40)
    accuracy = trainer.evaluate().metrics["accuracy"].test
    assert accuracy is not None
    assert accuracy > 0.95  # a circle is a threshold of the radius


def test_its_map_is_its_value_over_the_plot() -> None:
    values = feature_map(Formula(text="x1+2*x2"), 3)
    np.testing.assert_array_equal(values[:, 0], [6, -6, -18])
    assert Grids(Trainer(RunSpec(features=(Formula(text="x1^3"),)))).outputs.shape == (1, 100, 100)


@pytest.mark.parametrize("text", ["x1^3+10^9", "10^6*x1-10^8", "0.000001*x1", "x1+0*x2"])
@pytest.mark.parametrize("standardize", [True, False])
def test_the_map_of_a_network_is_exact_whatever_the_size_of_a_formula(
    text: str, standardize: bool
) -> None:
    features = (Formula(text=text), X1())
    layers = (LayerSpec(2, Sigmoid()),)
    spec = RunSpec(features=features, standardize=standardize, layers=layers)
    trainer = Trainer(spec)
    x = grid_points(20)
    forward = Forward(trainer.network, x.shape[1])
    with np.errstate(over="ignore"):  # where a sigmoid is 0
        forward.run(trainer.inputs(x))
    expected = np.tanh(forward.logits / 2).reshape(1, 20, 20)
    np.testing.assert_allclose(Grids(trainer, side=20).outputs, expected, atol=2e-6)


def test_an_error_in_an_experiment_names_its_place_and_keeps_the_character() -> None:
    features = [{"kind": "x1"}, {"kind": "formula", "text": "1+sqr(x1)"}]
    with pytest.raises(FormulaError, match=r"^features\[1\]\.text: got 'sqr\('") as caught:
        RunSpec.from_dict({"features": features})
    assert caught.value.at == 2


def test_two_ways_to_write_a_formula_are_the_same_feature_twice() -> None:
    with pytest.raises(SpecError, match="a feature twice"):
        RunSpec(features=(Formula(text="x1**3"), Formula(text="x1 ^ 3")))


def test_tensorflow_playground_mode_has_no_formulas() -> None:
    tfp, _ = evolve(RunSpec(), {"mode": "tfp"})
    features = ({"kind": "x1"}, {"kind": "formula", "text": "x1^3"})
    spec, notices = evolve(tfp, {"features": features})
    assert spec.mode == "standard"
    assert "does not have: feature 'x1^3'" in notices[0]
    with pytest.raises(SpecError, match=r"got 'tfp' with feature 'x1\^3'"):
        evolve(spec, {"mode": "tfp"})


def test_the_strategies_for_other_tests_find_formulas() -> None:
    assert is_feature("x1^3")
    assert not is_feature("log(x1)")
