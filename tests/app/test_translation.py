"""What a page is told is in its language, whatever it has done."""

import json
import pickle
import re
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient
from websockets.sync.client import connect

from app.main import create_app
from app.protocol import DiagnosticEvent, ErrorEvent, NoticeEvent
from app.protocol import Notice as Told
from app.settings import Settings
from app.translation import number, speech, translate
from engine.activations import Linear
from engine.changes import evolve
from engine.diagnostics.advisor import advice
from engine.excerpt import excerpt
from engine.fields import SpecError
from engine.initializers import Constant
from engine.spec import LayerSpec, RunSpec
from engine.text import Text, text_of
from engine.trainer import Trainer
from engine.url import decode
from tests.app.live import live_server
from tests.contract.server_texts import templates

PIECES = sorted(
    {
        piece.strip()
        for template in templates()
        for piece in re.split(r"\{[^{}]*\}", template)
        if len(piece.strip()) >= 9 and " " in piece.strip() and "|" not in piece
    }
)
"""English in the templates, between the values."""


ENGLISH = re.compile(r"\b(at|expected|expecting|got|input|is|of|should|the|with)\b", re.IGNORECASE)


STRAIGHT = re.compile(r"(?<!\w)['\"]|['\"](?!\w)")
"""A quote of a programmer's; an apostrophe has a letter before and after it."""


def english_in(text: str) -> list[str]:
    """What in a sentence is English, but for what it quotes."""
    bare = re.sub(r"«[^»]*»", "«»", text)
    return [piece for piece in PIECES if piece in text] + ENGLISH.findall(bare)


# --- texts -----------------------------------------------------------------------------------


def test_a_text_is_the_english_sentence() -> None:
    text = Text("got {got}, expected {range}; choose a value in that range", got=1, range="more")
    assert text == "got 1, expected more; choose a value in that range"
    assert translate(text, "en") == text
    assert translate(text, "xx") == text
    assert type(pickle.loads(pickle.dumps(text))) is str


def test_what_is_no_text_stays_as_it_is() -> None:
    assert translate("got nothing", "es") == "got nothing"


def test_a_value_may_be_a_text_and_braces_of_others_are_no_format() -> None:
    range_ = Text("{one} and {other}", one=Text("at least {least}", least=1), other="{x}")
    text = Text("got {got}, expected {range}; choose a value in that range", got="{}", range=range_)
    assert translate(text, "es") == (
        "se recibió {}, pero se esperaba al menos 1 y {x}; elige un valor de ese intervalo"
    )
    assert translate(Text.of(text).without_advice, "es").endswith("se esperaba al menos 1 y {x}")


def test_numbers_are_written_as_in_spanish_and_words_follow_them() -> None:
    loss = Text("The test loss, {loss:.4g}, is below {limit:g}: paused.", loss=0.0123, limit=0.5)
    assert translate(loss, "es") == (
        "La pérdida de prueba, 0,0123, está por debajo de 0,5: en pausa."
    )
    large = Text(
        "got a text of {count:,} characters, expected at most {largest:,}; choose another file",
        count=1234567,
        largest=4000000,
    )
    assert "de 1.234.567 caracteres" in translate(large, "es")
    more = "{more} more values were replaced."
    assert translate(Text(more, more=1), "es") == "Se ha sustituido 1 valor más."
    assert translate(Text(more, more=2), "es") == "Se han sustituido 2 valores más."


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (0.5, "0.5", "0,5"),
        (80.0, "80", "80"),
        (1e6, "1000000", "1000000"),  # as it is, like a whole number
        (1e15, "1,000,000,000,000,000", "1.000.000.000.000.000"),
        (1e16, "10¹⁶", "10¹⁶"),
        (-2.5e20, "-2.5\u00a0×\u00a010²⁰", "-2,5\u00a0×\u00a010²⁰"),
        (3e-05, "0.00003", "0,00003"),
        (1.5e-09, "1.5\u00a0×\u00a010⁻⁹", "1,5\u00a0×\u00a010⁻⁹"),
        (1e-12, "10⁻¹²", "10⁻¹²"),
        (float("inf"), "inf", "inf"),
    ],
)
def test_a_number_has_no_exponent_of_a_programmer_s(
    value: float, english: str, spanish: str
) -> None:
    text = Text("{value}", value=value)
    assert (translate(text, "en"), translate(text, "es")) == (english, spanish)


