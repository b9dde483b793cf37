"""Forms of a batch: what comes in comes out alike."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pytest

import dechaff

BODY = "The harbour of Port Ellery opened on Monday, a week after the storm. " * 6
MORE = "Boats that had waited in Venn Sound came in one by one, and the market had fish again. " * 5
CHAFF = f"{BODY}\n\nADVERTISEMENT\n\n{MORE}\n"
CLEAN = f"{BODY}\n\n{MORE}\n"
TEXTS = [CHAFF, None, BODY, "", CHAFF]
EXPECTED = [CLEAN, None, BODY, "", CLEAN]


@pytest.fixture(scope="module")
def cleaner() -> dechaff.Cleaner:
    return dechaff.Cleaner()


@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()], ids=str)
def test_arrow(cleaner: dechaff.Cleaner, kind: Any) -> None:
    array = pyarrow.array(["cut off", *TEXTS, "cut off"], kind)[1:-1]
    cleaned, ledgers = cleaner.clean_batch(array, ledger=True)
    assert isinstance(cleaned, pyarrow.Array) and cleaned.type == kind and cleaned.to_pylist() == EXPECTED
    assert ledgers.type == kind and [ledger is None for ledger in ledgers.to_pylist()] == [False, True, True, True, False]
    cleaned.validate(full=True)
    chunked = pyarrow.chunked_array([array, array[:0], array[3:]], kind)
    cleaned = cleaner.clean_batch(chunked)
    assert cleaned.type == kind and [len(chunk) for chunk in cleaned.chunks] == [5, 0, 2]
    assert cleaned.to_pylist() == EXPECTED + EXPECTED[3:]


def test_arrow_that_is_read_and_not_made(cleaner: dechaff.Cleaner) -> None:
    repeated = pyarrow.array([*TEXTS, None]).dictionary_encode()
    assert cleaner.clean_batch(repeated).to_pylist() == [*EXPECTED, None]
    assert cleaner.clean_batch(repeated[1:2]).to_pylist() == [None]
    assert cleaner.clean_batch(pyarrow.array([None, None], pyarrow.dictionary(pyarrow.int8(), pyarrow.string()))).to_pylist() == [None, None]
    assert cleaner.clean_batch(pyarrow.nulls(2)).to_pylist() == [None, None]
    assert cleaner.clean_batch(pyarrow.chunked_array([], pyarrow.string())).to_pylist() == []


def test_texts_are_read_where_they_stand(cleaner: dechaff.Cleaner) -> None:
    """An array of 400 MB on which only nulls stand costs no memory: nothing was copied to look at it."""
    size = 400_000_000
    data = pyarrow.allocate_buffer(size)
    offsets = pyarrow.array([0, size], pyarrow.int64()).buffers()[1]
    array = pyarrow.LargeStringArray.from_buffers(1, offsets, data, pyarrow.py_buffer(b"\0"), 1)
    resident = peak()
    assert cleaner.clean_batch(array).to_pylist() == [None]
    assert peak() - resident < size // 10


def peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_pandas(cleaner: dechaff.Cleaner) -> None:
    index = [5, 3, 3, 1, 0]
    for dtype in ["object", "str", "string", "string[python]", pandas.ArrowDtype(pyarrow.string()), "category"]:
        series = pandas.Series(TEXTS, index=index, name="body", dtype=dtype)
        if dtype == "category":
            series = series.astype(object)
        cleaned, ledgers = cleaner.clean_batch(series, ledger=True)
        assert isinstance(cleaned, pandas.Series) and cleaned.dtype == series.dtype
        assert list(cleaned.index) == index and cleaned.name == "body"
        assert [None if pandas.isna(text) else text for text in cleaned] == EXPECTED
        assert list(ledgers.notna()) == [True, False, False, False, True]


def test_polars(cleaner: dechaff.Cleaner) -> None:
    series = polars.Series("body", TEXTS)
    cleaned, ledgers = cleaner.clean_batch(series, ledger=True)
    assert cleaned.name == "body" and cleaned.dtype == polars.String and cleaned.to_list() == EXPECTED
    assert ledgers.is_null().to_list() == [False, True, True, True, False]
    assert cleaner.clean_batch(series.append(series)).to_list() == EXPECTED * 2
    assert cleaner.clean_batch(series.clear()).to_list() == []
    lazy = polars.DataFrame({"text": TEXTS, "n": range(5)}).lazy()
    from dechaff.polars import clean

    assert lazy.map_batches(clean).collect()["text"].to_list() == EXPECTED


def test_numpy(cleaner: dechaff.Cleaner) -> None:
    objects = cleaner.clean_batch(numpy.array(TEXTS, dtype=object))
    assert objects.dtype == object and objects.tolist() == EXPECTED
    strings = numpy.array([CHAFF, BODY])
    cleaned = cleaner.clean_batch(strings)
    assert cleaned.dtype == strings.dtype and cleaned.tolist() == [CLEAN, BODY]


def test_lists(cleaner: dechaff.Cleaner) -> None:
    assert cleaner.clean_batch(TEXTS) == EXPECTED
    assert cleaner.clean_batch(tuple(TEXTS)) == EXPECTED
    assert cleaner.clean_batch(text for text in TEXTS) == EXPECTED
    assert cleaner.clean_batch([float("nan"), pandas.NA, CHAFF])[2] == CLEAN
    assert cleaner.clean_batch([]) == [] and cleaner.clean_batch([], ledger=True) == ([], [])
    same = cleaner.clean_batch([BODY])[0]
    assert same is BODY, "what stays is not copied"


def test_what_is_known(tmp_path: Any) -> None:
    rule = ("mine", '[pack]\nsites = ["a.example"]\n[[rule]]\nid = "x"\ncategory = "other"\nline = { is = "take me" }\n')
    cleaner = dechaff.Cleaner([rule], no_builtin=True)
    texts = [f"{BODY}\ntake me\n"] * 3
    urls = ["https://www.a.example/1", "https://b.example/", None]
    for known in (urls, tuple(urls), numpy.array(urls, dtype=object), pandas.Series(urls), polars.Series(urls), pyarrow.array(urls),
                  pyarrow.array(urls).dictionary_encode(), pyarrow.chunked_array([urls[:1], urls[1:]])):  # fmt: skip
        assert [text == BODY + "\n" for text in cleaner.clean_batch(texts, urls=known)] == [True, False, False]
        assert [text == BODY + "\n" for text in cleaner.clean_batch(pyarrow.array(texts), urls=known).to_pylist()] == [True, False, False]
    assert all(text == BODY + "\n" for text in cleaner.clean_batch(texts, hosts="a.example"))
    assert cleaner.clean_batch(texts, urls=[1, 2, 3]) == texts, "what is no string says nothing"
    assert cleaner.clean_batch(texts, urls=pyarrow.array([1, 2, 3])) == texts


def test_what_is_no_unicode_passes_through(cleaner: dechaff.Cleaner) -> None:
    with pytest.warns(UnicodeWarning, match="1 of the texts, .* row 1"):
        assert cleaner.clean_batch([CHAFF, "half \ud800", CHAFF]) == [CLEAN, "half \ud800", CLEAN]
    latin = pyarrow.array([CHAFF.encode(), b"caf\xe9 ADVERTISEMENT", b"\n", b"\xff"]).view(pyarrow.string())
    with pytest.warns(UnicodeWarning, match="2 of the texts, .* row 1"):
        cleaned, ledgers = cleaner.clean_batch(latin, ledger=True)
    assert cleaned.view(pyarrow.binary()).to_pylist() == [CLEAN.encode(), b"caf\xe9 ADVERTISEMENT", b"\n", b"\xff"]
    assert ledgers.null_count == 3


def test_errors(cleaner: dechaff.Cleaner) -> None:
    for message, give in {
        "row 1 holds int, which is no text": lambda: cleaner.clean_batch(["a", 5]),
        "`texts` holds Int64 and no strings": lambda: cleaner.clean_batch(pyarrow.array([1])),
        "`texts` is one text and not many": lambda: cleaner.clean_batch("text"),
        "`urls` has 1 rows and `texts` 2": lambda: cleaner.clean_batch(["a", "b"], urls=["c"]),
        "`langs` has 3 rows": lambda: cleaner.clean_batch(pyarrow.array(["a"]), langs=pyarrow.array(["b", "c", "d"])),
    }.items():
        with pytest.raises(dechaff.DechaffError, match=message):
            give()
    from dechaff.pandas import clean

    with pytest.raises(dechaff.DechaffError, match="no column `link`"):
        clean(pandas.DataFrame({"text": TEXTS}), url="link")
    with pytest.raises(dechaff.DechaffError, match="there is a column `n`"):
        clean(pandas.DataFrame({"text": TEXTS, "n": 1}), ledger="n")


def test_frames_keep_what_they_have() -> None:
    from dechaff import pandas as with_pandas
    from dechaff import polars as with_polars

    frame = pandas.DataFrame({"n": range(5), "text": TEXTS, "url": None}, index=list("abcde"))
    cleaned = with_pandas.clean(frame)
    pandas.testing.assert_frame_equal(cleaned.drop(columns="text"), frame.drop(columns="text"))
    assert list(cleaned.columns) == list(frame.columns) and frame["text"].iloc[0] == CHAFF
    other = with_polars.clean(polars.DataFrame({"n": range(5), "body": TEXTS}), "body", ledger="why")
    assert other.columns == ["n", "body", "why"] and other["body"].to_list() == EXPECTED


def test_other_threads_go_on(cleaner: dechaff.Cleaner) -> None:
    """Python's lock is free while a batch is cleaned."""
    ticks, going = 0, True

    def tick() -> None:
        nonlocal ticks
        while going:
            ticks += 1
            time.sleep(0.0001)

    texts = pyarrow.array([CHAFF] * 30_000)
    thread = threading.Thread(target=tick)
    thread.start()
    before = ticks
    cleaner.clean_batch(texts, threads=1)
    during = ticks - before
    going = False
    thread.join()
    assert during > 10


def test_interrupted(cleaner: dechaff.Cleaner) -> None:
    texts = pyarrow.array([CHAFF] * 2_000_000)
    # A shell starts what runs in its background with the signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        cleaner.clean_batch(texts)


def _in_child(cleaner: dechaff.Cleaner) -> list[Any]:
    return cleaner.clean_batch([CHAFF] * 300)  # type: ignore[no-any-return]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers(cleaner: dechaff.Cleaner, start: str) -> None:
    """A process that has cleaned before it forks leaves its children in order."""
    cleaner.clean_batch([CHAFF] * 300)
    with multiprocessing.get_context(start).Pool(2) as pool:
        assert pool.map_async(_in_child, [cleaner, cleaner]).get(timeout=300) == [[CLEAN] * 300] * 2
