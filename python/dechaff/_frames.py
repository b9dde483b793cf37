"""What the adapters share: which columns of a table say what."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Callable

from ._cleaner import Cleaner
from ._native import DechaffError


def known(columns: Collection[str], text: str, **fields: str | None) -> dict[str, str]:
    """The columns that tell something about the articles, by the argument of `clean_batch`: those that are
    named, and where none is named the one with the field's own name, if there is one. "" means none.

    Raises DechaffError where a named column is not there.
    """
    for name in (text, *fields.values()):
        if name and name not in columns:
            raise DechaffError(f"no column `{name}`; nothing can be read from it; there are: {', '.join(columns)}")
    named = {f"{field}s": field if name is None else name for field, name in fields.items()}
    return {argument: name for argument, name in named.items() if name and name in columns}


def ledger_column(columns: Collection[str], ledger: bool | str) -> str | None:
    """The name of the new column, where one is wanted.

    Raises DechaffError where there is one of that name already.
    """
    name = "ledger" if ledger is True else ledger or None
    if name in columns:
        raise DechaffError(f"there is a column `{name}`; the ledger would take its place; name another with ledger=...")
    return name


def cleaned(
    cleaner: Cleaner | None,
    column: Callable[[str], Any],
    text: str,
    about: dict[str, str],
    ledger: str | None,
    threads: int | None,
) -> dict[str, Any]:
    """The new columns, by name: the one of the texts, and of the ledgers where they are wanted."""
    told = {argument: column(name) for argument, name in about.items()}
    found = (cleaner or Cleaner()).clean_batch(column(text), **told, ledger=ledger is not None, threads=threads)
    return {text: found} if ledger is None else dict(zip((text, ledger), found))
