"""What all scripts have in common: how they begin, read their files, and are called."""

import re
from collections.abc import Iterable
from textwrap import fill
from typing import ClassVar

from app import __version__
from app.exporters.base import Exporter, File, Run, text_file
from app.exporters.code import WIDTH, Dialect, docstring
from app.exporters.network_files import DATA, WEIGHTS, data_file, weights_file
from app.exporters.plan import Plan
from engine.expression import UntraceableError
from engine.spec import RunSpec
from engine.text import Text, text_of

LONGEST_LINK = 600
"""Characters of a link that a script names: one with many points of its own is longer."""


class Script(Exporter):
    """A runnable script in one library, with the points and the weights beside it."""

    suffix: ClassVar[str] = ".py"
    name_in_text: ClassVar[str]
    """The library, in a sentence."""
    dialect: ClassVar[Dialect]

    def lacks(self, spec: RunSpec) -> list[str]:
        try:
            self.body(Plan(spec, self.dialect))
        except UntraceableError as error:
            return [
                Text(
                    "{program} cannot express this: {reason}.",
                    program=self.name_in_text,
                    reason=text_of(error),
                )
            ]
        return []

    def files(self, run: Run) -> list[File]:
        name = f"network_{self.name()}{self.suffix}"
        text = self.script(run, name)
        return [text_file(name, "text/x-python", text), data_file(run), weights_file(run)]

    def script(self, run: Run, name: str) -> str:
        """The script as text."""
        plan = Plan(run.spec, self.dialect, run.trainer.epoch)
        body = self.body(plan)
        head = heading(run, name, self.name_in_text, self.needs, self.remarks(plan))
        return head + "\n" + body

    def remarks(self, plan: Plan) -> list[str]:
        """What of the training is not as in the playground."""
        if plan.spec.mode != "tfp":
            return []
        return [
            "The playground replays playground.tensorflow.org here, and trains in its ways: samples"
            " after the last full batch count in the next epoch's first update, an L1 penalty ends"
            " links for good, and seed and random numbers are that page's. The trained network is"
            " the same; what --train gives comes out alike, not the same."
        ]

    def body(self, plan: Plan) -> str:
        """The script after its heading."""
        raise NotImplementedError


def heading(run: Run, name: str, library: str, needs: str, remarks: Iterable[str]) -> str:
    """The docstring of a script, and the link of its experiment."""
    spec = run.spec
    features = ", ".join(feature.title() for feature in spec.features) or "none"
    layers = ", ".join(f"{layer.units} {layer.activation.label}" for layer in spec.layers)
    about = [
        f"Data: {spec.dataset.label}; {run.trainer.data.train.size} points to train on,"
        f" {run.trainer.data.test.size} to test.",
        f"Features: {features}. Hidden layers: {layers or 'none'}. Output: {spec.head.label}.",
        f"Trained for {run.trainer.epoch} epochs in Neural Network Playground {__version__}.",
    ]
    usage = f"""
    python {name}            the trained network: its loss and its {_measure(spec)}
    python {name} --train    trains from a fresh start; --epochs N says how long
"""
    libraries = needs.replace(" ", " and ")
    wanted = f"Needs {libraries}; {DATA} and {WEIGHTS} are to be in the same folder."
    paragraphs = [f"A neural network in {library}.", "\n".join(fill(line, WIDTH) for line in about)]
    paragraphs += [usage.strip("\n"), wanted, *(fill(remark, WIDTH) for remark in remarks)]
    text = docstring("\n\n".join(paragraphs), spaces=0, wrap=False) + "\n"
    if 0 < len(run.link) <= LONGEST_LINK and re.fullmatch(r"[!-~]+", run.link):
        text += f"\n# The experiment, to open in the playground: {run.link}\n"
    return text


def _measure(spec: RunSpec) -> str:
    return "root mean squared error" if spec.problem == "regression" else "accuracy"


OPENING = f"""
FOLDER = Path(__file__).parent
SAVED = json.loads((FOLDER / "{WEIGHTS}").read_text("utf-8"))
"""

MAIN = '''
def main():
    """Shows how good the network is: the trained one, or one that is trained now."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\\n")[0])
    parser.add_argument("--train", action="store_true", help="train from a fresh start")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how long (%(default)s)")
    arguments = parser.parse_args()
    network = train(arguments.epochs) if arguments.train else trained()
    for split in ("train", "test"):
        loss, {measure} = evaluate(split, network)
        print(f"{{split:5}}  loss {{loss:.6f}}  {measure} {{{measure}:.6f}}")


if __name__ == "__main__":
    main()
'''


def main(plan: Plan) -> str:
    """The end of a script."""
    return MAIN.strip("\n").format(measure=plan.measure) + "\n"
