"""The native part: `Cleaner` wraps `Engine`; results come as they are."""

from collections.abc import Sequence
from os import PathLike
from typing import Any, Final, final

__all__ = ["VERSION", "ArrowArray", "Cleaned", "Cut", "DechaffError", "Engine", "restore"]

VERSION: Final[str]

class DechaffError(ValueError):
    """A rule, an option, a ledger or a text that dechaff cannot work with; the message says which, and the way out."""

def restore(text: str, ledger: str) -> str:
    """The original of a cleaned text, from its ledger.

    Raises DechaffError where the ledger is none, was damaged, or belongs to another text.
    """

@final
class Cut:
    """One stretch of an article that went, and the rule that took it."""

    @property
    def rule(self) -> str:
        """The id of the rule that took it."""
    @property
    def category(self) -> str:
        """The category of that rule."""
    @property
    def confidence(self) -> str:
        """The confidence of that rule: high, medium or low."""
    @property
    def line(self) -> int:
        """The line of the original, from 1."""
    @property
    def start(self) -> int:
        """Its first character in the original: `original[cut.start:cut.end] == cut.text`."""
    @property
    def end(self) -> int:
        """The character behind its last."""
    @property
    def bytes(self) -> tuple[int, int]:
        """The same in bytes of UTF-8, as the ledger counts."""
    @property
    def text(self) -> str:
        """The text that went, blank lines that went with it included."""
    @property
    def captures(self) -> dict[str, str]:
        """What the named groups of the rule's regex matched."""
    @property
    def evidence(self) -> list[tuple[str, float]]:
        """The heaviest signs that were weighed, each with its weight, where no single rule took it."""

@final
class Cleaned:
    """A cleaned article: what is left of it, and what went and why."""

    @property
    def text(self) -> str:
        """What is left."""
    @property
    def original(self) -> str:
        """The text as it was."""
    @property
    def cuts(self) -> list[Cut]:
        """What went, in order; empty where the article was held."""
    @property
    def held(self) -> str | None:
        """Why the guard left the article as it was, or None."""
    @property
    def ledger(self) -> str | None:
        """The ledger of the article as JSON, enough to give the original back with `restore`; None where
        nothing went and it was not held."""
    def diff(self, name: str = "article", *, context: int = 1, width: int = 100) -> str:
        """What went, for people: numbered lines with the category and rule of each cut, as the command line
        shows it. Empty where nothing goes; of a held article what would have gone."""
    def _repr_html_(self) -> str: ...

@final
class ArrowArray:
    """An array of strings for any library that takes Arrow's C data interface."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[Any, Any]: ...
    def __len__(self) -> int: ...

@final
class Engine:
    def __new__(
        cls,
        rules: Sequence[str | PathLike[str] | tuple[str, str]],
        select: Sequence[str],
        extend_select: Sequence[str],
        ignore: Sequence[str],
        confidence: str,
        no_builtin: bool,
        max_cut: float,
        min_left: int,
    ) -> Engine: ...
    @property
    def packs(self) -> list[tuple[str, str]]: ...
    @property
    def fingerprint(self) -> str: ...
    def clean(
        self, text: str, url: str | None, host: str | None, title: str | None, lang: str | None
    ) -> Cleaned: ...
    def clean_batch(
        self, texts: Any, urls: Any, hosts: Any, titles: Any, langs: Any, threads: int, ledger: bool
    ) -> tuple[list[Any], list[Any] | None, tuple[int, int] | None]: ...
