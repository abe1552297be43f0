"""Whether memory stays flat: sessions that come and go for minutes, and the server's memory.

Run `python -m bench.soak --minutes 10`. Every second two of the pages leave and two others come;
sessions whose page has left are kept for twenty seconds.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import argparse
import asyncio
import time

import uvloop

from bench.pages import Page, connect, display
from bench.sessions import CHANGE_EVERY, memory, playground

LEAVE_EACH_SECOND = 2


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    uvloop.run(_soak(arguments.sessions, arguments.minutes, arguments.workers))


async def _soak(number: int, minutes: int, workers: int) -> None:
    print("| minute | sessions so far | frames so far | errors | server, MB |")
    print("| --: | --: | --: | --: | --: |")
    with playground(workers, "--session-linger", "20") as (server, (port,)):
        pages: list[Page] = [await connect(port) for _ in range(number)]
        showing = asyncio.create_task(display(pages, change_every=CHANGE_EVERY))
        start, came, errors, frames = time.perf_counter(), number, 0, 0
        for second in range(60 * minutes + 1):
            await asyncio.sleep(max(0.0, start + second - time.perf_counter()))
            for _ in range(LEAVE_EACH_SECOND):
                gone = pages.pop(0)
                gone.leave()
                errors, frames, came = errors + len(gone.errors), frames + gone.frames, came + 1
                pages.append(await connect(port))
            if second % 60 == 0:
                seen = frames + sum(page.frames for page in pages)
                print(
                    f"| {second // 60} | {came:,} | {seen:,} | {errors} "
                    f"| {memory(server) / 1e6:.0f} |",
                    flush=True,
                )
        showing.cancel()
        for page in pages:
            page.leave()


if __name__ == "__main__":
    main()
