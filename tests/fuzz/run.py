"""One target under atheris, in a process of its own: `python -m tests.fuzz.run TARGET FOLDER ...`.

Everything after the folder goes to libFuzzer, which never returns.
"""

import sys
from importlib import import_module
from pathlib import Path


def main(name: str, folder: Path, options: list[str]) -> None:
    """Feeds a target; the folder gets its seeds, and what libFuzzer finds worth keeping."""
    import atheris

    with atheris.instrument_imports(include=["app", "engine"], enable_loader_override=False):
        target = import_module(f"tests.fuzz.targets.{name}").TARGET
    for number, seed in enumerate(target.seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    words = folder.with_suffix(".dict")
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
    arguments = [
        *(f"-max_len={target.longest}", f"-dict={words}", "-timeout=10", "-rss_limit_mb=1024"),
        *options,
    ]
    atheris.Setup([sys.argv[0], *arguments, str(folder)], target.feed)
    atheris.Fuzz()


def _escaped(word: str) -> str:
    """A word as a dictionary of libFuzzer writes it."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02X}"
        for byte in word.encode()
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
