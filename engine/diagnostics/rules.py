"""The advisor's rules. Each rests on a number measured now, and none says what does not hold.

So there is no word of exponentials being slow, of a small positive bias keeping units alive, or of
ReLU beating tanh in tiny networks; and sigmoid is only spoken against where it fails, in depth.
"""

import math
from collections.abc import Callable

from engine.datasets import Xor, XorCorners
from engine.diagnostics.base import number
from engine.diagnostics.case import Advice, Case
from engine.initializers import Auto, Constant, GlorotNormal, GlorotUniform, XavierNormal, Zeros
from engine.optimizers import SGD
from engine.text import Text

VANISHED = 200.0
DEAD = 0.4
SATURATED = 0.3
XAVIER_DEPTH = 10
GAP = 0.15
SLOW_RATE = 0.01
SLOW_DECLINE = 0.005
STUCK_DECLINE = 0.001
SMALL = 12
FADED = 1e-3
SILENT = 1e-12
CHANCE = 0.3
SETTLED = 30
WRONG = 0.1
WIDE_INPUT = 2.0


def percent(share: float) -> int:
    """A share as whole percent."""
    return round(100.0 * share)


def rounded(value: float) -> float:
    """A rate of two digits, as a person would choose it."""
    return float(f"{value:.2g}")


_GROWN = {
    "pre-activation": Text("the pre-activations"),
    "gradient": Text("the gradients"),
    "weight": Text("the weights"),
    "optimizer state": Text("the optimizer state"),
    "loss": Text("the loss"),
}
"""What a divergence names, in a sentence."""


def diverged(case: Case) -> Advice | None:
    """The run has left the finite numbers."""
    where = case.trainer.divergence
    if where is None:
        return None
    rate = case.spec.learning_rate
    output = where.layer == len(case.spec.layers)
    place = Text("the output layer")
    if not output:
        place = Text("layer {layer}", layer=(where.layer or 0) + 1)
    return Advice(
        "diverged",
        "problem",
        rate,
        "rate",
        "The run diverged at step {step}; try a third of the learning rate",
        "With a rate of {rate:g} the steps overshoot: the weights grew, until {what} grew beyond"
        " what can be computed."
        if where.layer is None
        else "With a rate of {rate:g} the steps overshoot: the weights grew, until {what} of"
        " {place} grew beyond what can be computed.",
        {
            "step": where.step,
            "rate": rate,
            "what": _GROWN.get(where.what, where.what),
            "place": place,
            "layer": None if where.layer is None else where.layer + 1,
            "new": rounded(rate / 3.0),
        },
        {"learning_rate": rounded(rate / 3.0)},
    )


def linear_ceiling(case: Case) -> Advice | None:
    """A linear model on data that no straight line separates."""
    plain = {feature.name() for feature in case.spec.features} <= {"x1", "x2"}
    accuracy = None if case.bent or not plain else case.line_accuracy
    if accuracy is None or accuracy >= 0.9:
        return None
    collapsed = bool(case.spec.layers)
    if collapsed:
        changes = case.with_activation("linear", {"kind": "tanh"})
        changes = [
            {**layer, "activation": {"kind": "tanh"}}
            if layer["activation"]["kind"] == "leaky_relu"
            else layer
            for layer in changes
        ]
    else:
        changes = [{"units": 4, "activation": {"kind": "tanh"}}]
    return Advice(
        "linear_layers" if collapsed else "no_hidden_layer",
        "problem",
        number(accuracy),
        "share",
        "All {layers} hidden layers are linear, so the network is a linear model: make one bend"
        if collapsed
        else "Without a hidden layer this is a linear model: add one",
        "No straight line classifies more than {percent}% of these training points rightly, and"
        " a linear model has no other border.",
        {"percent": math.ceil(1000 * accuracy) / 10, "layers": len(case.spec.layers)},
        {"layers": changes},
    )


def equal_units(case: Case) -> Advice | None:
    """Units that start the same stay the same."""
    initializer = case.spec.initializer
    wide = any(layer.units > 1 for layer in case.spec.layers)
    if not isinstance(initializer, Zeros | Constant) or not wide:
        return None
    spread = (
        max(
            float((w.max(axis=0) - w.min(axis=0)).max())
            for w in case.trainer.network.weights[:-1]
            if w.size
        )
        if case.spec.features
        else 0.0
    )
    if spread > 1e-9:
        return None
    return Advice(
        "equal_units",
        "problem",
        number(spread),
        "largest difference of weights",
        "All units of a layer are the same: start from random weights",
        "Equal weights get equal gradients, so that they stay equal (largest difference now:"
        " {spread:.1g}): each layer works as a single unit.",
        {"spread": spread},
        {"initializer": Auto().to_dict()},
    )


