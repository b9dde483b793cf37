"""The cleaner: rules compiled for a selection."""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Iterable
from typing import Any, Union

from ._columns import Keeper, keeper_of
from ._native import Cleaned, DechaffError, Engine

Rules = Union[str, "os.PathLike[str]", "tuple[str, str]"]


class Cleaner:
    """What cleans articles. It never changes, can be used by many threads, and can be pickled: rules
    that were read from files go with it.

    rules: files or folders of rules, each a path, or a pair of an id and the TOML text of a pack.
    select, extend_select, ignore: categories, ids of rules or packs, or "all", as on the command line.
    confidence: "high", "medium" or "low": rules that are less sure are not used.
    no_builtin: leave the built-in rules out.
    max_cut: the share of an article's characters that may go, from 0 to 1; one that would lose more is
        held: left as it was, and `held` says why.
    min_left: characters that must remain of an article that had more.

    No `dechaff.toml` is read: what counts is what is given here.

    Raises DechaffError where a rule is not valid (the message names file, line, rule and the way out)
    or an argument names nothing; OSError where a file cannot be read.
    """

    def __init__(
        self,
        rules: Rules | Iterable[Rules] | None = None,
        *,
        select: Iterable[str] | None = None,
        extend_select: Iterable[str] | None = None,
        ignore: Iterable[str] | None = None,
        confidence: str = "medium",
        no_builtin: bool = False,
        max_cut: float = 0.6,
        min_left: int = 200,
    ) -> None:
        sources = [rules] if isinstance(rules, (str, os.PathLike)) else list(rules or ())
        chosen = _names("select", select), _names("extend_select", extend_select), _names("ignore", ignore)
        if min_left < 0:
            raise DechaffError(f"min_left {min_left}: no article has fewer characters than none; give 0 or more")
        self._choice = (*chosen, confidence, no_builtin, max_cut, min_left)
        self._engine = Engine(sources, *self._choice)

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change with the version, the rules and the selection: cleaners with
        the same ones do the same."""
        return self._engine.fingerprint

    def clean(
        self,
        text: str,
        url: str | None = None,
        title: str | None = None,
        lang: str | None = None,
        host: str | None = None,
    ) -> Cleaned:
        """Cleans an article.

        url or host switches site rules on, title lets a repeated headline be told, lang (such as "en" or
        "pt-BR") keeps the rules of other languages out; without one it is guessed.

        Raises DechaffError where the text is not Unicode (holds half a pair of surrogates).
        """
        try:
            return self._engine.clean(text, url, host, title, lang)
        except UnicodeEncodeError as error:
            raise DechaffError(f"no Unicode text: {error}; rules cannot read it; decode it anew") from error

    def clean_batch(
        self,
        texts: Any,
        urls: Any = None,
        titles: Any = None,
        langs: Any = None,
        hosts: Any = None,
        *,
        ledger: bool = False,
        threads: int | None = None,
    ) -> Any:
        """Cleans many articles on all cores, with Python's lock released.

        texts: n texts as a list (or anything iterable), NumPy array, pandas or Polars series, pyarrow array
            or chunked array, or any column with Arrow's C data interface, which is read without a copy.
        urls, titles, langs, hosts: what is known of each, n in any of these forms, or one string for all.
        ledger: give the ledgers too.
        threads: as many as there are cores unless told otherwise.

        Gives n texts in the form that texts has (of a dictionary-encoded column its values' form; of an
        unknown Arrow library a pyarrow chunked array). With ledger=True a pair: the texts, and in the same
        form the ledger of each as JSON, missing where nothing went and the article was not held.

        What is missing stays missing. A text that is no Unicode stays as it is, and a UnicodeWarning
        says how many there are. Raises DechaffError where an item is no text, lengths differ or threads are none.
        """
        if threads is not None and threads < 1:
            raise DechaffError(f"threads {threads}: nobody would work; give 1 or more, or None for all cores")
        keeper = keeper_of(texts)
        about = keeper.known(urls), keeper.known(hosts), keeper.known(titles), keeper.known(langs)
        cleaned, ledgers, bad = self._engine.clean_batch(keeper.column(), *about, threads or _cores(), ledger)
        if bad is not None:
            count, first = bad
            message = f"no Unicode and left as they are: {count} of the texts, the first in row {first}"
            warnings.warn(message, UnicodeWarning, stacklevel=2)
        return keeper.like(cleaned) if ledgers is None else (keeper.like(cleaned), keeper.like(ledgers, ledgers=True))

    def __reduce__(self) -> tuple[Any, ...]:
        return _kept, (tuple(self._engine.packs), self._choice, self.fingerprint)

    def __repr__(self) -> str:
        return f"<dechaff.Cleaner {self.fingerprint}>"


@functools.lru_cache(maxsize=8)
def _kept(packs: tuple[tuple[str, str], ...], choice: tuple[Any, ...], fingerprint: str) -> Cleaner:
    """The cleaner that was pickled; one for a process, however often it arrives."""
    select, extend_select, ignore, confidence, no_builtin, max_cut, min_left = choice
    cleaner = Cleaner(
        packs,
        select=select,
        extend_select=extend_select,
        ignore=ignore,
        confidence=confidence,
        no_builtin=no_builtin,
        max_cut=max_cut,
        min_left=min_left,
    )
    if cleaner.fingerprint != fingerprint:
        raise DechaffError(
            "this cleaner was pickled by another version of dechaff, whose rules are not those here; its results "
            "would differ; install the same version on both sides"
        )
    return cleaner


def _names(argument: str, names: Iterable[str] | None) -> tuple[str, ...]:
    if isinstance(names, str):
        raise DechaffError(f"{argument} is a string and not many; each letter would be a name; give a list: [{names!r}]")
    return tuple(names or ())


def _cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
