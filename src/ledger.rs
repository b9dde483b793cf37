//! What went and why, and how to put it back.

use crate::{
    error::{Error, Result},
    guard::Reason,
    rule::{Category, Confidence, Rule, RuleId},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap, fmt, ops::Range, sync::Arc};

/// One stretch of an article that went, and the rule that took it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    rule: RuleId,
    category: Category,
    confidence: Confidence,
    bytes: Range<usize>,
    line: usize,
    captures: Vec<(String, String)>,
    weighing: Option<Box<Weighing>>,
    support: Option<Box<Support>>,
}

/// What the other articles of a batch say for a cut.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Support {
    pub rule: RuleId,
    pub category: Category,
    pub confidence: Confidence,
    /// In words.
    pub says: String,
}

/// What evidence found in a line: the sum of many small signs.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighing {
    /// What most of the weight speaks for.
    pub category: Category,
    /// The highest level whose threshold the sum reaches.
    pub confidence: Confidence,
    /// All weights together.
    pub sum: f64,
    /// The sum from which on a line of this length goes.
    pub needed: f64,
    /// The heaviest signs, heaviest first.
    pub terms: Vec<Term>,
}

/// One sign of a sum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// What it is, in words.
    pub sign: String,
    /// What it adds.
    pub weight: f64,
}

impl fmt::Display for Weighing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} of {:.1} needed", self.sum, self.needed)?;
        for (at, term) in self.terms.iter().enumerate() {
            write!(f, "{} {} {:+.1}", if at == 0 { ":" } else { "," }, term.sign, term.weight)?;
        }
        Ok(())
    }
}

impl Cut {
    pub(crate) fn new(rule: &Rule, bytes: Range<usize>, line: usize, captures: Vec<(String, String)>) -> Cut {
        let (rule, category, confidence) = (rule.id.clone(), rule.category, rule.confidence);
        Cut { rule, category, confidence, bytes, line, captures, weighing: None, support: None }
    }

    pub(crate) fn weighed(rule: RuleId, bytes: Range<usize>, line: usize, weighing: Box<Weighing>) -> Cut {
        let (category, confidence) = (weighing.category, weighing.confidence);
        Cut { rule, category, confidence, bytes, line, captures: Vec::new(), weighing: Some(weighing), support: None }
    }

    pub(crate) fn supported(support: &Support, bytes: Range<usize>, line: usize) -> Cut {
        let Support { rule, category, confidence, .. } = support.clone();
        let support = Some(Box::new(support.clone()));
        Cut { rule, category, confidence, bytes, line, captures: Vec::new(), weighing: None, support }
    }

    /// The rule that took it.
    pub fn rule(&self) -> &RuleId {
        &self.rule
    }

    /// The category of that rule.
    pub fn category(&self) -> Category {
        self.category
    }

    /// The confidence of that rule.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Its bytes in the original text, blank lines that went with it included.
    pub fn bytes(&self) -> Range<usize> {
        self.bytes.clone()
    }

    /// The line of the original, from 1, that it starts in, blank lines in front of it aside.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What the named groups of the rule's regex matched.
    pub fn captures(&self) -> &[(String, String)] {
        &self.captures
    }

    /// What speaks for it, heaviest first, where no single rule took it.
    pub fn terms(&self) -> Vec<Term> {
        let support = self.support().map(|says| Term { sign: says.to_owned(), weight: 1.0 });
        self.weighing().map_or(Vec::new(), |weighing| weighing.terms.clone()).into_iter().chain(support).collect()
    }

    /// What the other articles of the batch say for it, in words, where that took it.
    pub fn support(&self) -> Option<&str> {
        self.support.as_deref().map(|support| support.says.as_str())
    }

    /// The signs that were weighed, where no single rule took it.
    pub fn weighing(&self) -> Option<&Weighing> {
        self.weighing.as_deref()
    }
}

/// A cleaned article: the original minus its cuts.
#[derive(Debug, Clone)]
pub struct Cleaned<'t> {
    original: &'t str,
    cuts: Vec<Cut>,
    held: Option<Reason>,
    version: Arc<str>,
}

impl<'t> Cleaned<'t> {
    pub(crate) fn new(original: &'t str, cuts: Vec<Cut>, held: Option<Reason>, version: Arc<str>) -> Self {
        Cleaned { original, cuts, held, version }
    }

    /// What is left; borrowed where nothing was cut or the article was held.
    pub fn text(&self) -> Cow<'t, str> {
        if self.cuts().is_empty() {
            return Cow::Borrowed(self.original);
        }
        let mut left = String::with_capacity(self.original.len());
        let mut at = 0;
        for cut in &self.cuts {
            left.push_str(&self.original[at..cut.bytes.start]);
            at = cut.bytes.end;
        }
        left.push_str(&self.original[at..]);
        Cow::Owned(left)
    }

    /// The text as it was.
    pub fn original(&self) -> &'t str {
        self.original
    }

    /// What went, in order; nothing where the article was held.
    pub fn cuts(&self) -> &[Cut] {
        if self.held.is_some() { &[] } else { &self.cuts }
    }

    /// Why the guard left the article as it was, if it did.
    pub fn held(&self) -> Option<Reason> {
        self.held
    }

    /// What would have gone had the article not been held; otherwise what went.
    pub fn proposed(&self) -> &[Cut] {
        &self.cuts
    }

    /// The version of what cleaned it ([`Cleaner::version`](crate::Cleaner::version)).
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The text that a cut took.
    pub fn taken(&self, cut: &Cut) -> &'t str {
        &self.original[cut.bytes()]
    }
}

