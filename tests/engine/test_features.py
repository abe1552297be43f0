"""Features and inputs."""

import numpy as np
import pytest

from engine import FEATURES, X1, X2, RunSpec, Trainer, X1Squared
from engine.features import Formula, Inputs, feature_rows
from engine.formula import LONGEST, FormulaError

EXPECTED = {
    "x1": 2.0,
    "x2": -3.0,
    "x1^2": 4.0,
    "x2^2": 9.0,
    "x1*x2": -6.0,
    "sin x1": np.sin(2.0),
    "sin x2": np.sin(-3.0),
    "cos x1": np.cos(2.0),
    "cos x2": np.cos(-3.0),
    "formula": np.sqrt(13.0),
}


def test_each_feature_of_a_point():
    rows = feature_rows([cls() for cls in FEATURES], np.array([[2.0], [-3.0]]))
    np.testing.assert_allclose(rows[:, 0], list(EXPECTED.values()))
    assert list(FEATURES.kinds) == list(EXPECTED)


@pytest.mark.parametrize("cls", list(FEATURES), ids=lambda cls: cls.name())
def test_a_feature_has_a_label_for_the_page(cls):
    assert "<sub>" in cls.html
    assert cls.label == cls.name()


def test_tfp_names_all_but_the_cosines_and_formulas():
    names = [cls.tfp for cls in FEATURES]
    assert names == ["x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY", None, None, None]


def test_standardized_inputs_have_zero_mean_and_unit_variance_on_the_training_set():
    trainer = Trainer(RunSpec(features=(X1(), X2(), X1Squared()), noise=30.0))
    train = trainer.inputs(trainer.data.train.x)
    np.testing.assert_allclose(train[:-1].mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(train[:-1].std(axis=1), 1, atol=1e-12)
    np.testing.assert_array_equal(train[-1], 1)
    test = trainer.inputs(trainer.data.test.x)
    assert np.abs(test[:-1].mean(axis=1)).max() > 1e-6


def test_a_constant_feature_is_left_at_zero():
    inputs = Inputs.fit((X1(), X2()), np.array([[1.0, 2.0], [5.0, 5.0]]), standardize=True)
    np.testing.assert_allclose(inputs(np.array([[1.5], [6.0]]))[:, 0], [0.0, 1.0, 1.0])


def test_raw_inputs_are_the_features_themselves():
    x = np.array([[1.0, 2.0], [5.0, 6.0]])
    inputs = Inputs.fit((X2(),), x, standardize=False)
    np.testing.assert_array_equal(inputs(x), [[5, 6], [1, 1]])
    assert Inputs.fit((), x, standardize=True)(x).tolist() == [[1, 1]]


def test_a_formula_that_is_too_long_is_pointed_at_where_it_is() -> None:
    with pytest.raises(FormulaError, match="text: got 140 characters, expected at most") as caught:
        Formula(text="x1" * 70)
    assert caught.value.at == LONGEST
