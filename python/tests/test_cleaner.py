"""One article at a time: results, errors, pickling."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import dechaff
from conftest import ARTICLES, GUTTED

BODY = "The harbour of Port Ellery opened on Monday, a week after the storm. " * 6
MORE = "Boats that had waited in Venn Sound came in one by one, and the market had fish again. " * 5
RULE = '[[rule]]\nid = "read-on"\ncategory = "related"\nline = { starts = "read on:" }\n'


def test_results() -> None:
    text = f"🚢 {BODY}\n\nADVERTISEMENT\n\n{MORE}\n"
    cleaned = dechaff.Cleaner().clean(text)
    (cut,) = cleaned.cuts
    assert (cut.category, cut.line, cut.text.strip()) == ("ad", 3, "ADVERTISEMENT")
    assert text[cut.start : cut.end] == cut.text
    assert text.encode()[slice(*cut.bytes)].decode() == cut.text
    assert cleaned.text == text[: cut.start] + text[cut.end :]
    assert cleaned.original == text and cleaned.held is None
    entry = json.loads(cleaned.ledger or "")
    assert entry["cuts"][0]["rule"] == cut.rule
    assert dechaff.restore(cleaned.text, cleaned.ledger or "") == text


def test_nothing_to_cut() -> None:
    cleaned = dechaff.Cleaner().clean(BODY)
    assert (cleaned.text, cleaned.cuts, cleaned.held, cleaned.ledger, cleaned.diff()) == (BODY, [], None, None, "")
    assert "nothing to cut" in cleaned._repr_html_()


def test_held() -> None:
    cleaned = dechaff.Cleaner().clean(GUTTED)
    assert cleaned.text == GUTTED and cleaned.cuts == [] and "of its text would go" in (cleaned.held or "")
    assert "held, nothing is cut" in cleaned.diff()
    assert dechaff.Cleaner(max_cut=1, min_left=0).clean(GUTTED).held is None


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_diff_is_that_of_the_command_line(path: Path, command: str) -> None:
    shown = subprocess.run([command, "diff", "--isolated", path.name], cwd=path.parent, check=True, capture_output=True)
    ours = dechaff.Cleaner().clean(path.read_bytes().decode()).diff(path.name)
    assert (ours or "1 article: nothing to cut\n") == shown.stdout.decode()


def test_html_shows_text_and_never_is_any() -> None:
    rule = ("x", '[[rule]]\nid = "a&b"\ncategory = "other"\nline = { starts = "<script>" }\n'.replace("a&b", "script"))
    html = dechaff.Cleaner([rule], no_builtin=True).clean(f"{BODY}\n<script>alert('\"&')</script>\n{MORE}")._repr_html_()
    assert "<script" not in html and "&lt;script&gt;alert('&quot;&amp;')&lt;/script&gt;" in html and "x/script" in html


def test_rules_from_files_and_texts(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE)
    text = f"{BODY}\nRead on: Storm closes ports\n"
    for rules in (tmp_path, str(tmp_path), [tmp_path / "mine.toml"], [("mine", RULE)]):
        assert [cut.rule for cut in dechaff.Cleaner(rules).clean(text).cuts] == ["mine/read-on"]
    with pytest.raises(dechaff.DechaffError, match="another rule has this id already"):
        dechaff.Cleaner([tmp_path, ("mine", RULE)])


def test_selection() -> None:
    text = f"{BODY}\n\nADVERTISEMENT\n\n{MORE}\n"
    assert dechaff.Cleaner(ignore=["ad"]).clean(text).cuts == []
    assert dechaff.Cleaner(select=["caption"]).clean(text).cuts == []
    assert dechaff.Cleaner(select=["caption"], extend_select=["ad"]).clean(text).cuts != []
    assert dechaff.Cleaner(no_builtin=True).clean(text).cuts == []


def test_no_configuration_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dechaff.toml").write_text('ignore = ["ad"]\n')
    monkeypatch.chdir(tmp_path)
    assert dechaff.Cleaner().clean(f"{BODY}\n\nADVERTISEMENT\n\n{MORE}\n").cuts != []


def test_errors(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[[rule]]\nid = "x"\nlines = "y"\n')
    for message, make in {
        r"bad\.toml:3: rule `x`: unknown key `lines`": lambda: dechaff.Cleaner(bad),
        "nowhere.*cannot be read": lambda: dechaff.Cleaner("nowhere"),
        "`ignore` names `captoin`.*did you mean": lambda: dechaff.Cleaner(ignore=["captoin"]),
        "confidence sure: no such level": lambda: dechaff.Cleaner(confidence="sure"),
        "max_cut 7 is no share": lambda: dechaff.Cleaner(max_cut=7),
        "min_left -1: no article": lambda: dechaff.Cleaner(min_left=-1),
        "threads 0: nobody would work": lambda: dechaff.Cleaner(no_builtin=True).clean_batch(["a"], threads=0),
        "ignore is a string and not many": lambda: dechaff.Cleaner(ignore="ad"),
        "no ledger entry": lambda: dechaff.restore("text", "{}"),
        "no Unicode text": lambda: dechaff.Cleaner(no_builtin=True).clean("half \ud800"),
    }.items():
        with pytest.raises(dechaff.DechaffError, match=message):
            make()
    assert issubclass(dechaff.DechaffError, ValueError)
    with pytest.raises(TypeError):
        dechaff.Cleaner(no_builtin=True).clean(b"bytes")  # type: ignore[arg-type]


def test_pickled_cleaners_take_their_rules_along(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE)
    cleaner = dechaff.Cleaner(tmp_path, ignore=["ad"], confidence="low", max_cut=0.5)
    pickled = pickle.dumps(cleaner)
    (tmp_path / "mine.toml").unlink()
    again = pickle.loads(pickled)
    assert again.fingerprint == cleaner.fingerprint != dechaff.Cleaner().fingerprint
    assert again is pickle.loads(pickled), "one for a process"
    code = (
        "import pickle, sys; cleaner = pickle.load(sys.stdin.buffer); "
        "print(cleaner.clean(sys.argv[1]).cuts[0].rule, cleaner.fingerprint)"
    )
    run = [sys.executable, "-c", code, f"{BODY}\nRead on: Storm closes ports\n"]
    shown = subprocess.run(run, input=pickled, check=True, capture_output=True).stdout.decode()
    assert shown.split() == ["mine/read-on", cleaner.fingerprint]
    with pytest.raises(dechaff.DechaffError, match="another version of dechaff"):
        pickle.loads(pickled.replace(cleaner.fingerprint.encode(), b"0123456789abcdef"))


def test_version_is_that_of_the_command_line(command: str) -> None:
    shown = subprocess.run([command, "--version"], check=True, capture_output=True).stdout.decode()
    assert shown.split() == ["dechaff", dechaff.__version__]
