"""Takes the chaff out of scraped articles: advertisement markers, captions, links to other stories,
share bars, comment widgets and the like, by rules that are data.

    cleaner = dechaff.Cleaner()
    cleaned = cleaner.clean(text, url="https://example.com/ports")
    cleaned.text, cleaned.cuts, cleaned.held, cleaned.diff()
    texts = cleaner.clean_batch(column)

Adapters are modules of their own: ``dechaff.pandas``, ``dechaff.polars``, ``dechaff.datasets``,
``dechaff.datatrove`` and ``dechaff.spark``.
"""

from ._cleaner import Cleaner
from ._native import VERSION as __version__
from ._native import Cleaned, Cut, DechaffError, restore

__all__ = ["Cleaned", "Cleaner", "Cut", "DechaffError", "__version__", "restore"]
