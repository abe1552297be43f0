"""What is wrong with a formula, and where in its text."""

from engine.fields import SpecError


class FormulaError(SpecError):
    """A formula that cannot be used; `at` and `length` say which characters are meant."""

    def __init__(self, message: str, path: str = "", *, at: int, length: int = 1) -> None:
        super().__init__(message, path)
        self.at = at
        self.length = length

    def within(self, path: str) -> "FormulaError":
        """The same error seen from the record that holds the formula."""
        outer = super().within(path)
        return FormulaError(outer.message, outer.path, at=self.at, length=self.length)