def test_short_numbers_are_in_no_groups_in_spanish() -> None:
    numbers = (64, 4096, 131_072, 10**15, -1e6, 0.1)
    assert [number(value, "en") for value in numbers] == [
        "64", "4,096", "131,072", "1,000,000,000,000,000", "-1,000,000", "0.1"
    ]  # fmt: skip
    assert [number(value, "es") for value in numbers] == [
        "64", "4096", "131.072", "1.000.000.000.000.000", "-1.000.000", "0,1"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "quoted"),
    [
        ("hello", "«hello»"),
        ("", "«»"),
        ("it's", "«it's»"),
        ("both ' and \"", "«both ' and \"»"),
        ("two\nlines", "«two\\nlines»"),
        ("{name}", "«{name}»"),
    ],
)
def test_what_was_got_is_in_the_quotes_of_the_language(given: str, quoted: str) -> None:
    written = Text("Got {type!r}, which means nothing here; leave it out.", type=given)
    assert written == f"Got {given!r}, which means nothing here; leave it out."  # for programs
    assert translate(written, "es") == f"Se recibió {quoted}, que aquí no significa nada; quítalo."
    shown = Text("got {got}, expected {expected}", got=excerpt(given), expected=Text("a list"))
    assert shown == f"got {given!r}, expected a list"
    assert translate(shown, "es") == f"se recibió {quoted}, pero se esperaba una lista"
    english = quoted.replace("«", "“").replace("»", "”")
    assert translate(shown, "en") == f"got {english}, expected a list"
    assert pickle.loads(pickle.dumps(excerpt(given))) == repr(given)


def test_quotes_of_a_template_are_those_of_the_language_and_apostrophes_stay() -> None:
    text = Text("type: got {type!r}, expected 'hello' at first", type="open")
    assert translate(text, "en") == "type: got “open”, expected “hello” at first"
    assert translate(text, "es") == "type: se recibió «open», pero al principio se esperaba «hello»"
    lecture = "{depth} ReLU layers with Xavier's start: He's keeps the signal at its size"
    assert translate(Text(lecture, depth=9), "en") == lecture.replace("{depth}", "9")


def test_english_has_other_words_for_one() -> None:
    text = Text("{dead} of {units} ReLUs are dead: try Leaky ReLU", dead=1, units=8)
    assert translate(text, "en") == "1 of 8 ReLUs is dead: try Leaky ReLU"
    within = Text(
        "The link says {key}: {why}.", key="samples", why=Text("{count} entries", count=1)
    )
    assert translate(within, "en") == "The link says samples: 1 entry."
    event = NoticeEvent(notices=[Told(code="x", text=within)])
    english = json.loads(event.model_dump_json(context=speech("en")))
    assert english["notices"][0]["text"] == "The link says samples: 1 entry."
    for count in (0, 2, 1_000_000):
        text = Text("{more} more values were replaced.", more=count)
        assert translate(text, "en") == text


def test_a_number_of_a_link_is_written_as_in_the_language() -> None:
    notices = decode("#v=1&learning_rate=x&noise=80.5").notices
    said = [translate(notice, "es") for notice in notices]
    assert any("learning_rate=x: " in text and "se usa 0,03." in text for text in said)
    assert any("se recibió 80,5, " in text and "se usa 80." in text for text in said)
    assert any(str(notice).endswith("; 0.03 is used instead.") for notice in notices)


def test_a_component_is_called_by_its_spanish_name() -> None:
    _, notices = evolve(RunSpec(), {"problem": "regression"})
    assert translate(notices[0], "es") == "El problema es ahora: Regresión"


def test_an_error_of_the_engine_keeps_its_path_in_every_language() -> None:
    with pytest.raises(SpecError) as caught:
        replace(RunSpec(), noise=200.0)
    assert str(caught.value).startswith("noise: got 200.0, expected at least 0.0 and at most 80.0")
    assert translate(text_of(caught.value), "es") == (
        "noise: se recibió 200, pero se esperaba al menos 0 y como máximo 80; elige un valor de"
        " ese intervalo"
    )


def test_an_event_is_written_in_a_language_and_read_as_plain_text() -> None:
    text = Text("The server is stopping.")
    event = NoticeEvent(notices=[Told(code="server_stopping", text=text)])
    spanish = event.model_dump_json(context=speech("es"))
    assert json.loads(spanish)["notices"][0]["text"] == "El servidor se está deteniendo."
    assert json.loads(event.model_dump_json())["notices"][0]["text"] == text
    assert type(NoticeEvent.model_validate_json(spanish).notices[0].text) is str
    with pytest.raises(ValueError, match="string"):
        ErrorEvent.model_validate_json('{"code": "x", "message": 1}')


# --- a page in Spanish -------------------------------------------------------------------------

