"""The experiment as a pydantic model, derived from the dataclasses of the engine.

Nothing is declared here: fields, ranges and components are those of `RunSpec` and the registries.
Where the engine names the base of a sort of component, the model takes the union of its registered
members, told apart by their kind.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError, create_model

from app.validation import explain
from engine.fields import Record, SpecError, annotations
from engine.registry import Component
from engine.spec import RunSpec
from engine.text import Text

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


def read_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The named fields of an experiment, each checked, as plain data that `evolve` takes.

    Raises:
        SpecError: a field is unknown or its value cannot be; the text names the path, what was got
            and what was expected.
    """
    try:
        text = json.dumps(changes, allow_nan=False)
    except ValueError:
        raise SpecError(
            Text("got a number that is not finite, expected a finite one; give one")
        ) from None
    try:
        model = changes_model().model_validate_json(text, strict=True)
    except ValidationError as error:
        raise SpecError(explain(error)) from None
    return model.model_dump(exclude_unset=True)


@cache
def changes_model() -> type[BaseModel]:
    """A model in which every field of `RunSpec` may be given or left out."""
    return _model(RunSpec)


def _model(record: type[Record]) -> type[BaseModel]:
    # A field that is left out stays what it is, or gets the engine's default: None is never read.
    members: dict[str, Any] = {
        name: (swapped(annotation), None) for name, annotation in annotations(record).items()
    }
    return create_model(record.__name__, __config__=_STRICT, __doc__=record.__doc__, **members)


def swapped(annotation: Any) -> Any:
    """The annotation with what pydantic needs in place of bases of components and of records."""
    if get_origin(annotation) is Annotated:
        kind, *metadata = get_args(annotation)
        return Annotated[swapped(kind), *metadata]
    if get_origin(annotation) is tuple:
        item: Any = swapped(get_args(annotation)[0])
        return Annotated[tuple[item, ...], FailFast()]  # one error says enough of a long list
    if isinstance(annotation, type) and issubclass(annotation, Component):
        return Annotated[Union[*annotation.registry], Field(discriminator="kind")]
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return _model(annotation)
    return annotation