/// The ledger of one article as it is written: enough to give the original back.
///
/// ```
/// use dechaff::{Article, Cleaner, Entry};
///
/// let text = format!("Ports reopen\n\nADVERTISEMENT\n\n{}\n", "The harbour opened on Monday. ".repeat(9));
/// let cleaner = Cleaner::builtin()?;
/// let cleaned = cleaner.clean(&Article::new(&text));
/// let entry = Entry::of(&cleaned).expect("something went");
/// assert_eq!((entry.cuts[0].rule.as_str(), entry.version.as_str()), ("any/ad-label", cleaner.version()));
/// assert_eq!(entry.restore(&cleaned.text())?, text);
/// # Ok::<(), dechaff::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line of that file, from 1, where the file holds an article a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<usize>,
    /// Checksum of the original text (the first 16 hexadecimal digits of its BLAKE3).
    pub original: String,
    /// Checksum of the cleaned text.
    pub cleaned: String,
    /// The version of what cleaned it: of the engine, and a checksum of its rules.
    #[serde(default)]
    pub version: String,
    /// Why it was left as it was, where it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// What went, in order.
    pub cuts: Vec<EntryCut>,
}

/// A cut as the ledger writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryCut {
    /// The id of the rule that took it.
    pub rule: String,
    /// The category of that rule.
    pub category: String,
    /// The confidence of that rule.
    pub confidence: String,
    /// The line of the original, from 1.
    pub line: usize,
    /// Its first byte in the original text (UTF-8).
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
    /// The text that went.
    pub text: String,
    /// How a JSON record wrote that text, where that is not how it would be written by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<String>,
    /// What the named groups of the rule's regex matched.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub captures: BTreeMap<String, String>,
    /// The heaviest signs that were weighed, or what other articles say for it, where no single rule took it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Term>,
}

impl Entry {
    /// The entry of a cleaned article; none where nothing went and it was not held.
    pub fn of(cleaned: &Cleaned<'_>) -> Option<Entry> {
        (!cleaned.cuts().is_empty() || cleaned.held.is_some()).then(|| Entry::new(cleaned))
    }

    /// The entry of a cleaned article, also where there is nothing to tell.
    pub fn new(cleaned: &Cleaned<'_>) -> Entry {
        Entry {
            path: None,
            record: None,
            original: checksum(cleaned.original),
            cleaned: checksum(&cleaned.text()),
            version: cleaned.version.to_string(),
            held: cleaned.held.map(|reason| reason.to_string()),
            cuts: cleaned.cuts().iter().map(|cut| EntryCut::new(cut, cleaned)).collect(),
        }
    }

    /// The original of a cleaned text.
    ///
    /// # Errors
    /// Where the text is not the one that this entry was written for, or the entry was damaged.
    pub fn restore(&self, cleaned: &str) -> Result<String> {
        if checksum(cleaned) != self.cleaned {
            return Err(Error::new(
                "the text is not the one the ledger was written for; putting the cuts back would garble it; restore the file as it was cleaned",
            ));
        }
        let damaged =
            || Error::new("the ledger entry does not fit its own checksums; it gives no original back; use an undamaged ledger");
        let mut original = String::with_capacity(cleaned.len());
        let mut rest = cleaned;
        for cut in &self.cuts {
            if cut.start.checked_add(cut.text.len()) != Some(cut.end) {
                return Err(damaged());
            }
            let stays = cut.start.checked_sub(original.len()).filter(|&n| rest.is_char_boundary(n)).ok_or_else(damaged)?;
            let (before, after) = rest.split_at(stays);
            original.push_str(before);
            original.push_str(&cut.text);
            rest = after;
        }
        original.push_str(rest);
        if checksum(&original) == self.original { Ok(original) } else { Err(damaged()) }
    }
}

impl EntryCut {
    /// A cut as the ledger writes it.
    pub fn new(cut: &Cut, cleaned: &Cleaned<'_>) -> EntryCut {
        EntryCut {
            rule: cut.rule.to_string(),
            category: cut.category.to_string(),
            confidence: cut.confidence.to_string(),
            line: cut.line,
            start: cut.bytes.start,
            end: cut.bytes.end,
            text: cleaned.taken(cut).to_owned(),
            json: None,
            captures: cut.captures.iter().cloned().collect(),
            evidence: cut.terms(),
        }
    }
}

/// The checksum that ledger entries know a text by.
pub fn checksum(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}
