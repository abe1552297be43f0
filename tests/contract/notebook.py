"""The example notebook, executed.

`python -m tests.contract.notebook [PATH]` writes it anew, there or in its place.

Its outputs are those of the code as it is; a test executes it and compares. What a machine or a
person leaves behind (times, paths, versions) is taken out.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "notebook.ipynb"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def read(path: Path = DOCUMENT) -> NotebookNode:
    """A notebook, as a rule the one of the repository."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def executed() -> NotebookNode:
    """The notebook with the outputs of now."""
    notebook = read()
    notebook.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # What is printed comes in pieces when the machine is busy.
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", coalesce_streams=True)
    client.execute(cwd=str(ROOT), env=environment)
    for number, cell in enumerate(notebook.cells):
        cell.metadata = NotebookNode()
        cell.id = f"cell-{number}"
    return notebook


if __name__ == "__main__":
    nbformat.write(executed(), sys.argv[1] if len(sys.argv) > 1 else DOCUMENT)
