"""The package is typed, and its stub says what the native part has."""

import subprocess
import sys
from pathlib import Path

import pytest

import dechaff

pytest.importorskip("mypy")


def test_stub() -> None:
    run = [sys.executable, "-m", "mypy.stubtest", "dechaff._native"]
    shown = subprocess.run(run, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stdout + shown.stderr


def test_package() -> None:
    settings = Path(__file__).parents[1] / "pyproject.toml"
    package = Path(dechaff.__file__).parent
    run = [sys.executable, "-m", "mypy", "--config-file", str(settings), str(package)]
    shown = subprocess.run(run, capture_output=True, text=True, cwd=package.parent)
    assert shown.returncode == 0, shown.stdout + shown.stderr