def sigmoid_vanishes(case: Case) -> Advice | None:
    """Sigmoids in a deep network let little of the gradient through."""
    ratio, count = case.health["backward_ratio"], case.count("sigmoid")
    if len(case.spec.layers) < 3 or count < 3 or ratio is None or ratio <= VANISHED:
        return None
    return Advice(
        "sigmoid_vanishes",
        "problem",
        ratio,
        "ratio",
        "The gradient vanishes through {count} sigmoid layers: try ReLU with He's start",
        "dL/dz in the first hidden layer is {factor} times smaller than in the last one. The"
        " slope of a sigmoid is at most 1/4, and the layers multiply.",
        {
            "ratio": ratio,
            "factor": Text("{ratio:,.0f}", ratio=ratio)
            if ratio < 1e6
            else Text("{ratio:.0e}", ratio=ratio),
            "count": count,
        },
        {
            "layers": case.with_activation("sigmoid", {"kind": "relu"}),
            "initializer": Auto().to_dict(),
        },
    )


def xavier_with_relu(case: Case) -> Advice | None:
    """Xavier loses half of the signal in each ReLU layer."""
    layers, initializer = case.spec.layers, case.spec.initializer
    xavier = isinstance(initializer, XavierNormal | GlorotNormal | GlorotUniform)
    depth = case.count("relu") + case.count("leaky_relu")
    over = case.trainer.epoch > 20 and (case.wrong is None or case.wrong < CHANCE)
    if not xavier or depth < XAVIER_DEPTH or depth < len(layers) or over:
        return None
    first, last = case.hidden[0]["forward"], case.hidden[-1]["forward"]
    if not first or last is None or last > first / 5.0:
        return None
    return Advice(
        "xavier_with_relu",
        "warning",
        number(last / first),
        "ratio",
        "{depth} ReLU layers with Xavier's start: He's keeps the signal at its size",
        "A ReLU drops half of the signal's variance. After {depth} layers {share:.2g} of the"
        " signal in the first one is left.",
        {"depth": depth, "share": last / first},
        {"initializer": {"kind": "he_normal"}},
    )


def signal_fades(case: Case) -> Advice | None:
    """Starting weights so small that hardly a signal gets through."""
    if len(case.spec.layers) < 3 or case.count("sigmoid") >= 3 or xavier_with_relu(case):
        return None
    if isinstance(case.spec.initializer, Auto | Zeros | Constant) or abs(case.spec.bias) > 1.0:
        return None  # not the weights' doing
    first, last = case.start[0]["forward"], case.start[-1]["forward"]
    learned = case.trainer.epoch > 20 and (case.wrong is None or case.wrong < CHANCE)
    if not first or last is None or last > FADED * first or learned:
        return None
    return Advice(
        "signal_fades",
        "problem",
        number(last / first),
        "ratio",
        "The signal fades through {layers} layers: start from larger weights",
        "At the start, {share:.1g} of the signal in the first hidden layer is left in the last:"
        " its neurons answer nearly the same everywhere, and no gradient comes back.",
        {"layers": len(case.spec.layers), "share": last / first},
        {"initializer": Auto().to_dict()},
    )


def dead_units(case: Case) -> Advice | None:
    """Many ReLUs that are never active: a smaller rate, or a slope on the left."""
    if signal_fades(case) or xavier_with_relu(case):
        return None
    relu = [layer for layer in case.hidden if layer["activation"]["kind"] == "relu"]
    units = sum(layer["units_count"] for layer in relu)
    dead = sum(layer["units"].count("dead") for layer in relu)
    gone = any(layer["dead"] == 1.0 for layer in relu)  # nothing gets through such a layer
    if not units or (dead / units < DEAD and not gone):
        return None
    rate = case.spec.learning_rate
    high = rate >= 0.3
    return Advice(
        "dead_units_rate" if high else "dead_units",
        "problem",
        number(dead / units),
        "share",
        "{dead} of {units} ReLUs are dead: start again with a lower learning rate"
        if high
        else "{dead} of {units} ReLUs are dead: try Leaky ReLU",
        "They are 0 on every training point ({percent}% of all ReLUs) and get no gradient: one"
        " comes back only if the layers before it change. Large steps kill them."
        if high
        else "They are 0 on every training point ({percent}% of all ReLUs) and get no gradient:"
        " one comes back only if the layers before it change.",
        {"dead": dead, "units": units, "percent": percent(dead / units), "rate": rate},
        {"learning_rate": rounded(rate / 10.0)}
        if high
        else {"layers": case.with_activation("relu", {"kind": "leaky_relu"})},
    )


