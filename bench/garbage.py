"""What no page sends: messages that are no commands, or commands that cannot be."""

GARBAGE: tuple[str | bytes, ...] = (
    "",
    "null",
    "[" * 30_000,
    "{" * 200,
    '{"type":"configure","changes":{"layers":[' + '{"units":4},' * 2000 + "]}}",
    '{"type":"edit","layer":1e999,"to":NaN,"value":"\\ud800"}',
    '{"type":"configure","changes":{"samples":1e308}}',
    '{"type":"open","hash":"#v=1&layers=' + "9999:tanh," * 500 + '"}',
    '{"type":"hello","protocol":1}',
    '{"type":"watch","diagnostics":[{"kind":"nonsense"}]}',
    '{"type":"ack","seq":99999999999999999999999}',
    "\0" * 1000,
    b"\x00\xff binary",
)
