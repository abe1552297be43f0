"""The commands of the protocol as calls of functions: by name, with their fields as arguments."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, TypeVar, get_args

from app import protocol
from app.protocol import AnyCommand, Command

Answer = TypeVar("Answer")

COMMANDS: dict[str, type[Command]] = {
    model.model_fields["type"].default: model
    for model in get_args(AnyCommand)
    if model not in (protocol.Hello, protocol.Ack, protocol.Ping)
}
"""Commands by name, but for those by which a connection is kept up."""


def call(name: str, do: Callable[[Command], Answer]) -> Callable[..., Answer]:
    """A function that has the command of this name done, and gives the answer. It raises pydantic's
    ValidationError for what no such command can say, and TypeError for arguments that it does not
    have."""
    model = COMMANDS[name]
    signature = _signature(model)

    def command(*args: Any, **fields: Any) -> Answer:
        return do(model(**signature.bind(*args, **fields).arguments))

    command.__name__, command.__doc__ = name, model.__doc__
    command.__signature__ = signature  # type: ignore[attr-defined]
    return command


def _signature(model: type[Command]) -> Signature:
    """The fields of a command that are its own, those that it must have first."""
    shared = Command.model_fields.keys() | {"type"}
    parameters = [
        Parameter(
            name,
            Parameter.POSITIONAL_OR_KEYWORD,
            default=Parameter.empty
            if field.is_required()
            else field.get_default(call_default_factory=True),
        )
        for name, field in model.model_fields.items()
        if name not in shared
    ]
    return Signature(sorted(parameters, key=lambda each: each.default is not Parameter.empty))
