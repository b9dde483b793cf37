"""What Spark adds: `python python/benches/spark.py articles.jsonl [TIMES]`

Runs one job three times over the same Parquet: reading alone, with batches handed to Python and back, and
with these cleaned. Prints seconds by the clock and of processor time of the whole tree of processes, beside
those of `clean_batch` on the same column without Spark.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
from pyspark.sql import SparkSession

import dechaff
import dechaff.spark

os.environ["PYSPARK_PYTHON"] = sys.executable
FIELDS = ("text", "url", "title", "lang")


def processor_time() -> float:
    """Seconds that this process and all that stem from it have had a processor."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        stats[int(path.parent.name)] = int(fields[1]), sum(map(int, fields[11:15]))
    family, grown = {os.getpid()}, 0
    while len(family) > grown:
        grown = len(family)
        family |= {pid for pid, (parent, _) in stats.items() if parent in family}
    return sum(stats[pid][1] for pid in family if pid in stats) / os.sysconf("SC_CLK_TCK")


def measured(what: str, run: Callable[[], Any], rounds: int = 3) -> None:
    run()  # starts workers, builds indexes
    best = [float("inf")] * 2
    for _ in range(rounds):
        clock, processor = time.perf_counter(), processor_time()
        run()
        best = [min(best[0], time.perf_counter() - clock), min(best[1], processor_time() - processor)]
    print(f"{what}: {best[0]:.1f} s by the clock, {best[1]:.1f} s of processor time", flush=True)


def main(path: str, times: int = 1) -> None:
    with open(path, encoding="utf-8") as lines:
        rows = [{field: row.get(field) for field in FIELDS} for row in map(json.loads, lines)] * times
    table = pyarrow.Table.from_pylist(rows, pyarrow.schema([(field, pyarrow.string()) for field in FIELDS]))
    cleaner = dechaff.Cleaner()
    about = {f"{field}s": table[field] for field in FIELDS[1:]}
    measured("clean_batch, one thread", lambda: cleaner.clean_batch(table["text"], **about, threads=1))
    with tempfile.TemporaryDirectory() as folder:
        for part in range(4):
            size = -(-len(rows) // 4)
            pyarrow.parquet.write_table(table.slice(part * size, size), f"{folder}/{part}.parquet")
        spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        frame = spark.read.parquet(folder)

        def same(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
            yield from batches

        jobs = {
            "Spark: read": frame,
            "Spark: read, hand to Python and back": frame.mapInArrow(same, frame.schema),
            "Spark: read, clean": dechaff.spark.clean(frame, cleaner=cleaner),
            "Spark: read, clean, with the ledger": dechaff.spark.clean(frame, cleaner=cleaner, ledger=True),
        }
        for what, job in jobs.items():
            measured(what, lambda job=job: job.write.format("noop").mode("overwrite").save())  # type: ignore[misc]
        spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
