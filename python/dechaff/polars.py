"""Cleaning a column of a Polars data frame."""

from __future__ import annotations

import polars

from ._cleaner import Cleaner
from ._frames import cleaned, known, ledger_column


def clean(
    frame: polars.DataFrame,
    text: str = "text",
    url: str | None = None,
    title: str | None = None,
    lang: str | None = None,
    host: str | None = None,
    *,
    ledger: bool | str = False,
    cleaner: Cleaner | None = None,
    threads: int | None = None,
) -> polars.DataFrame:
    """The frame with the column `text` cleaned; other columns stay. Of a lazy frame:
    `lazy.map_batches(dechaff.polars.clean)`.

    url, title, lang, host: columns that tell these; unless told otherwise those of that name, where there
    are any; "" for none.
    ledger: add a column with the ledger of each article, called "ledger" or as given.

    Raises DechaffError where a named column is not there, or the one of the ledger is.
    """
    about = known(frame.columns, text, url=url, title=title, lang=lang, host=host)
    name = ledger_column(frame.columns, ledger)
    return frame.with_columns(**cleaned(cleaner, frame.__getitem__, text, about, name, threads))
