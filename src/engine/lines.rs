//! The lines of an article and what has become of each.

use crate::{
    fold::{Folded, is_space, trim},
    work,
};
use memchr::memchr_iter;
use rustc_hash::FxHasher;
use std::{hash::Hasher, ops::Range};

/// Which application of a rule took something: an index into the sweep's list of them.
pub(super) type Taker = usize;

#[derive(Debug)]
pub(super) struct Line {
    /// Its bytes in the article, line end included.
    pub whole: Range<usize>,
    /// Its bytes in the article without the white space around them; empty for a blank line.
    trimmed: Range<usize>,
    /// Characters that stand.
    pub chars: usize,
    /// Who took the line, once it is gone.
    pub gone: Option<Taker>,
    /// What spans took out of it, in order.
    pub spans: Vec<(Range<usize>, Taker)>,
    /// What stands of it, where spans took some.
    rest: Option<Box<Rest>>,
    /// What stands, folded, among all folded lines.
    pub folded: Folded<Range<usize>>,
    /// Hash of what it says, to find lines that say the same.
    pub says: u64,
    /// Rules whose conditions on the line itself hold, in order.
    pub hits: Vec<usize>,
}

#[derive(Debug)]
struct Rest {
    text: String,
    /// White space in front of `text` among what is kept.
    indent: usize,
    kept: Vec<Range<usize>>,
}

impl Line {
    pub fn is_blank(&self) -> bool {
        self.trimmed.is_empty()
    }

    /// The line before anything was taken out of it, trimmed.
    pub fn original<'a>(&self, article: &'a str) -> &'a str {
        &article[self.trimmed.clone()]
    }

    /// Folds what stands, to the end of a buffer.
    pub fn fold(&mut self, article: &str, buffer: &mut String) {
        self.folded = Folded::push(self.text(article), buffer);
        let mut hasher = FxHasher::default();
        hasher.write(self.folded.of(buffer).core().as_bytes());
        self.says = hasher.finish();
    }

    /// What stands of the line, trimmed.
    pub fn text<'a>(&'a self, article: &'a str) -> &'a str {
        match &self.rest {
            Some(rest) => &rest.text,
            None => self.original(article),
        }
    }

    /// Takes byte ranges of [`text`](Self::text), in order, with white space that they leave over.
    pub fn take(&mut self, ranges: &[Range<usize>], taker: Taker, article: &str) {
        let content = self.content(article);
        let kept = Kept::of(self, &content);
        let (mut taken, mut reach) = (Vec::new(), 0);
        for range in ranges {
            // White space in front of it went with what stands there: the next round sees to the rest.
            if range.start < reach {
                continue;
            }
            let loose = with_loose_space(self.text(article), range.clone());
            work::steps(loose.len());
            reach = loose.end;
            let free =
                |piece: &Range<usize>| taken.last().is_none_or(|(last, _): &(Range<usize>, Taker)| last.end <= piece.start);
            let pieces: Vec<_> = kept.in_article(loose).filter(free).collect();
            taken.extend(pieces.into_iter().map(|piece| (piece, taker)));
        }
        work::steps(self.spans.len() + taken.len());
        self.spans.extend(taken);
        self.spans.sort_by_key(|(range, _)| range.start);
        let mut kept = Vec::new();
        let mut at = content.start;
        for (range, _) in &self.spans {
            kept.push(at..range.start);
            at = range.end;
        }
        kept.push(at..content.end);
        let all: String = kept.iter().map(|range| &article[range.clone()]).collect();
        let text = trim(&all);
        let indent = all.len() - all.trim_start_matches(is_space).len();
        self.chars = text.chars().count();
        self.rest = Some(Box::new(Rest { text: text.to_owned(), indent, kept }));
    }

    /// The line without its line end.
    fn content(&self, article: &str) -> Range<usize> {
        let line = &article[self.whole.clone()];
        let end = line.strip_suffix('\n').map_or(line.len(), |line| line.strip_suffix('\r').unwrap_or(line).len());
        self.whole.start..self.whole.start + end
    }

    /// Where its line end starts in the article.
    pub fn content_end(&self, article: &str) -> usize {
        self.content(article).end
    }
}

