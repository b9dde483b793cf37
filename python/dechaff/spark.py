"""Cleaning a column of a Spark data frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pyarrow
from pyspark.sql import DataFrame
from pyspark.sql.types import StringType, StructField, StructType

from ._cleaner import Cleaner
from ._frames import cleaned, known, ledger_column

if TYPE_CHECKING:
    Batches = Iterator[pyarrow.RecordBatch]


def clean(
    df: DataFrame,
    text: str = "text",
    url: str | None = None,
    title: str | None = None,
    lang: str | None = None,
    host: str | None = None,
    *,
    ledger: bool | str = False,
    cleaner: Cleaner | None = None,
    threads: int = 1,
) -> DataFrame:
    """The data frame with the column `text` cleaned; schema, rows and other columns stay.

    url, title, lang, host: columns that tell these; unless told otherwise those of that name, where there
    are any; "" for none.
    ledger: add a column with the ledger of each article, called "ledger" or as given.
    cleaner: the built-in rules unless given. It is made here, where its rules may be read from files, and
        travels with the job; each Python worker of an executor makes its own once and keeps it.
    threads: cores that a task uses; set `spark.task.cpus` to the same.

    Raises DechaffError where a named column is not there, or the one of the ledger is. Workers need this
    package, of the same version: docs/spark.md has how it gets there.
    """
    about = known(df.columns, text, url=url, title=title, lang=lang, host=host)
    name = ledger_column(df.columns, ledger)
    fields = list(df.schema.fields)
    if name is not None:
        fields.append(StructField(name, StringType(), True))
    return df.mapInArrow(_step(cleaner or Cleaner(), text, about, name, threads), StructType(fields))


def _step(
    cleaner: Cleaner, text: str, about: dict[str, str], ledger: str | None, threads: int
) -> Callable[[Batches], Batches]:
    def step(batches: Batches) -> Batches:
        for batch in batches:
            columns = dict(zip(batch.schema.names, batch.columns))
            columns |= cleaned(cleaner, batch.column, text, about, ledger, threads)
            yield pyarrow.RecordBatch.from_arrays(list(columns.values()), names=list(columns))

    return step
