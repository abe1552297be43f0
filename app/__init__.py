"""Neural Network Playground: the server that trains small networks and shows them learning."""

import os
from importlib.metadata import PackageNotFoundError, version

# Before NumPy is first imported: a second BLAS thread gains nothing on matrices of this size and
# takes the core on which another session could train.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

try:
    __version__ = version("neural-network-playground")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0.0.0"
