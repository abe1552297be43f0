"""From an expression to the code of a library: names are mapped, brackets are set where needed.

In scripts a sample is a row, `(n, units)`, in the engine a column: what goes over the units goes
over the last axis there, and keeps it.
"""

import ast
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.expression import Symbol, UntraceableError
from engine.text import Text

BINARY: dict[str, type[ast.operator]] = {
    "add": ast.Add,
    "divide": ast.Div,
    "multiply": ast.Mult,
    "power": ast.Pow,
    "subtract": ast.Sub,
}
COMPARE: dict[str, type[ast.cmpop]] = {
    "equal": ast.Eq,
    "greater": ast.Gt,
    "greater_equal": ast.GtE,
    "less": ast.Lt,
    "less_equal": ast.LtE,
    "not_equal": ast.NotEq,
}
ARGUMENTS = "abc"
"""The names of the operands in the words of a dialect."""
WIDTH = 88
"""Characters of a line of text in a script."""
HELPERS = ("u", "v", "p", "q", "e", "s", "r", "m", "k", "h")
"""Names for parts that are used more than once."""


@dataclass(frozen=True)
class Dialect:
    """How a library writes operations: `{"exp": "torch.exp(a)"}`, the operands being a, b and c."""

    name: str
    words: Mapping[str, str]
    default: str = ""
    """How it writes operations that have the name that NumPy gives them, such as `np.{name}`."""
    known: frozenset[str] = frozenset()
    """The operations that it has by the default; all, where none is named."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """Its own words for named functions (`sigmoid`); others are written out."""

    def word(self, operation: str, operands: int) -> str:
        """An operation, written of a, b and c."""
        if operation in self.words:
            return self.words[operation]
        if not self.default or (self.known and operation not in self.known):
            raise UntraceableError(
                Text(
                    "{name} has no {operation}",
                    name=self.name,
                    operation=operation,
                )
            )
        return f"{self.default}{operation}({', '.join(ARGUMENTS[:operands])})"


class Writer:
    """Writes expressions as code, and remembers which functions have to be defined with them."""

    def __init__(self, dialect: Dialect, *, single: bool = False) -> None:
        self.dialect = dialect
        self.single = single
        """There is one unit: nothing goes over the units."""
        self.needed: dict[str, Symbol] = {}
        """Functions that the code calls and the library does not have."""

    def function(self, name: str, arguments: str, expression: Any, doc: str) -> str:
        """A definition; parts that are used more than once get a name."""
        arguments_used = {argument.strip() for argument in arguments.split(",")}
        letters = (letter for letter in HELPERS if letter not in arguments_used)
        shared = _shared(expression) if isinstance(expression, Symbol) else []
        known: dict[Any, ast.expr] = {}
        lines = [f"def {name}({arguments}):"]
        lines += [f"    {docstring(doc)}"] if doc else []
        for part in shared:
            code = self._code(part, known)
            letter = next(letters, None)
            if letter is None:
                break
            known[key_of(part)] = ast.Name(letter)
            lines.append(f"    {letter} = {_text(code)}")
        lines.append(f"    return {_text(self._code(expression, known))}")
        return "\n".join(lines)

    def text(self, expression: Any) -> str:
        """An expression in one line."""
        return _text(self._code(expression, {}))

    def applied(self, operation: str, arguments: list[ast.expr]) -> ast.expr:
        """An operation, applied to code."""
        return _filled(self.dialect.word(operation, len(arguments)), arguments)

    def definitions(self) -> list[str]:
        """The functions that what was written so far calls, each before those that call it."""
        written: list[str] = []
        done: set[str] = set()
        while todo := [name for name in self.needed if name not in done]:
            for name in todo:
                done.add(name)
                call = self.needed[name]
                assert call.function is not None
                argument = Symbol("name", name="z")
                expression = call.function(argument)
                doc = " ".join((call.function.__doc__ or "").split())
                written.insert(0, self.function(name, "z", expression, doc))
        return written

    def _code(self, value: Any, known: Mapping[Any, ast.expr]) -> ast.expr:
        if not isinstance(value, Symbol):
            return _number(value, self.dialect)
        if (name := known.get(key_of(value))) is not None:
            return name
        operation, parts = value.operation, value.parts
        if operation == "name":
            return ast.Name(value.name)
        if operation == "draw":
            arguments: list[ast.expr] = [ast.Constant(part) for part in parts]
            return ast.Call(ast.Attribute(ast.Name("rng"), value.name), arguments, [])
        if self.single and operation in {"first", "max", "mean", "min", "sum"}:
            return self._code(parts[0], known)
        codes = [self._code(part, known) for part in parts]
        if operation == "call":
            word = self.dialect.functions.get(value.name)
            if word is None:
                self.needed[value.name] = value
                word = f"{value.name}(a)"
            return _filled(word, codes)
        if operation in self.dialect.words:
            return _filled(self.dialect.words[operation], codes)
        if operation in BINARY:
            return ast.BinOp(codes[0], BINARY[operation](), codes[1])
        if operation in COMPARE:
            return ast.Compare(codes[0], [COMPARE[operation]()], [codes[1]])
        if operation == "negative":
            return ast.UnaryOp(ast.USub(), codes[0])
        return _filled(self.dialect.word(operation, len(codes)), codes)


def _filled(word: str, codes: list[ast.expr]) -> ast.expr:
    """A word of a dialect with its operands in place."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            if node.id in ARGUMENTS:
                return codes[ARGUMENTS.index(node.id)]
            return node

    filled: ast.expr = Fill().visit(ast.parse(word, mode="eval").body)
    return filled


