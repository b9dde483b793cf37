//! Small articles as diffs: what a rule's `cases` hold.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// A small article and what is left of it.
///
/// Written as a diff: two spaces before a line that stays, `- ` before one that goes, `+ ` before
/// what remains of the line above; an empty line is a blank line of the article. `= ` at the top
/// gives the title that the article's metadata tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The article, lines joined by line feeds.
    pub article: String,
    /// The title, where one is known.
    pub title: Option<String>,
    /// The non-blank lines that must be left, trimmed.
    pub left: Vec<String>,
}

impl Case {
    pub(crate) fn parse(text: &str) -> Result<Case> {
        let mut article = Vec::new();
        let mut left = Vec::new();
        let mut went = false;
        let mut title = None;
        for line in text.lines() {
            if let Some(known) = line.strip_prefix("= ").filter(|_| article.is_empty() && title.is_none()) {
                title = Some(known.to_owned());
            } else if line.trim().is_empty() {
                article.push("");
            } else if let Some(stays) = line.strip_prefix("  ") {
                article.push(stays);
                left.push(stays.trim().to_owned());
            } else if let Some(goes) = line.strip_prefix("- ") {
                article.push(goes);
            } else if let Some(rest) = line.strip_prefix("+ ").filter(|_| went) {
                left.push(rest.trim().to_owned());
            } else {
                return Err(Error::new(format!(
                    "the case line {line:?} is no line of a diff; the case cannot be tested; start it with two spaces (stays), `- ` (goes) or, below one that goes, `+ ` (what remains of it)"
                )));
            }
            went = line.starts_with("- ");
        }
        if left.is_empty() && article.iter().all(|line| line.is_empty()) {
            return Err(Error::new("the case is empty; it tests nothing; write a small article or leave it out"));
        }
        Ok(Case { article: article.join("\n"), title, left })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_a_diff() {
        let case = Case::parse("  The talks failed.\n\n- More: Storm\n- (Photo: A) End.\n+ End.\n").unwrap();
        assert_eq!(case.article, "The talks failed.\n\nMore: Storm\n(Photo: A) End.");
        assert_eq!(case.left, ["The talks failed.", "End."]);
        assert_eq!(Case::parse("= A title\n  One.\n").unwrap().title.as_deref(), Some("A title"));
        assert!(Case::parse("no mark").is_err());
        assert!(Case::parse("  stays\n+ what").is_err());
    }
}
