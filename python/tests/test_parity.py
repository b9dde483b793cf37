"""The same text and the same ledger whichever way an article takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dechaff

Rows = list[dict[str, "str | None"]]
Found = list[tuple["str | None", "str | None"]]
FIELDS = ("url", "title", "lang", "host")


def one_by_one(rows: Rows, _: Path) -> Found:
    cleaner = dechaff.Cleaner()
    cleaned = [cleaner.clean(**row) for row in rows]
    assert all(it.original == row["text"] for it, row in zip(cleaned, rows))
    assert all(it.ledger is None or dechaff.restore(it.text, it.ledger) == it.original for it in cleaned)
    return [(it.text, it.ledger) for it in cleaned]


def batch(rows: Rows, form: Any, threads: int | None = None) -> Found:
    columns = {f"{field}s": form([row[field] for row in rows]) for field in ("text", *FIELDS)}
    texts, ledgers = dechaff.Cleaner().clean_batch(**columns, ledger=True, threads=threads)
    assert type(texts) is type(columns["texts"])
    assert len(texts) == len(ledgers) == len(rows)
    given = texts.to_pylist() if hasattr(texts, "to_pylist") else texts.tolist() if hasattr(texts, "tolist") else texts
    told = ledgers.to_pylist() if hasattr(ledgers, "to_pylist") else list(ledgers)
    return list(zip(given, [ledger if isinstance(ledger, str) else None for ledger in told]))


def in_lists(rows: Rows, _: Path) -> Found:
    return batch(rows, list)


def on_one_thread(rows: Rows, _: Path) -> Found:
    return batch(rows, list, threads=1)


def in_numpy(rows: Rows, _: Path) -> Found:
    numpy = pytest.importorskip("numpy")
    return batch(rows, lambda column: numpy.array(column, dtype=object))


def in_arrow(rows: Rows, _: Path) -> Found:
    arrow = pytest.importorskip("pyarrow")
    return batch(rows, lambda column: arrow.array(column, arrow.string()))


def in_arrow_views(rows: Rows, _: Path) -> Found:
    arrow = pytest.importorskip("pyarrow")
    return batch(rows, lambda column: arrow.array(column, arrow.string_view()))


def in_arrow_chunks(rows: Rows, _: Path) -> Found:
    arrow = pytest.importorskip("pyarrow")
    sizes = iter([7, 50, 11, 90, 31])

    def chunked(column: list[str | None]) -> Any:
        size = next(sizes)
        return arrow.chunked_array([column[at : at + size] for at in range(0, len(column), size)], arrow.large_string())

    return batch(rows, chunked)


def in_pandas(rows: Rows, _: Path) -> Found:
    pandas = pytest.importorskip("pandas")
    from dechaff.pandas import clean

    found = clean(pandas.DataFrame(rows), ledger=True)
    return list(zip(found["text"], found["ledger"].astype(object).where(found["ledger"].notna(), None)))


def in_polars(rows: Rows, _: Path) -> Found:
    polars = pytest.importorskip("polars")
    from dechaff.polars import clean

    found = clean(polars.DataFrame(rows), ledger=True)
    return list(zip(found["text"], found["ledger"]))


def in_datasets(rows: Rows, folder: Path) -> Found:
    datasets = pytest.importorskip("datasets")
    from dechaff.datasets import clean

    given = datasets.Dataset.from_list(rows)
    found = clean(given, ledger=True, batch_size=100, num_proc=2)
    streamed = list(clean(given.to_iterable_dataset(), ledger=True, batch_size=100))
    assert [row["text"] for row in streamed] == found["text"][:]
    return list(zip(found["text"][:], found["ledger"][:]))


def in_datatrove(rows: Rows, folder: Path) -> Found:
    pytest.importorskip("datatrove")
    from datatrove.data import Document
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from dechaff.datatrove import Dechaff

    texts = [row for row in rows if row["text"]]  # its readers leave empty texts out
    halves = [texts[: len(texts) // 2], texts[len(texts) // 2 :]]
    for number, half in enumerate(halves):
        (folder / "in").mkdir(exist_ok=True)
        lines = [json.dumps({**row, "id": f"{number}/{at}"}) + "\n" for at, row in enumerate(half)]
        (folder / "in" / f"{number}.jsonl").write_text("".join(lines))
    pipeline = [JsonlReader(str(folder / "in")), Dechaff(batch=50), JsonlWriter(str(folder / "out"), compression=None)]
    LocalPipelineExecutor(pipeline, tasks=2, workers=2, logging_dir=str(folder / "log")).run()
    written = [json.loads(line) for path in sorted((folder / "out").iterdir()) for line in path.read_text().splitlines()]
    found = [(row["text"], row["metadata"].get("ledger")) for row in written]
    stats = json.loads((folder / "log" / "stats.json").read_text())
    counted = next(step["stats"] for step in stats if "dechaff" in step["name"])
    entries = [json.loads(ledger) for _, ledger in found if ledger]
    assert counted["held"] == sum("held" in entry for entry in entries) > 0
    assert counted["cuts_ad"] == sum(cut["category"] == "ad" for entry in entries for cut in entry["cuts"]) > 0
    in_order = iter(found)
    return [next(in_order) if row["text"] else ("", None) for row in rows]


def in_spark(rows: Rows, folder: Path) -> Found:
    pytest.importorskip("pyspark")
    from spark_session import local

    import dechaff.spark

    with local() as spark:
        numbered = [(number, *(row[field] for field in ("text", *FIELDS))) for number, row in enumerate(rows)]
        types = "number long, text string, url string, title string, lang string, host string"
        spark.createDataFrame(numbered, types).repartition(5).write.parquet(str(folder / "in"))
        dechaff.spark.clean(spark.read.parquet(str(folder / "in")), ledger=True).write.parquet(str(folder / "out"))
        found = spark.read.parquet(str(folder / "out")).orderBy("number").collect()
    return [(row["text"], row["ledger"]) for row in found]


WAYS = [
    one_by_one, in_lists, on_one_thread, in_numpy, in_arrow, in_arrow_views, in_arrow_chunks, in_pandas, in_polars,
    in_datasets, in_datatrove, in_spark,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_parity(way: Any, rows: Rows, golden: Found, tmp_path: Path) -> None:
    found = way(rows, tmp_path)
    assert len(found) == len(golden)
    for number, (ours, expected) in enumerate(zip(found, golden)):
        assert ours == expected, f"row {number}"
