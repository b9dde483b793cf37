"""Peers that live in Python, timed one after another on the same articles.

usage: peers.py CORPUS PATTERNS MEGABYTES

Prints a line for each: name, megabytes of text, seconds. A line of an article goes where one of the patterns
covers it; what is left is joined again, as dechaff does.
"""

import json
import re
import sys
import time


def main():
    corpus, patterns, megabytes = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with open(corpus, encoding="utf-8") as lines:
        articles = [json.loads(line)["text"] for line in lines]
    sources = [line.rstrip("\n") for line in open(patterns, encoding="utf-8") if line.strip()]
    for name, clean in peers(sources):
        size, start = 0, time.perf_counter()
        while size < megabytes * 1e6:
            for text in articles:
                clean(text)
                size += len(text.encode())
                if size >= megabytes * 1e6:
                    break
        print(f"{name}\t{size / 1e6:.0f}\t{time.perf_counter() - start:.3f}", flush=True)


def peers(sources):
    each = [re.compile(rf"(?im)^[ \t]*(?:{source})[ \t]*$\n?") for source in sources]
    one = re.compile(rf"(?im)^[ \t]*(?:{'|'.join(sources)})[ \t]*$\n?")

    def loop(text):
        for pattern in each:
            text = pattern.sub("", text)
        return text

    yield f"Python re.sub, {len(each)} patterns in turn", loop
    yield f"Python re.sub, one alternation of {len(each)}", lambda text: one.sub("", text)
    yield from datatrove()
    yield from justext()


def datatrove():
    """C4's line filter, as datatrove ships it. Its count of sentences judges whole articles: off."""
    try:
        from datatrove.data import Document
        from datatrove.pipeline.filters import C4QualityFilter
    except ImportError as error:
        print(f"datatrove: not run: {error}", file=sys.stderr)
        return
    judge = C4QualityFilter(min_num_sentences=-1, filter_curly_bracket=False, filter_lorem_ipsum=False)
    yield "datatrove, C4 line filter", lambda text: judge.filter(Document(text=text, id=""))


def justext():
    """jusText's own classifier, with each line for a paragraph: in plain text no link tells of itself."""
    try:
        from justext import get_stoplist
        from justext.core import Paragraph, classify_paragraphs, revise_paragraph_classification
    except ImportError as error:
        print(f"justext: not run: {error}", file=sys.stderr)
        return

    class Path:
        dom, xpath = "body.p", "/body/p"

    stop = frozenset(word.lower() for word in get_stoplist("English"))

    def clean(text):
        paragraphs = []
        for line in text.split("\n"):
            if line.strip():
                paragraphs.append(Paragraph(Path))
                paragraphs[-1].append_text(line)
        classify_paragraphs(paragraphs, stop)
        revise_paragraph_classification(paragraphs)
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    yield "jusText, lines as paragraphs", clean


if __name__ == "__main__":
    main()
