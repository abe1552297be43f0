"""What comes over the wire is a command or a sentence about what is wrong, whatever it is."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import protocol
from app.protocol import CommandError, Edit, Pair, decode_command

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "id", "changes", "from", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
TYPES = [command.model_fields["type"].default for command in get_args(protocol.AnyCommand)]


def problem(text):
    """What is wrong with a text, None when it is a command."""
    try:
        decode_command(text)
    except CommandError as error:
        return str(error)
    return None


def read(text):
    """Whether it is a command; otherwise it must be one readable line."""
    wrong = problem(text)
    assert wrong is None or (wrong and "\n" not in wrong)
    return wrong is None


@given(st.text() | st.binary())
def test_no_text_makes_more_than_a_readable_error(text):
    read(text)


NAMES = [
    "id",
    "hash",
    "changes",
    "view",
    "epoch",
    "value",
    "layer",
    "to",
    "from",
    "seq",
    "nonsense",
]


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5))
def test_no_command_makes_more_than_a_readable_error(type_, fields):
    read(json.dumps({"type": type_, **fields}))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"type": "edit", "layer": 0, "to": 0, "value": NaN}',
        '{"type": "edit", "layer": 0, "to": 0, "value": Infinity}',
        '{"type": "edit", "layer": 0, "to": 0, "value": 1e999}',
        '{"type": "edit", "layer": 1e30, "to": 0, "value": 1}',
        '{"type": "ack", "seq": ' + "9" * 5000 + "}",
        '{"type": "play", "extra": 1}',
        '{"type": "\\ud800"}',
        "\x00",
        "",
    ],
)
def test_hostile_texts_are_refused(text):
    assert not read(text)


def test_an_error_names_the_field_what_was_got_and_what_was_expected():
    with pytest.raises(
        CommandError, match=r"speed\.epochs_per_second: got -1, expected at least 0\.1"
    ):
        decode_command('{"type": "speed", "epochs_per_second": -1}')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type": "nonsense", "id": 7}', 7),
        ('{"type": "play", "id": true}', None),
        ('{"type": "nonsense", "id": "7"}', None),
        ("[1]", None),
        ("{", None),
    ],
)
def test_an_error_carries_the_id_of_a_message_that_has_one(text, expected):
    with pytest.raises(CommandError) as caught:
        decode_command(text)
    assert caught.value.id == expected


def test_a_link_is_named_from_on_the_wire():
    assert decode_command('{"type":"edit","layer":0,"to":1,"from":2,"value":0.5}') == Edit(
        layer=0, to=1, from_=2, value=0.5
    )


def test_a_number_that_is_not_finite_cannot_be_sent():
    with pytest.raises(ValueError, match="finite"):
        Pair(train=float("nan"), test=None)


@pytest.mark.parametrize("seq", [1, 9, 10, 123_456, 10**17])
@pytest.mark.parametrize("early", [0, 7, -8, 10, -99, 99])
def test_an_acknowledgement_is_read_as_the_model_reads_it(seq, early):
    text = protocol.Ack(seq=seq, early=early).model_dump_json(exclude={"id", "again"})
    assert protocol.read_ack(text.encode()) == (seq, early)
    assert decode_command(text) == protocol.Ack(seq=seq, early=early)


def test_an_acknowledgement_need_not_say_how_early_the_frame_was():
    assert protocol.read_ack(b'{"type":"ack","seq":3}') == (3, 0)


@given(
    st.from_regex(
        r'\{"type":"ack","seq":[-0-9.e"tru]{1,20}(,"early":[-0-9.e]{1,4})?\}', fullmatch=True
    )
)
def test_what_is_read_as_an_acknowledgement_is_one(text):
    ack = protocol.read_ack(text.encode())
    if ack is not None:
        seq, early = ack
        assert decode_command(text) == protocol.Ack(seq=seq, early=early)


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"ack","seq":0}',
        '{"type":"ack","seq":01}',
        '{"type":"ack","seq":-1}',
        '{"type":"ack","seq":1.0}',
        '{"type":"ack","seq":"1"}',
        '{"type":"ack","seq":\u0661}',
        '{"type":"ack","seq":1,"id":2}',
        '{"type":"ack","seq":1,"early":100}',
        '{"type":"ack","seq":1,"early":01}',
        '{"type":"ack","seq":1,"early":1.5}',
        '{"type":"ack","seq":1}\n',
        '{"type":"ack"}',
    ],
)
def test_everything_else_is_left_to_the_model(text):
    assert protocol.read_ack(text.encode()) is None
