"""The decoder of links in our own notation; whatever it makes of one must survive a link again."""

from dataclasses import fields

from engine.activations import ACTIVATIONS
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.heads import HEADS
from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.problems import PROBLEMS
from engine.regularizers import REGULARIZERS
from engine.spec import RunSpec
from engine.url import View, decode, encode
from tests.fuzz.readable import require_readable
from tests.fuzz.target import Target

REGISTRIES = (
    *(ACTIVATIONS, DATASETS, FEATURES, HEADS),
    *(INITIALIZERS, OPTIMIZERS, PROBLEMS, REGULARIZERS),
)


def read(data: bytes) -> None:
    decoded = decode(data.decode("utf-8", "surrogateescape"), draw_seed=lambda: "0.5")
    assert len(decoded.notices) <= 13
    for notice in decoded.notices:
        require_readable(str(notice))
    link = encode(decoded.spec, decoded.view)
    again = decode(link)
    assert again.spec == decoded.spec, f"{link} is another experiment"


TARGET = Target(
    read,
    seeds=(
        b"#v=1",
        b"#v=1&dataset=spiral&features=x1,x2,sin%20x1&layers=8:relu,4:leaky_relu(alpha=0.2),2:tanh"
        b"&optimizer=momentum(beta=0.5)&learning_rate=0.1&contours=true&hidden=noise,dataset",
        b"#v=1&problem=multiclass&classes=5&samples=5000&noise=1e3&train_share=-1&shuffle=false",
        b"#v=1&problem=regression&head=linear_mse&initializer=uniform(limit=2)&data_seed=%25%2C",
        b"#v=1&mode=tfp&layers=3&tutorial=x&hide_text=true&show_test_data=true&discretize=true",
        b"https://example.org/?a#v=1&batch_size=0&regularizer=l2&regularization_rate=0.01&bias=.1",
        b"#v=1&features=x1,(x1%2B1)*(x2-1),min(x1,x2),formula(text=x1^3),sqr(x1),log(x1),x1**2",
        b"#v=1&dataset=gauss&noise=80&features=sqrt(6.1-x1),exp(4*x1),1/(x1-6.05)",
        b"#v=2&layers=((((&layers=:::&features=,,,",
        b"#v=1&dataset=custom(points=AED_vwBA_78AAQ,x1_name=a%2528b,x1_low=-1.5,x1_high=1e3"
        b",class_names=(yes,no),source=x)&samples=2&noise=10",
        b"#v=1&problem=regression&dataset=custom(points=AAD__wCAAAD__wAA,numeric=true,target_low=0)",
        b"#v=1&problem=multilabel&classes=8&dataset=custom(points=AAD__wCAAAABBw)&samples=99",
        b"#v=1&dataset=custom(points=AAD,x1_low=1,x1_high=0,class_names=(,,,,,,,,,,))",
    ),
    words=sorted(
        {f"{field.name}=" for record in (RunSpec, View) for field in fields(record)}
        | {kind for registry in REGISTRIES for kind in registry.kinds}
        | {"v=1&", "&", "(alpha=", "(beta=", "%28", "%2C", "NaN", "Infinity", "1e400", "0x"}
    ),
    share=0.1,
    longest=6000,
)