/// Where in the article what stands of a line came from.
struct Kept {
    /// Stretches of the article, each with the bytes that are kept in front of it.
    stretches: Vec<(usize, Range<usize>)>,
    /// Bytes of white space in front of the text among them.
    indent: usize,
    /// Bytes of the text.
    len: usize,
}

impl Kept {
    fn of(line: &Line, content: &Range<usize>) -> Kept {
        let whole = std::slice::from_ref(content);
        let (kept, indent, len) = match &line.rest {
            Some(rest) => (rest.kept.as_slice(), rest.indent, rest.text.len()),
            None => (whole, line.trimmed.start - content.start, line.trimmed.len()),
        };
        let before = kept.iter().scan(0, |sum, range| Some(std::mem::replace(sum, *sum + range.len())));
        Kept { stretches: before.zip(kept.iter().cloned()).collect(), indent, len }
    }

    /// The pieces of the article that a range of what stands came from. A range that reaches the
    /// start or end of what stands takes the white space outside it along.
    fn in_article(&self, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let start = if range.start == 0 { 0 } else { range.start + self.indent };
        let end = if range.end == self.len { usize::MAX } else { range.end + self.indent };
        let first = self.stretches.partition_point(|(before, stretch)| before + stretch.len() <= start);
        let touched = self.stretches[first..].iter().take_while(move |(before, _)| *before < end);
        let piece = move |(before, stretch): &(usize, Range<usize>)| {
            let [from, to] = [start, end].map(|at| stretch.start + at.saturating_sub(*before).min(stretch.len()));
            from..to
        };
        touched.map(piece).filter(|piece| !piece.is_empty())
    }
}

/// A cut must not leave white space that it created: at the line's ends all of it goes, between
/// words one side does.
fn with_loose_space(text: &str, mut range: Range<usize>) -> Range<usize> {
    let before = text[..range.start].trim_end_matches(is_space).len();
    let after = text.len() - text[range.end..].trim_start_matches(is_space).len();
    if before == 0 {
        range = 0..after;
    }
    if after == text.len() {
        range = before..after;
    } else if before < range.start && before > 0 {
        range.end = after;
    }
    range
}

/// The lines of an article: split at line feeds only, so that what is left splits the same way. A
/// byte order mark belongs to no line. There are at most so many.
pub(super) fn split(article: &str, most: usize) -> Vec<Line> {
    let mut start = if article.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = Vec::with_capacity(most);
    let ends = memchr_iter(b'\n', article.as_bytes()).map(|at| at + 1).chain([article.len()]);
    for end in ends {
        if start == end {
            continue;
        }
        let text = &article[start..end];
        let body = text.trim_start_matches(is_space);
        let from = if body.is_empty() { start } else { end - body.len() };
        let body = body.trim_end_matches(is_space);
        lines.push(Line {
            whole: start..end,
            trimmed: from..from + body.len(),
            chars: body.chars().count(),
            gone: None,
            spans: Vec::new(),
            rest: None,
            folded: Folded::default(),
            says: 0,
            hits: Vec::new(),
        });
        start = end;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::single_range_in_vec_init)]
    fn left(text: &str, cut: &str) -> String {
        let mut line = split(text, 1).remove(0);
        let start = line.text(text).find(cut).unwrap();
        line.take(&[start..start + cut.len()], 0, text);
        let mut out = text.to_owned();
        for (range, _) in line.spans.iter().rev() {
            out.replace_range(range.clone(), "");
        }
        assert_eq!(trim(&out), line.text(text));
        out
    }

    #[test]
    fn a_span_leaves_no_loose_space() {
        assert_eq!(left("One (Photo: A) two.\n", "(Photo: A)"), "One two.\n");
        assert_eq!(left("  date 2031-04-26 Headline\r\n", "date 2031-04-26"), "Headline\r\n");
        assert_eq!(left("The end. Read more \r\n", "Read more"), "The end.\r\n");
        assert_eq!(left("(A), two", "(A)"), ", two");
        assert_eq!(left("all", "all"), "");
    }

    #[test]
    #[allow(clippy::single_range_in_vec_init)]
    fn spans_add_up() {
        let text = " a b c d\n";
        let mut line = split(text, 1).remove(0);
        line.take(&[2..3], 0, text);
        assert_eq!(line.text(text), "a c d");
        line.take(&[0..1, 4..5], 1, text);
        assert_eq!(line.text(text), "c");
    }
}
