"""The two modes of an experiment: where its data, starting weights and updates come from."""

import numpy as np

from engine.arrays import Array
from engine.data import Data, sample_data
from engine.features import require_values
from engine.network import Network, initial_parameters
from engine.spec import RunSpec
from engine.tfp import TfpUpdate
from engine.tfp import start as tfp_start
from engine.update import StandardUpdate, UpdateRule


def build_data(spec: RunSpec) -> Data:
    """The data of an experiment, made from its data seed; a `SpecError` when a formula among the
    features has no value at one of the points."""
    return tfp_start(spec)[0] if spec.mode == "tfp" else _sampled(spec)


def beginning(spec: RunSpec) -> tuple[Data, Array]:
    """The data and the flat starting parameters; in TFP mode both come from one stream."""
    return tfp_start(spec) if spec.mode == "tfp" else (_sampled(spec), initial_parameters(spec))


def _sampled(spec: RunSpec) -> Data:
    data = sample_data(spec)
    if not all(feature.total for feature in spec.features):
        require_values(spec.features, np.concatenate([data.train.x, data.test.x], axis=1))
    return data


def make_update(spec: RunSpec, network: Network) -> UpdateRule:
    """The rule by which gradients move the parameters."""
    return TfpUpdate(spec, network) if spec.mode == "tfp" else StandardUpdate(spec, network)
