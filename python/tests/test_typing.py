"""The package is typed, and its stub says what the native part has."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")


def test_stub() -> None:
    run = [sys.executable, "-m", "mypy.stubtest", "dechaff._native"]
    shown = subprocess.run(run, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stdout + shown.stderr


def test_package() -> None:
    settings = Path(__file__).parents[1] / "pyproject.toml"
    # As installed, and from a folder whose modules shadow no other's.
    run = [sys.executable, "-m", "mypy", "--config-file", str(settings), "-p", "dechaff"]
    shown = subprocess.run(run, capture_output=True, text=True, cwd=Path(__file__).parent)
    assert shown.returncode == 0, shown.stdout + shown.stderr
