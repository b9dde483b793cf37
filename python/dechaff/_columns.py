"""The forms that a batch comes in, and results in the same form. Frameworks are told by the name of
their module, so that none is imported that is not there."""

from __future__ import annotations

from typing import Any


class Keeper:
    """A batch that is iterated; results are lists."""

    def __init__(self, given: Any) -> None:
        self.given = given

    def column(self) -> Any:
        """The texts in a form that the engine takes."""
        return self.given

    def known(self, column: Any) -> Any:
        """What is known about them, in such a form."""
        return column.tolist() if _home(column) == "numpy" else column

    def like(self, made: list[Any], ledgers: bool = False) -> Any:
        """Texts that came of it, or their ledgers, in its form."""
        return made


class Numpy(Keeper):
    def column(self) -> Any:
        return self.given.tolist()

    def like(self, made: list[Any], ledgers: bool = False) -> Any:
        import numpy

        # A type of strings of some length has no room for ledgers.
        return numpy.array(made, dtype=object if ledgers else self.given.dtype)


class Arrow(Keeper):
    """A column that stays in Arrow's memory; the engine gives a list of arrays, one a chunk."""

    def like(self, made: list[Any], ledgers: bool = False) -> Any:
        import pyarrow

        return pyarrow.array(made[0]) if isinstance(self.given, pyarrow.Array) else _chunked(made)


class Polars(Arrow):
    def like(self, made: list[Any], ledgers: bool = False) -> Any:
        import polars

        parts = [polars.Series(array) for array in made]
        return (polars.concat(parts, rechunk=False) if parts else self.given.clear()).alias(self.given.name)


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

    def like(self, made: list[Any], ledgers: bool = False) -> Any:
        import pandas

        if self.arrow:
            made = pandas.array(_chunked(made), dtype=self.given.dtype)
        return pandas.Series(made, index=self.given.index, name=self.given.name, dtype=self.given.dtype)


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