def no_signal(case: Case) -> Advice | None:
    """No error signal at the first hidden layer, whatever has stopped it."""
    causes = (diverged, equal_units, sigmoid_vanishes, signal_fades, xavier_with_relu, dead_units)
    if not case.hidden or (case.wrong or 0.0) <= WRONG or any(rule(case) for rule in causes):
        return None
    signal = case.hidden[0]["backward"]
    if signal is None or signal > SILENT:
        return None
    gone = max(case.hidden, key=lambda layer: layer["effectively_dead"] or 0.0)
    rate, high = case.spec.learning_rate, case.spec.learning_rate >= 0.3
    return Advice(
        "no_signal",
        "problem",
        number(signal),
        "RMS of dL/dz",
        "No error signal reaches the first hidden layer: start again with a lower learning rate"
        if high
        else "No error signal reaches the first hidden layer: start again from other weights and"
        " biases",
        "{percent}% of layer {layer} is as good as dead: the slope is next to 0 on every"
        " training point, and nothing gets back through it.",
        {"percent": percent(gone["effectively_dead"] or 0.0), "layer": gone["layer"] + 1},
        {"learning_rate": rounded(rate / 10.0)} if high else {},
    )


def saturated_tanh(case: Case) -> Advice | None:
    """Layers of tanh or sigmoid that sit in their flat parts."""
    layers = [layer for layer in case.hidden if layer["activation"]["kind"] in {"tanh", "sigmoid"}]
    worst = max(layers, key=lambda layer: layer["saturated"] or 0.0, default=None)
    if worst is None or (worst["saturated"] or 0.0) <= SATURATED or case.trainer.epoch > 20:
        return None
    share = worst["saturated"]
    return Advice(
        "saturated",
        "warning",
        share,
        "share",
        "{percent}% of layer {layer} is saturated: start from smaller weights",
        "There the slope is below 1% of the steepest, so that next to no gradient gets through.",
        {"percent": percent(share), "layer": worst["layer"] + 1},
        {"initializer": Auto().to_dict()} if case.spec.initializer != Auto() else {},
    )


def confidently_wrong(case: Case) -> Advice | None:
    """Squared error on a saturated output that is wrong."""
    head = case.spec.head.name()
    if head not in {"tanh_mse", "sigmoid_mse"}:
        return None
    trainer = case.trainer
    z, labels = trainer.forward.logits[0], trainer.data.train.labels
    reach = 1.5 if head == "tanh_mse" else 3.0  # where the slope is below a fifth of the steepest
    share = float((((z > 0) != (labels == 1)) & (abs(z) > reach)).mean())
    if share <= WRONG:
        return None
    return Advice(
        "confidently_wrong",
        "warning",
        number(share),
        "share",
        "{percent}% of the training points are confidently wrong: use cross-entropy",
        "With squared error the gradient carries the slope of the output, which is flat there."
        " With cross-entropy it is the error itself.",
        {"percent": percent(share)},
        {"head": {"kind": "sigmoid_bce"}},
    )


def rate_too_small(case: Case) -> Advice | None:
    """A rate with which nothing would happen for a long time."""
    rate, loss = case.spec.learning_rate, case.evaluation.loss.train
    fits = isinstance(case.spec.optimizer, SGD) and rate < SLOW_RATE and loss and loss > 0.05
    if not fits or case.decline is None or case.decline >= SLOW_DECLINE:
        return None
    new = 0.03
    return Advice(
        "rate_too_small",
        "warning",
        case.decline,
        "share of the loss in an epoch",
        "The learning rate is very small: try {new}",
        "At {rate} the loss falls by about {decline:.2g}% in an epoch.",
        {"rate": rate, "new": new, "decline": 100.0 * case.decline},
        {"learning_rate": new},
    )