OPEN = [
    "#v=2&dataset=moon&nonsense=1&learning_rate=x&noise=900&features=log(x1)",
    "#v=1&samples=99999&layers=99:relu,3:nothing&initializer=normal(sigma=a,b=1)",
    "#networkShape=99,0,3,1,1,1,1,1,1&noise=-3&batchSize=0&learningRate=-1&percTrainData=0&zzz=1",
    "#activation=nothing&batchSize=2.5&regularizationRate=-1&seed=" + "9" * 200,
    "#v=1&" + "&".join(f"unknown{number}=1" for number in range(30)),
]
CHANGES: list[dict[str, Any]] = [
    {"noise": 900},
    {"noise": "a lot"},
    {"noise": None},
    {"samples": 0.5},
    {"samples": 10**60},
    {"nothing": 1},
    {"mode": "fast"},
    {"shuffle": 1},
    {"data_seed": "x" * 100},
    {"layers": [{"units": 4, "activation": {"kind": "swish"}}]},
    {"layers": [{"units": 4}] * 40},
    {"layers": [{"units": 32}] * 30, "samples": 5000},
    {"layers": {}},
    {"optimizer": {"kind": "adam", "beta1": 2}},
    {"optimizer": {"beta1": 2}},
    {"features": [{"kind": "x1"}, {"kind": "x1"}]},
    {"features": [{"kind": "formula", "text": "log(x1)"}]},
    {"problem": "regression", "head": {"kind": "sigmoid_bce"}},
    {"dataset": {"kind": "custom", "points": "###"}},
    {"dataset": {"kind": "custom", "points": "abcd"}},
    {"dataset": {"kind": "custom", "x1_low": 3, "x1_high": 2}},
    {"mode": "tfp", "optimizer": {"kind": "adam"}},
    {"problem": "multiclass"},
    {"problem": "binary"},
    {"mode": "tfp"},
    {"dataset": {"kind": "moons"}},
]
FORMULAS = [
    "", "x1 +", "x1)", "(x1", "x1 x2 3", "sinn(x1)", "sin", "sin(x1,x2)", "foo(x1)", "x3", "1", "é",
    "0,5*x1", "1/2x1", "asin(x1)", "sqrt(x1)", "exp(exp(x1))", "1/(x1-x1)", "x1" * 70, "9e999",
    "x1^2", "(" * 40 + "x1" + ")" * 40, "atan2(x1)", "x1/x2", "y", "log2(x1)",
]  # fmt: skip
COMMANDS: list[dict[str, Any]] = [
    {"type": "nothing"},
    {"type": "step", "epochs": -1},
    {"type": "step", "epochs": 1.5},
    {"type": "speed"},
    {"type": "speed", "epochs_per_second": 1e9},
    {"type": "undo"},
    {"type": "redo"},
    {"type": "edit", "layer": 9, "to": 0, "value": 1.0},
    {"type": "edit", "layer": 0, "to": 99, "value": 1.0},
    {"type": "edit", "layer": 0, "to": 0, "from": 99, "value": 1.0},
    {"type": "revive", "layer": 7, "unit": 0},
    {"type": "focus", "layer": 7, "unit": 0},
    {"type": "load", "text": "{", "part": 0, "parts": 1},
    *(
        {"type": "load", "text": text, "part": 0, "parts": 1}
        for text in ('{"format": 3}', "[1 2]", '{"a" 1}', '"a', '"\\x"', "1 1", "[1,]", "NaN")
    ),
    {"type": "load", "text": '{"spec": 1, "noise": {}}', "part": 0, "parts": 1},
    {"type": "load", "text": "x", "part": 3, "parts": 5},
    {"type": "run_until", "epoch": 0},
    {"type": "export", "exporter": "nothing"},
    {"type": "hello", "protocol": 1},
    {"type": "watch", "diagnostics": [{"kind": "nothing"}]},
    {"type": "configure", "changes": {}, "view": {"speed": 3, "hidden": ["x" * 5000]}},
    {"type": "reroll"},
    *({"type": "open", "hash": link} for link in OPEN),
    {"type": "open", "hash": ""},
    *({"type": "configure", "changes": changes} for changes in CHANGES),
    *({"type": "try_feature", "feature": {"kind": "formula", "text": text}} for text in FORMULAS),
    {"type": "configure", "changes": {"layers": [{"units": 2, "activation": {"kind": "elu"}}]}},
    {"type": "export", "exporter": "sklearn"},
    {"type": "try_export"},
]


def words_of(message: Any) -> list[str]:
    """All that a person may read of a message."""
    if isinstance(message, list):
        return [text for item in message for text in words_of(item)]
    if not isinstance(message, dict):
        return []
    own = [message[key] for key in ("message", "text", "why", "reason") if key in message]
    own += message.get("lacks", {}).values()
    return [*filter(None, own), *(text for item in message.values() for text in words_of(item))]


