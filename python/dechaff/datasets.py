"""Cleaning a column of a Hugging Face dataset."""

from __future__ import annotations

from typing import Any, TypeVar

from ._cleaner import Cleaner
from ._frames import cleaned, known, ledger_column

AnyDataset = TypeVar("AnyDataset")


def clean(
    dataset: AnyDataset,
    text: str = "text",
    url: str | None = None,
    title: str | None = None,
    lang: str | None = None,
    host: str | None = None,
    *,
    ledger: bool | str = False,
    cleaner: Cleaner | None = None,
    threads: int | None = None,
    **options: Any,
) -> AnyDataset:
    """A Dataset or IterableDataset whose column `text` is cleaned; other columns stay.

    url, title, lang, host: columns that tell these; unless told otherwise those of that name, where there
    are any; "" for none.
    ledger: add a column with the ledger of each article, called "ledger" or as given.
    options: for `Dataset.map`, such as num_proc or batch_size. All cores work on each batch; with num_proc
        each process takes one thread unless told otherwise.

    Results are cached as those of any map: the key holds the cleaner's rules, selection and version.

    Raises DechaffError where a named column is not there, or the one of the ledger is.
    """
    columns: Any = dataset.column_names  # type: ignore[attr-defined]
    if columns is None:
        columns = dataset._resolve_features().column_names  # type: ignore[attr-defined]
    about = known(columns, text, url=url, title=title, lang=lang, host=host)
    name = ledger_column(columns, ledger)
    if options.get("num_proc"):
        threads = threads or 1
    given = {"cleaner": cleaner or Cleaner(), "text": text, "about": about, "ledger": name, "threads": threads}
    return dataset.map(_clean, batched=True, fn_kwargs=given, **options)  # type: ignore[attr-defined, no-any-return]


def _clean(
    batch: dict[str, list[Any]],
    cleaner: Cleaner,
    text: str,
    about: dict[str, str],
    ledger: str | None,
    threads: int | None,
) -> dict[str, list[Any]]:
    return cleaned(cleaner, batch.__getitem__, text, about, ledger, threads)