def stuck(case: Case) -> Advice | None:
    """A loss that no longer falls, with points still wrong: a bad start, or too small a network."""
    wrong, layers = case.wrong or 0.0, case.spec.layers
    small = len(layers) <= 2 and sum(layer.units for layer in layers) <= SMALL
    causes = (diverged, equal_units, sigmoid_vanishes, dead_units, no_signal, too_few_units)
    early = case.trainer.epoch < SETTLED or case.spec.learning_rate < SLOW_RATE
    if not small or not case.bent or wrong <= WRONG or early or any(rule(case) for rule in causes):
        return None
    if case.decline is None or case.decline >= STUCK_DECLINE:
        return None
    corners = case.spec.dataset == XorCorners() and sum(layer.units for layer in layers) == 2
    seed = case.spec.weight_seed
    new = str(int(seed) + 1) if seed.isdecimal() and len(seed) < 20 else f"{seed[:60]}+1"
    return Advice(
        "stuck",
        "hint",
        case.decline,
        "share of the loss in an epoch",
        "Stuck with {percent}% of the training points wrong: try another start, or more neurons",
        "The loss falls by about {decline:.2g}% in an epoch. How far so small a network comes"
        " depends on where it starts. Two tanh units solve the four corners from about 7 of 10"
        " starts."
        if corners
        else "The loss falls by about {decline:.2g}% in an epoch. How far so small a network comes"
        " depends on where it starts.",
        {"percent": percent(wrong), "decline": 100.0 * case.decline, "new": new},
        {"weight_seed": new} if case.spec.mode == "standard" else {},
    )


def overfit(case: Case) -> Advice | None:
    """Much better on the training set than on the test set."""
    metrics = case.evaluation.metrics
    pair = metrics.get("accuracy") or metrics.get("r2")
    if pair is None or pair.train is None or pair.test is None or case.trainer.epoch < 1:
        return None
    gap = pair.train - pair.test
    if gap <= GAP or pair.train < 0.8:
        return None
    more = case.spec.train_share < 50.0
    regularized = case.spec.regularizer.active and case.spec.regularization_rate > 0
    return Advice(
        "overfit",
        "warning",
        number(gap),
        "share",
        "{train}% on the training set, {test}% on the test set: give it more data or a penalty",
        "The network fits points it has seen better than the rule behind them.",
        {"train": percent(pair.train), "test": percent(pair.test), "gap": percent(gap)},
        {"train_share": 50.0}
        if more
        else {}
        if regularized
        else {"regularizer": {"kind": "l2"}, "regularization_rate": 0.003},
    )


def too_few_units(case: Case) -> Advice | None:
    """Two units are enough for the four corners, and never for the filled quadrants."""
    layers = case.spec.layers
    small = len(layers) == 1 and layers[0].units <= 2 and bool(case.bent)
    if case.spec.dataset != Xor() or not small or len(case.spec.features) > 2:
        return None
    return Advice(
        "too_few_units",
        "hint",
        layers[0].units,
        "units",
        "{units} hidden units do not solve this exclusive or: take 6, or the four corners",
        "The lecture's picture of two units is of four points. For the filled quadrants two units"
        " stay below 95%; six reach 98% nearly always.",
        {"units": layers[0].units},
        {"layers": [{**layers[0].to_dict(), "units": 6}]},
    )


def raw_inputs(case: Case) -> Advice | None:
    """He's and Xavier's starts reckon with inputs of unit variance."""
    spec = case.spec
    scaled = isinstance(spec.initializer, Zeros | Constant)
    if spec.standardize or spec.mode == "tfp" or scaled or not spec.layers or not spec.features:
        return None
    spread = float(case.trainer.inputs(case.trainer.data.train.x)[:-1].std(axis=1).max())
    if spread < WIDE_INPUT:
        return None
    return Advice(
        "raw_inputs",
        "hint",
        number(spread),
        "standard deviation",
        "The inputs are not standardized: their standard deviation is up to {spread:.2g}",
        "The usual starts of the weights reckon with inputs of standard deviation 1.",
        {"spread": spread},
        {"standardize": True},
    )


Rule = Callable[[Case], Advice | None]

RULES: tuple[Rule, ...] = (
    diverged,
    linear_ceiling,
    equal_units,
    sigmoid_vanishes,
    xavier_with_relu,
    signal_fades,
    dead_units,
    no_signal,
    saturated_tanh,
    confidently_wrong,
    rate_too_small,
    stuck,
    overfit,
    too_few_units,
    raw_inputs,
)