def _number(value: Any, dialect: Dialect) -> ast.expr:
    if isinstance(value, np.ndarray):  # (units, 1): a row of numbers, one for each unit
        entries: list[ast.expr] = [_number(item, dialect) for item in value[:, 0].tolist()]
        return _filled(dialect.word("array", 1), [ast.List(entries)])
    if isinstance(value, (int, float)) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _text(code: ast.expr) -> str:
    return ast.unparse(code).replace("'", '"')


def key_of(value: Any) -> Any:
    """Equal for equal expressions."""
    if isinstance(value, Symbol):
        return (value.operation, value.name, *map(key_of, value.parts))
    return value.tobytes() if isinstance(value, np.ndarray) else (type(value), value)


def _shared(expression: Symbol) -> list[Symbol]:
    """The parts that are used more than once, each after those that it is made of."""
    found: dict[Any, Symbol] = {}
    counts: dict[Any, int] = {}

    def visit(part: Any) -> None:
        if not isinstance(part, Symbol) or part.operation == "name":
            return
        key = key_of(part)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] == 1:  # its own parts are used once, however often it is
            for inner in part.parts:
                visit(inner)
            found[key] = part

    visit(expression)
    return [part for key, part in found.items() if counts[key] > 1]


NUMPY = Dialect(
    "NumPy",
    {
        "absolute": "np.abs(a)",
        "first": "a[:, :1]",
        "max": "np.max(a, axis=1, keepdims=True)",
        "mean": "np.mean(a, axis=1, keepdims=True)",
        "min": "np.min(a, axis=1, keepdims=True)",
        "sum": "np.sum(a, axis=1, keepdims=True)",
        "argmax": "np.argmax(a, axis=1, keepdims=True)",
    },
    default="np.",
)


def docstring(text: str, *, spaces: int = 4, wrap: bool = True) -> str:
    """A docstring that stands that far from the left, but for its first line."""
    quotes = '"' * 3
    text = text.replace("\\", "\\\\").replace(quotes, "'" * 3)
    margin = " " * spaces
    if wrap:
        parts = [textwrap.fill(part, WIDTH - spaces) for part in text.split("\n\n")]
        text = "\n\n".join(parts)
    indented = text.replace("\n", f"\n{margin}").replace(f"\n{margin}\n", "\n\n")
    end = f"\n{margin}" if "\n\n" in text else ""
    return f"{quotes}{indented}{end}{quotes}"


def joined(blocks: Iterable[str]) -> str:
    """Definitions with two empty lines between them."""
    return "\n\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n"
