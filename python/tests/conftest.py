"""The golden corpus of the parity tests, and what the command line makes of it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = sorted((ROOT / "tests" / "articles").glob("*.txt"))

# Two of the built-in rules' own marks around a body of one line: rules would leave nothing of it.
GUTTED = "ADVERTISEMENT\n\nAdvertisement\n\nRead also: Storm closes ports\n\nADVERTISEMENT\n\nThe ferry sailed.\n"


@pytest.fixture(scope="session")
def command() -> str:
    """The command line of this tree."""
    if "DECHAFF" in os.environ:
        return os.environ["DECHAFF"]
    subprocess.run(["cargo", "build", "--quiet"], cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return str(ROOT / target / "debug" / "dechaff")


@pytest.fixture(scope="session")
def rows() -> list[dict[str, str | None]]:
    """Articles in many languages, told and untold, with what is odd about texts in the wild."""
    rows: list[dict[str, str | None]] = []
    for path in ARTICLES:
        text, lang = path.read_text(encoding="utf-8"), path.name.split("-")[1]
        title = text.partition("\n")[0]
        rows += [
            {"text": text},
            {"text": text, "lang": lang, "title": title},
            {"text": text.replace("\n", "\r\n"), "url": f"https://www.harbour-{lang}.example/{path.stem}"},
            {"text": "🚢 " + text.replace(".", " 🌊.", 3), "lang": lang + "-XX", "host": "harbour.example"},
            {"text": f"{text}\n\nADVERTISEMENT\n\n{text}", "url": "no address", "title": "", "lang": ""},
        ]
    rows += [{"text": GUTTED}, {"text": ""}, {"text": "\n\n"}, {"text": "No line end"}, {"text": "\ufeffADVERTISEMENT\n"}]
    keys = ("text", "url", "title", "lang", "host")
    return [{key: row.get(key) for key in keys} for row in rows for _ in range(3)]


@pytest.fixture(scope="session")
def golden(
    rows: list[dict[str, str | None]], command: str, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[str, str | None]]:
    """The text and ledger of each row as the command line writes them; the ledger without path and record."""
    folder = tmp_path_factory.mktemp("golden")
    lines = [json.dumps({key: said for key, said in row.items() if said is not None}, ensure_ascii=False) for row in rows]
    (folder / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    run = [command, "clean", "--isolated", "--ledger", "cuts.jsonl", "in.jsonl"]
    out = subprocess.run(run, cwd=folder, check=True, capture_output=True).stdout.decode()
    texts = [json.loads(line)["text"] for line in out.splitlines() if line]
    ledgers: dict[int, str] = {}
    for line in (folder / "cuts.jsonl").read_text(encoding="utf-8").split("\n")[:-1]:
        ledgers[json.loads(line)["record"]] = "{" + line[line.index('"original"') :]
    assert len(texts) == len(rows) and len(ledgers) > len(rows) / 3
    assert any('"held"' in ledger for ledger in ledgers.values())
    return [(text, ledgers.get(number)) for number, text in enumerate(texts, 1)]
