"""The two modes of an experiment: where its data, starting weights and updates come from."""

from engine.arrays import Array
from engine.data import Data, sample_data
from engine.network import Network, initial_parameters
from engine.spec import RunSpec
from engine.tfp import TfpUpdate
from engine.tfp import start as tfp_start
from engine.update import StandardUpdate, UpdateRule


def build_data(spec: RunSpec) -> Data:
    """The data of an experiment, made from its data seed."""
    return tfp_start(spec)[0] if spec.mode == "tfp" else sample_data(spec)


def beginning(spec: RunSpec) -> tuple[Data, Array]:
    """The data and the flat starting parameters; in TFP mode both come from one stream."""
    return tfp_start(spec) if spec.mode == "tfp" else (sample_data(spec), initial_parameters(spec))


def make_update(spec: RunSpec, network: Network) -> UpdateRule:
    """The rule by which gradients move the parameters."""
    return TfpUpdate(spec, network) if spec.mode == "tfp" else StandardUpdate(spec, network)