@pytest.fixture(scope="module")
def url() -> Any:
    with live_server("--message-rate", "2000", "--message-burst", "2000") as server:
        yield f"ws://127.0.0.1:{server.port}/ws"


def test_every_answer_to_a_page_in_spanish_is_spanish(url: str) -> None:
    answers: list[str] = []
    with connect(url, max_size=None) as websocket:
        websocket.send(json.dumps({"type": "hello", "protocol": 1, "language": "es"}))
        for number, command in enumerate(COMMANDS, 1):
            websocket.send(json.dumps({**command, "id": 2 * number}))
            websocket.send(json.dumps({"type": "ping", "id": 2 * number + 1}))
            while True:
                data = websocket.recv(timeout=20)
                message = json.loads(data) if isinstance(data, str) else {"type": "frame"}
                if message["type"] == "pong" and message["id"] == 2 * number + 1:
                    break
                if message["type"] != "exported":
                    answers += words_of(message)
    assert len(answers) > 100
    wrong = {text: english_in(text) for text in answers if english_in(text)}
    assert not wrong
    straight = [text for text in answers if STRAIGHT.search(re.sub(r"[\[{(].*[\])}]", "", text))]
    assert not straight  # but for lists and objects, which are as in the code
    assert any("se recibió" in text for text in answers)


def test_the_same_answers_in_english_are_found_out(url: str) -> None:
    with connect(url, max_size=None) as websocket:
        websocket.send(json.dumps({"type": "hello", "protocol": 1}))
        websocket.send(json.dumps({"type": "configure", "changes": {"noise": 900}, "id": 1}))
        while True:
            data = websocket.recv(timeout=20)
            if isinstance(data, str) and json.loads(data)["type"] == "error":
                break
    assert english_in(json.loads(data)["message"])


def test_the_advisor_speaks_spanish() -> None:
    deep = RunSpec(layers=(LayerSpec(4, Linear()),) * 3, initializer=Constant(value=0.5))
    measured = {"advice": [remark.to_dict() for remark in advice(Trainer(deep))]}
    event = DiagnosticEvent(run=1, epoch=0, diagnostic={"kind": "advice"}, data=measured)
    english = json.loads(event.model_dump_json())["data"]["advice"]
    spanish = json.loads(event.model_dump_json(context=speech("es")))["data"]["advice"]
    assert [remark["code"] for remark in spanish] == ["linear_layers", "equal_units"]
    assert [remark["changes"] for remark in spanish] == [remark["changes"] for remark in english]
    assert spanish[0]["text"].startswith("Las 3 capas ocultas son lineales")
    assert english_in(english[0]["text"] + english[0]["why"])
    assert not [words for words in words_of(spanish) if english_in(words)]


# --- by HTTP -----------------------------------------------------------------------------------


def test_requests_are_answered_in_their_language() -> None:
    browser = {"Accept-Language": "es-ES,es;q=0.9", "Accept": "text/html"}
    new = {"hash": "#nonsense=1", "spec": {"problem": "regression"}}
    with TestClient(create_app(Settings(snapshot_dir=None)), base_url="http://localhost") as client:
        page = client.get("/nothing", headers=browser)
        assert (page.status_code, page.headers["content-language"]) == (404, "es")
        assert '<html lang="es">' in page.text
        assert "<h1>404 No encontrado</h1><p>No hay ninguna página en esta dirección." in page.text
        assert "There is no page" in client.get("/nothing").text
        refused = client.post("/api/sessions?lang=es", json={"spec": {"noise": 900}})
        message = refused.json()["error"]["message"]
        assert message == "spec.noise: se recibió 900, pero se esperaba como máximo 80"
        begun = client.post("/api/sessions?lang=es", json=new).json()
        notices = [notice["text"] for notice in begun["experiment"]["notices"]]
        assert "El enlace dice nonsense: no existe ese ajuste." in notices
        assert "El problema es ahora: Regresión" in notices


def test_who_is_asked_for_the_access_token_is_asked_in_spanish() -> None:
    app = create_app(Settings(snapshot_dir=None, access_token=SecretStr("secret-of-the-class")))
    with TestClient(app, base_url="http://localhost") as client:
        page = client.get("/", headers={"Accept-Language": "es", "Accept": "text/html"})
    assert page.status_code == 401
    assert "Este servidor pide una clave de acceso." in page.text
    assert "<button>Entrar</button>" in page.text
    assert not english_in(
        re.sub(r"<[^>]*>|<style>.*</style>", " ", page.text.partition("</head>")[2])
    )
