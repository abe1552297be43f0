"""The decoder of links of playground.tensorflow.org, and the way back."""

from engine.tfp import state as tfp
from engine.tfp.javascript import from_number, to_number
from engine.tfp.link import decode_tfp
from engine.url import decode, encode
from tests.fuzz.readable import require_readable
from tests.fuzz.target import Target


def read(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    number = to_number(text[:100])
    again = to_number(from_number(number))
    assert again == number or (again != again and number != number)
    decoded = decode_tfp("#" + text, draw_seed=lambda: "0.5")
    for notice in decoded.notices:
        require_readable(str(notice))
    link = encode(decoded.spec, decoded.view)
    assert decode(link).spec == decoded.spec, f"{link} is another experiment"


TARGET = Target(
    read,
    seeds=(
        b"activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03"
        b"&regularizationRate=0&noise=0&networkShape=4,2&seed=0.77&showTestData=false"
        b"&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false&xSquared=false"
        b"&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false"
        b"&problem=classification&initZero=false&hideText=false",
        b"problem=regression&regDataset=reg-gauss&networkShape=8,8,8&noise_hide=true",
        b"networkShape=&batchSize=2.5&percTrainData=150&noise=-1&learningRate=1e400",
        b"networkShape=32,0,-1,NaN,1e9,0x10,0b1&batchSize=-10&seed=" + b"s" * 100,
        b"toString=1&__proto__=2&activation=&activation=relu&=&==&&a",
    ),
    words=sorted(
        {f"{prop.key}=" for prop in tfp.PROPERTIES}
        | {choice for prop in tfp.PROPERTIES for choice in prop.choices}
        | {"_hide=true", "&", "true", "false", "NaN", "Infinity", "1e400", "0x", "%25", "5e-324"}
    ),
    share=0.2,
    longest=6000,
)
