"""Spark over Parquet: types and other columns, and a cluster that loses a worker."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from pyspark.sql import functions
from spark_session import Standalone, local, session

import dechaff
import dechaff.spark


def test_schema_and_other_columns(tmp_path: Path) -> None:
    body = "The harbour of Port Ellery opened on Monday, a week after the storm. " * 6
    more = "Boats that had waited in Venn Sound came in one by one, and the market had fish again. " * 5
    types = "n long not null, body string, tags array<string>, seen timestamp, more struct<a:int, b:string>, price decimal(9,2)"
    with local() as spark:
        rows = spark.range(40).select(
            functions.col("id").alias("n"),
            functions.when(functions.col("id") % 4 > 0, functions.lit(f"{body}\n\nADVERTISEMENT\n\n{more}")).alias("body"),
            functions.array(functions.lit("a"), functions.lit(None)).alias("tags"),
            functions.timestamp_seconds("id").alias("seen"),
            functions.struct(functions.lit(1).alias("a"), functions.lit("x").alias("b")).alias("more"),
            functions.lit(1.5).cast("decimal(9,2)").alias("price"),
        )
        frame = spark.createDataFrame(rows.rdd, types)
        cleaned = dechaff.spark.clean(frame, "body")
        assert cleaned.schema == frame.schema
        assert cleaned.drop("body").collect() == frame.drop("body").collect()
        assert [row.body for row in cleaned.collect()] == [f"{body}\n\n{more}" if n % 4 else None for n in range(40)]
        told = dechaff.spark.clean(frame, "body", ledger="why")
        assert told.schema.fields[:-1] == frame.schema.fields and told.where("why is null").count() == 10
        with pytest.raises(dechaff.DechaffError, match="no column `text`"):
            dechaff.spark.clean(frame)


@pytest.mark.cluster
def test_a_worker_is_killed(tmp_path: Path, rows: Any, golden: Any) -> None:
    """Two workers, each a machine of its own as far as Spark knows; one goes in the middle of the job."""
    times = 60
    table = pyarrow.Table.from_pylist([{"n": n, "at": at, **row} for n in range(times) for at, row in enumerate(rows)])
    for part in range(times):
        (tmp_path / "in").mkdir(exist_ok=True)
        pyarrow.parquet.write_table(table.slice(part * len(rows), len(rows)), tmp_path / "in" / f"{part}.parquet")
    cluster = Standalone(tmp_path, workers=2)
    try:
        # A part is a task.
        conf = {"spark__sql__files__openCostInBytes": 1 << 30, "spark__executor__memory": "600m", "spark__cores__max": 2}
        with session(cluster.master, **conf) as spark:
            cleaned = dechaff.spark.clean(spark.read.parquet(str(tmp_path / "in")), ledger=True)
            failed: list[BaseException] = []

            def write() -> None:
                try:
                    cleaned.write.parquet(str(tmp_path / "out"))
                except BaseException as error:
                    failed.append(error)

            job = threading.Thread(target=write)
            job.start()
            done = _tasks(spark, lambda stage: stage.numCompletedTasks >= 4 and stage.numActiveTasks > 0, job)
            cluster.kill(cluster.workers[0])
            job.join(timeout=400)
            assert not job.is_alive() and not failed, failed
            assert 4 <= done < times, f"killed after {done} of {times} tasks: not in the middle"
        found = pyarrow.parquet.read_table(tmp_path / "out").sort_by([("n", "ascending"), ("at", "ascending")])
        assert found.num_rows == times * len(rows)
        expected = golden * times
        assert list(zip(found["text"].to_pylist(), found["ledger"].to_pylist())) == expected
    finally:
        cluster.stop()


def _tasks(spark: Any, reached: Any, job: threading.Thread) -> int:
    """Waits for a point of the job that is running: how many tasks were done by then."""
    tracker = spark.sparkContext.statusTracker()
    while job.is_alive():
        for stage in filter(None, map(tracker.getStageInfo, tracker.getActiveStageIds())):
            if reached(stage):
                return int(stage.numCompletedTasks)
        time.sleep(0.05)
    raise AssertionError("the job ended before a worker could be killed")
