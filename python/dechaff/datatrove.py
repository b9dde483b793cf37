"""A pipeline step of datatrove."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep

from ._cleaner import Cleaner


class Dechaff(PipelineStep):  # type: ignore[misc]
    """Cleans the text of each document.

    cleaner: the built-in rules unless given.
    url, title, lang, host: the keys of a document's metadata that tell these.
    ledger: the key that the ledger (JSON) is put under, where something went or the article was held;
        None for none.
    batch: documents that are cleaned at a time.

    Counts documents that changed and that were held, cuts, and cuts by category (`cuts_related`, …). One
    thread works: datatrove runs a task for each core.
    """

    type = "✂️ - CLEANER"
    name = "🌾 dechaff"

    def __init__(
        self,
        cleaner: Cleaner | None = None,
        *,
        url: str = "url",
        title: str = "title",
        lang: str = "lang",
        host: str = "host",
        ledger: str | None = "ledger",
        batch: int = 256,
    ) -> None:
        super().__init__()
        self.cleaner = cleaner or Cleaner()
        self.fields = {"urls": url, "titles": title, "langs": lang, "hosts": host}
        self.ledger = ledger
        self.batch = batch

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        documents = iter(data or ())
        while batch := list(itertools.islice(documents, self.batch)):
            with self.track_time():
                self._clean(batch)
            for document in batch:
                self.update_doc_stats(document)
                yield document

    def _clean(self, batch: list[Document]) -> None:
        known = {argument: [document.metadata.get(key) for document in batch] for argument, key in self.fields.items()}
        found = self.cleaner.clean_batch([document.text for document in batch], **known, ledger=True, threads=1)
        for document, text, ledger in zip(batch, *found):
            document.text = text
            if ledger is None:
                continue
            if self.ledger is not None:
                document.metadata[self.ledger] = ledger
            entry = json.loads(ledger)
            self.stat_update("held" if "held" in entry else "changed")
            self._count(cut["category"] for cut in entry["cuts"])

    def _count(self, categories: Iterable[str]) -> None:
        for category in categories:
            self.stat_update("cuts", f"cuts_{category}")
