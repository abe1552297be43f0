"""What pydantic finds wrong with what was sent, in the words of a person."""

from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.excerpt import excerpt, shortened
from engine.fields import SpecError
from engine.text import Quoted, Text, template, text_of

LONGEST_ERROR = 450
"""Characters of a sentence that says what is wrong with a message."""


def explain(error: ValidationError) -> Text:
    """A validation error as one line for people: where, what was got and what was expected. It is
    short, whatever was sent.
    """
    return explain_all(error.errors(include_url=False))


def explain_all(errors: Sequence[ErrorDetails], most: int = 3) -> Text:
    """The same of the errors in one."""
    lines: list[Text] = []
    for item in errors[:most]:
        where = ".".join(shortened(str(part)) for part in item["loc"][:8])
        if isinstance(reason := item.get("ctx", {}).get("error"), SpecError):
            lines = [Text.of(reason.within(where).text)]  # in the engine's own words
            break
        line = _line(item)
        if where:
            line = Text("{where}: {line}", where=where, line=line)
        if lines and sum(map(len, lines)) + len(line) > LONGEST_ERROR:
            break
        lines.append(line)
    return Text.changed(Text.joined(lines, "; "), _cut)


def _cut(text: str) -> str:
    return shortened(text, LONGEST_ERROR)


_EXPECTED = {
    "bool_type": template("a valid boolean"),
    "dict_type": template("an object"),
    "finite_number": template("a finite number"),
    "float_type": template("a valid number"),
    "greater_than": template("more than {gt}"),
    "greater_than_equal": template("at least {ge}"),
    "int_from_float": template("a valid integer, got a number with a fractional part"),
    "int_type": template("a valid integer"),
    "less_than": template("less than {lt}"),
    "less_than_equal": template("at most {le}"),
    "list_type": template("a valid array"),
    "model_type": template("an object"),
    "string_too_long": template("at most {max_length} characters"),
    "string_too_short": template("at least {min_length} characters"),
    "string_type": template("a valid string"),
    "tuple_type": template("a valid array"),
}
"""What pydantic says of the errors that there are here, in few words."""


def _line(item: ErrorDetails) -> Text:
    match item["type"]:
        case "missing":
            return Text("got no value, expected one; give it")
        case "extra_forbidden":
            got = excerpt(item.get("input"))
            return Text("got {got}, expected no field of this name; remove it", got=got)
    got, expected = _got_and_expected(item)
    return Text("got {got}, expected {expected}", got=got, expected=expected)


def _got_and_expected(item: ErrorDetails) -> tuple[str, str]:
    """What pydantic says of one value, in our two words."""
    given, facts = item.get("input"), item.get("ctx", {})
    match item["type"]:
        case "json_invalid":
            if isinstance(given, bytes):
                given = given.decode(errors="replace")
            return excerpt(given), Text("JSON ({error})", error=facts["error"])
        case "union_tag_invalid":
            field = facts["discriminator"].strip("'")
            got = Text("the {field} {tag}", field=field, tag=excerpt(facts["tag"]))
            return got, Text("one of: {known}", known=_listed(facts["expected_tags"]))
        case "union_tag_not_found":
            field = facts["discriminator"].strip("'")
            return excerpt(given), Text("an object with a {field}", field=field)
        case "literal_error":
            known = facts["expected"].replace(" or ", ", ")
            return excerpt(given), Text("one of: {known}", known=_listed(known))
        case "too_long":
            got = Text("{count} entries", count=facts["actual_length"])
            return got, Text("at most {most}", most=facts["max_length"])
        case "value_error":
            return excerpt(given), text_of(facts["error"])
        case known if known in _EXPECTED:
            return excerpt(given), Text(
                _EXPECTED[known], **{name: _plain(value) for name, value in facts.items()}
            )
    return excerpt(given), item["msg"]


def _listed(known: str) -> Text:
    """What may be, as pydantic lists it: `'a', 'b'`."""
    items = known.split(", ")
    return Text.joined((Quoted(item) if item.startswith("'") else item for item in items), ", ")


def _plain(value: object) -> object:
    """A bound as it was declared: pydantic makes 80.0 of 80."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
