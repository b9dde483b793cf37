"""How fast batches are, beside the crate: `python python/benches/throughput.py articles.jsonl [ROUNDS]`

Prints megabytes of text in a second of processor time (all threads together) and by the clock, the best
of a few rounds, for `clean_batch` on Arrow and on lists. The crate's own figure, with languages told and
on one thread, is that of `DECHAFF_CORPUS=articles.jsonl cargo bench --bench corpus`. The line filters of
Python that it is compared with are in benches/peers.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import pyarrow

import dechaff

FIELDS = {"urls": "url", "titles": "title", "langs": "lang"}


def measured(what: str, megabytes: float, rounds: int, run: Callable[[], Any]) -> None:
    best = [float("inf")] * 2
    for _ in range(rounds):
        clock, processor = time.perf_counter(), time.process_time()
        run()
        best = [min(best[0], time.perf_counter() - clock), min(best[1], time.process_time() - processor)]
    print(f"{what}: {megabytes / best[1]:.1f} MB in a second of processor time; {megabytes / best[0]:.1f} MB/s by the clock")


def main(path: str, rounds: int = 3) -> None:
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [row["text"] for row in rows]
    known = {argument: [row.get(field) for row in rows] for argument, field in FIELDS.items()}
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts)} articles, {megabytes:.1f} MB of text")
    cleaner = dechaff.Cleaner()
    arrow, told = pyarrow.array(texts), {name: pyarrow.array(column, pyarrow.string()) for name, column in known.items()}
    cleaner.clean_batch(arrow, **told)  # indexes and regexes are built on the way
    ways: dict[str, Callable[[], Any]] = {
        "Arrow, languages told, one thread": lambda: cleaner.clean_batch(arrow, **told, threads=1),
        "Arrow, languages told, all cores": lambda: cleaner.clean_batch(arrow, **told),
        "the same with the ledger": lambda: cleaner.clean_batch(arrow, **told, ledger=True),
        "Arrow, nothing told, one thread": lambda: cleaner.clean_batch(arrow, threads=1),
        "list, languages told, one thread": lambda: cleaner.clean_batch(texts, **known, threads=1),
        "one by one, languages told": lambda: [
            cleaner.clean(row["text"], row.get("url"), row.get("title"), row.get("lang")).text for row in rows
        ],
    }
    for what, run in ways.items():
        measured(what, megabytes, rounds, run)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
