"""Spark as the tests start it: on one machine, or as a cluster of processes of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyspark
from pyspark.sql import SparkSession

os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")


@contextlib.contextmanager
def session(master: str, **conf: Any) -> Iterator[SparkSession]:
    builder = SparkSession.builder.master(master).appName("dechaff tests")
    common = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4", "spark.driver.host": "127.0.0.1"}
    for key, value in {**common, **{key.replace("__", "."): value for key, value in conf.items()}}.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def local() -> contextlib.AbstractContextManager[SparkSession]:
    return session("local[2]")


class Standalone:
    """A master and workers of one core, each a process group of its own, so that one can be killed whole."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder = folder
        self.port, self.page = _free_port(), _free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self._start("master", "Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", str(self.page))
        self._until(lambda: "ALIVE" in self._status())
        self.workers = [
            self._start(f"worker{at}", "Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0",
                        "--work-dir", str(folder / f"work{at}"), self.master)
            for at in range(workers)
        ]  # fmt: skip
        self._until(lambda: self._status().count('"state" : "ALIVE"') == workers)

    def _start(self, name: str, which: str, *arguments: str) -> subprocess.Popen[bytes]:
        home = Path(pyspark.__file__).parent
        run = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{which.lower()}.{which}", *arguments]
        log = open(self.folder / f"{name}.log", "wb")
        process = subprocess.Popen(run, stdout=log, stderr=log, start_new_session=True, env={**os.environ, "SPARK_HOME": str(home)})
        self._all = [*getattr(self, "_all", []), process]
        return process

    def _status(self) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.page}/json/", timeout=5) as page:
                return page.read().decode()
        except OSError:
            return ""

    @staticmethod
    def _until(ready: Any, seconds: int = 120) -> None:
        end = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < end, "the cluster did not come up"
            time.sleep(0.3)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Ends a worker with its executor and their Python processes, without warning."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self._all:
            self.kill(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
