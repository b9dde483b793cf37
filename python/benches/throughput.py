"""How fast batches are, beside line filters of plain Python: `python python/benches/throughput.py articles.jsonl [ROUNDS]`

Prints a table: megabytes of text in a second of processor time (all threads together) and by the clock, the
best of a few rounds. The filters are those of benches/peers, on a part of the articles; datatrove's and
jusText's where they are installed (`pip install datatrove nltk justext lxml_html_clean`). The crate's own
figure, with languages told and on one thread, is that of
`DECHAFF_CORPUS=articles.jsonl cargo bench --bench corpus`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow

import dechaff

PEERS = Path(__file__).parents[2] / "benches" / "peers"
sys.path.append(str(PEERS))
from peers import peers  # noqa: E402

FIELDS = {"urls": "url", "titles": "title", "langs": "lang"}

# Every so many articles are enough for a filter that is slow.
SAMPLE = 10


def measured(what: str, texts: list[str], rounds: int, run: Callable[[], Any]) -> None:
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    best = [float("inf")] * 2
    for _ in range(rounds):
        clock, processor = time.perf_counter(), time.process_time()
        run()
        best = [min(best[0], time.perf_counter() - clock), min(best[1], time.process_time() - processor)]
    print(f"| {what} | {megabytes / best[1]:.1f} | {megabytes / best[0]:.1f} |", flush=True)


def main(path: str, rounds: int = 3) -> None:
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [row["text"] for row in rows]
    known = {argument: [row.get(field) for row in rows] for argument, field in FIELDS.items()}
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
    print(f"{len(texts)} articles\n\n| | MB in a second of processor time | MB/s by the clock |\n|---|---|---|")
    for what, run in ways.items():
        measured(what, texts, rounds, run)
    sample = texts[::SAMPLE]
    for what, clean in peers((PEERS / "patterns.txt").read_text(encoding="utf-8").splitlines()):
        measured(what, sample, rounds, lambda clean=clean: [clean(text) for text in sample])  # type: ignore[misc]


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
