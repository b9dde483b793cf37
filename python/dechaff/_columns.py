"""The forms that a batch comes in, and results in the same form. Frameworks are told by the name of
their module, so that none is imported that is not there."""

from __future__ import annotations

from typing import Any


class Keeper:
    """A batch that is iterated; results are lists."""

    arrow = False

    def __init__(self, given: Any) -> None:
        self.given = given

    def column(self) -> Any:
        """The texts in a form that the engine takes."""
        return self.given

    def known(self, column: Any) -> Any:
        """What is known about them, in such a form."""
        return column.tolist() if _home(column) == "numpy" else column

    def texts(self, cleaned: list[Any]) -> Any:
        return cleaned

    def ledgers(self, ledgers: list[Any]) -> Any:
        return ledgers


class Numpy(Keeper):
    def column(self) -> Any:
        return self.given.tolist()

    def texts(self, cleaned: list[Any]) -> Any:
        import numpy

        return numpy.array(cleaned, dtype=self.given.dtype)

    def ledgers(self, ledgers: list[Any]) -> Any:
        import numpy

        return numpy.array(ledgers, dtype=object)


class Arrow(Keeper):
    """A column that stays in Arrow's memory; the engine gives a list of arrays, one a chunk."""

    arrow = True

    def texts(self, cleaned: list[Any]) -> Any:
        import pyarrow

        return pyarrow.array(cleaned[0]) if isinstance(self.given, pyarrow.Array) else _chunked(cleaned)

    ledgers = texts


class Polars(Arrow):
    def texts(self, cleaned: list[Any]) -> Any:
        import polars

        parts = [polars.Series(array) for array in cleaned]
        return (polars.concat(parts, rechunk=False) if parts else self.given.clear()).alias(self.given.name)

    ledgers = texts


class Pandas(Keeper):
    """Strings that pandas holds in Arrow's memory stay there; objects are iterated."""

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        self.arrow = getattr(given.dtype, "storage", None) == "pyarrow" or type(given.dtype).__name__ == "ArrowDtype"

    def column(self) -> Any:
        if not self.arrow:
            return self.given.tolist()
        import pyarrow

        return pyarrow.chunked_array(self.given.array.__arrow_array__())

    def texts(self, cleaned: list[Any]) -> Any:
        import pandas

        if self.arrow:
            cleaned = pandas.array(_chunked(cleaned), dtype=self.given.dtype)
        return pandas.Series(cleaned, index=self.given.index, name=self.given.name, dtype=self.given.dtype)

    ledgers = texts


def _chunked(arrays: list[Any]) -> Any:
    import pyarrow

    return pyarrow.chunked_array([pyarrow.array(array) for array in arrays], type=None if arrays else pyarrow.string())


def keeper_of(given: Any) -> Keeper:
    home = _home(given)
    if home == "numpy" and hasattr(given, "ndim"):
        return Numpy(given)
    if home == "pandas" and hasattr(given, "array"):
        return Pandas(given)
    if home == "polars":
        return Polars(given)
    if hasattr(given, "__arrow_c_array__") or hasattr(given, "__arrow_c_stream__"):
        return Arrow(given)
    return Keeper(given)


def _home(thing: Any) -> str:
    return type(thing).__module__.partition(".")[0]
