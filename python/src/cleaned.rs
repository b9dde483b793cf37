//! A cleaned article and its cuts, as Python sees them.

use crate::batch::ledger;
use dechaff::{Article, Cleaner, Look, Piece, draw};
use pyo3::prelude::*;
use std::{collections::BTreeMap, fmt::Write};

type Borrowed<'t> = dechaff::Cleaned<'t>;

/// An article that owns what is known about it.
pub struct Told {
    pub text: String,
    pub url: Option<String>,
    pub host: Option<String>,
    pub title: Option<String>,
    pub lang: Option<String>,
}

impl Told {
    /// An empty text says nothing.
    fn article(&self) -> Article<'_> {
        fn said(text: &Option<String>) -> Option<&str> {
            text.as_deref().filter(|text| !text.is_empty())
        }
        let article = Article::new(&self.text).host_name(said(&self.host)).url(said(&self.url));
        article.title(said(&self.title)).lang(said(&self.lang))
    }
}

self_cell::self_cell! {
    /// The result with the article that it speaks of.
    struct Owned {
        owner: Told,
        #[covariant]
        dependent: Borrowed,
    }
}

/// A cleaned article: what is left of it, and what went and why.
#[pyclass(frozen, module = "dechaff")]
pub struct Cleaned(Owned);

impl Cleaned {
    pub fn new(cleaner: &Cleaner, told: Told) -> Cleaned {
        Cleaned(Owned::new(told, |told| cleaner.clean(&told.article())))
    }

    fn it(&self) -> &Borrowed<'_> {
        self.0.borrow_dependent()
    }
}

#[pymethods]
impl Cleaned {
    /// What is left.
    #[getter]
    fn text(&self) -> String {
        self.it().text().into_owned()
    }

    /// The text as it was.
    #[getter]
    fn original(&self) -> &str {
        self.it().original()
    }

    /// What went, in order: a list of Cut; empty where the article was held.
    #[getter]
    fn cuts(&self) -> Vec<Cut> {
        let cleaned = self.it();
        let (mut bytes, mut chars) = (0, 0);
        let mut chars_to = |end: usize| {
            chars += cleaned.original()[bytes..end].chars().count();
            bytes = end;
            chars
        };
        cleaned
            .cuts()
            .iter()
            .map(|cut| Cut::new(cleaned, cut, [chars_to(cut.bytes().start), chars_to(cut.bytes().end)]))
            .collect()
    }

    /// Why the guard left the article as it was, or None.
    #[getter]
    fn held(&self) -> Option<String> {
        self.it().held().map(|reason| reason.to_string())
    }

    /// The ledger of the article as JSON, enough to give the original back with `restore`; None where
    /// nothing went and it was not held.
    #[getter]
    fn ledger(&self) -> Option<String> {
        ledger(self.it())
    }

    /// What went, for people: numbered lines with the category and rule of each cut, as the command line
    /// shows it. Empty where nothing goes; of a held article what would have gone.
    #[pyo3(signature = (name="article", *, context=1, width=100))]
    fn diff(&self, name: &str, context: usize, width: usize) -> String {
        let mut out = String::new();
        draw(name, self.it(), Look { context, width }, |_, text| out.push_str(text));
        out
    }

    fn _repr_html_(&self) -> String {
        let mut out = String::from("<pre style=\"white-space:pre-wrap\">");
        draw("article", self.it(), Look::default(), |piece, text| {
            let style = match piece {
                Piece::Name => "font-weight:bold",
                Piece::Held => "color:#b58900",
                Piece::Margin => "opacity:.5",
                Piece::Gone => "color:#d33",
                Piece::GonePart => "color:#d33;text-decoration:line-through",
                Piece::Rule => "color:#2a8f9e",
                _ => return out.push_str(&escaped(text)),
            };
            let _ = write!(out, "<span style=\"{style}\">{}</span>", escaped(text));
        });
        if self.it().proposed().is_empty() {
            out.push_str("nothing to cut");
        }
        out + "</pre>"
    }

    fn __repr__(&self) -> String {
        let cleaned = self.it();
        let held = cleaned.held().map_or(String::new(), |reason| format!(", held: {reason}"));
        format!(
            "<dechaff.Cleaned: {} cuts, {} of {} bytes left{held}>",
            cleaned.cuts().len(),
            cleaned.text().len(),
            cleaned.original().len()
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// One stretch of an article that went, and the rule that took it.
#[pyclass(frozen, get_all, module = "dechaff")]
pub struct Cut {
    /// The id of the rule that took it.
    rule: String,
    /// The category of that rule.
    category: String,
    /// The confidence of that rule: high, medium or low.
    confidence: String,
    /// The line of the original, from 1.
    line: usize,
    /// Its first character in the original: `original[cut.start:cut.end] == cut.text`.
    start: usize,
    /// The character behind its last.
    end: usize,
    /// The same in bytes of UTF-8, as the ledger counts.
    bytes: (usize, usize),
    /// The text that went, blank lines that went with it included.
    text: String,
    /// What the named groups of the rule's regex matched.
    captures: BTreeMap<String, String>,
    /// What speaks for it, where no single rule took it: the heaviest signs that were weighed, or what other
    /// articles say, each with its weight.
    evidence: Vec<(String, f64)>,
}

impl Cut {
    fn new(cleaned: &Borrowed<'_>, cut: &dechaff::Cut, [start, end]: [usize; 2]) -> Cut {
        Cut {
            rule: cut.rule().to_string(),
            category: cut.category().to_string(),
            confidence: cut.confidence().to_string(),
            line: cut.line(),
            start,
            end,
            bytes: (cut.bytes().start, cut.bytes().end),
            text: cleaned.taken(cut).to_owned(),
            captures: cut.captures().iter().cloned().collect(),
            evidence: cut.terms().into_iter().map(|term| (term.sign, term.weight)).collect(),
        }
    }
}

#[pymethods]
impl Cut {
    fn __repr__(&self) -> String {
        format!("<dechaff.Cut: line {}, {}, {}>", self.line, self.category, self.rule)
    }
}
