//! What can go wrong while rules, configuration or ledgers are read.

use std::{fmt, path::PathBuf};

/// A problem with a rule file, a configuration, a ledger or a record.
///
/// Displayed as ``path:line: rule `id`: what is wrong; what it leads to; the way out`` with the
/// parts that are known. Lines count from 1.
#[derive(Debug, Clone)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, Default)]
struct Inner {
    path: Option<PathBuf>,
    line: Option<usize>,
    rule: Option<String>,
    what: String,
}

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(what: impl Into<String>) -> Error {
        Error(Box::new(Inner { what: what.into(), ..Inner::default() }))
    }

    pub(crate) fn at(mut self, path: impl Into<PathBuf>, line: Option<usize>) -> Error {
        self.0.path.get_or_insert_with(|| path.into());
        self.0.line = self.0.line.or(line);
        self
    }

    pub(crate) fn in_rule(mut self, id: impl Into<String>) -> Error {
        self.0.rule.get_or_insert_with(|| id.into());
        self
    }

    /// The line of the file it was found in, from 1, where it is known.
    pub fn line(&self) -> Option<usize> {
        self.0.line
    }

    /// The id of the rule it was found in, as the file writes it.
    pub fn rule(&self) -> Option<&str> {
        self.0.rule.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { path, line, rule, what } = &*self.0;
        if let Some(path) = path {
            write!(f, "{}:", path.display())?;
            if let Some(line) = line {
                write!(f, "{line}:")?;
            }
            f.write_str(" ")?;
        }
        if let Some(rule) = rule {
            write!(f, "rule `{rule}`: ")?;
        }
        f.write_str(what)
    }
}

impl std::error::Error for Error {}

/// The line, from 1, that holds a byte of a file.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    1 + text.as_bytes()[..byte.min(text.len())].iter().filter(|&&b| b == b'\n').count()
}

/// Bytes of a name that others are compared with.
const LONGEST_NAME: usize = 100;

/// ` (did you mean …?)` where a known name is close to the one given.
pub(crate) fn near_misses<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    // What is as long as a paragraph was not mistyped, and comparing takes the square of the length.
    let is_name = |name: &&str| name.len() <= LONGEST_NAME;
    let known: Vec<&str> = known.filter(is_name).filter(|_| is_name(&word)).collect();
    let close = similar::get_close_matches(word, &known, 3, 0.6);
    if close.is_empty() {
        return String::new();
    }
    let names: Vec<String> = close.iter().map(|name| format!("`{name}`")).collect();
    format!(" (did you mean {}?)", names.join(" or "))
}
