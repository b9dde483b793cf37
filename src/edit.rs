//! Changes to the text of a rule file: a rule is added or replaced, every other byte stays.

use crate::error::{Error, Result, line_at};
use std::{ops::Range, path::Path};
use toml_edit::{Document, Item, TableLike, Value};

/// The text of a rule file, and where its rules stand in it.
#[derive(Debug, Clone)]
pub(crate) struct RuleFile {
    text: String,
    rules: Vec<Written>,
}

/// A rule as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub id: String,
    /// Its key `learned`, where it has one.
    pub learned: Option<String>,
    /// Lines that its `keeps` name.
    pub keeps: Vec<String>,
    /// From its head to the end of its last line.
    bytes: Range<usize>,
}

impl RuleFile {
    /// Reads a rule file as TOML; whether its rules are valid is for [`Pack`](crate::Pack) to say.
    ///
    /// # Errors
    /// Where it is no TOML, or its rules are no tables.
    pub fn parse(path: &Path, text: &str) -> Result<RuleFile> {
        let wrong = |what: String, at: Option<usize>| Error::new(what).at(path, at.map(|at| line_at(text, at)));
        let document = Document::parse(text).map_err(|error| {
            let what = error.message().trim().replace('\n', ", ");
            wrong(format!("{what}; the file cannot be read; mend it"), error.span().map(|span| span.start))
        })?;
        let rules = match document.get("rule") {
            None => Vec::new(),
            Some(rules) => {
                let rules = rules.as_array_of_tables().ok_or_else(|| {
                    wrong(
                        "its rules are no [[rule]] tables; none could be added beside them; write each as [[rule]]".into(),
                        rules.span().map(|span| span.start),
                    )
                })?;
                rules.iter().filter_map(|rule| Written::new(rule, text)).collect()
            }
        };
        Ok(RuleFile { text: text.to_owned(), rules })
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn rules(&self) -> &[Written] {
        &self.rules
    }

    /// The text of one of its rules.
    pub fn source(&self, rule: &Written) -> &str {
        &self.text[rule.bytes.clone()]
    }

    /// Puts a rule, from `[[rule]]` to the end of its last line, in the place of the one with its id, or at the end.
    ///
    /// # Errors
    /// Where the text that comes of it is no rule file any more.
    pub fn put(&mut self, id: &str, rule: &str) -> Result<()> {
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let rule = rule.trim_end().replace("\r\n", "\n").replace('\n', newline);
        let mut text = self.text.clone();
        match self.rules.iter().find(|written| written.id == id) {
            Some(written) => text.replace_range(written.bytes.clone(), &rule),
            None => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text += newline;
                }
                if !text.is_empty() && !text.ends_with(&newline.repeat(2)) {
                    text += newline;
                }
                text += &rule;
                text += newline;
            }
        }
        *self = RuleFile::parse(Path::new("the changed rules"), &text)?;
        Ok(())
    }
}

impl Written {
    fn new(rule: &toml_edit::Table, text: &str) -> Option<Written> {
        let string = |key: &str| rule.get(key).and_then(Item::as_str).map(str::to_owned);
        let keeps = rule.get("keeps").and_then(Item::as_array);
        let keeps = keeps.map_or(Vec::new(), |all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        let start = rule.span()?.start;
        let end = last_byte(rule).max(rule.span()?.end);
        let end = text[end..].find(['\r', '\n']).map_or(text.len(), |line_end| end + line_end);
        Some(Written { id: string("id")?, learned: string("learned"), keeps, bytes: start..end })
    }
}

/// Behind the last byte of a table's values and those of the tables in it.
fn last_byte(table: &dyn TableLike) -> usize {
    let end = |item: &Item| match item {
        Item::Table(table) => table.span().map_or(0, |span| span.end).max(last_byte(table)),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| last_byte(table)).max().unwrap_or(0),
        other => other.span().map_or(0, |span| span.end),
    };
    table.iter().map(|(_, item)| end(item)).max().unwrap_or(0)
}

/// A text as a TOML string.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Mine.\n[pack] # here\nsites = ['example.com']\n\n# First.\n[[rule]]\nid = \"a\" # one\nline = { is = [\n  \"x\", # why\n] } # end\n\n# Second.\n[[rule]]\nid = 'b'\nline.is = \"y\"\n[rule.when]\ntail = 3\n# of nothing\n";

    fn read(text: &str) -> RuleFile {
        RuleFile::parse(Path::new("mine.toml"), text).unwrap()
    }

    #[test]
    fn rules_are_found_where_they_stand() {
        let file = read(FILE);
        let sources: Vec<&str> = file.rules().iter().map(|rule| file.source(rule)).collect();
        assert_eq!(sources[0], "[[rule]]\nid = \"a\" # one\nline = { is = [\n  \"x\", # why\n] } # end");
        assert_eq!(sources[1], "[[rule]]\nid = 'b'\nline.is = \"y\"\n[rule.when]\ntail = 3");
    }

    #[test]
    fn a_rule_is_put_and_nothing_else_moves() {
        let rule = "[[rule]]\nid = \"c\"\nline = { is = \"z\" }\n";
        let mut file = read(FILE);
        file.put("c", rule).unwrap();
        assert_eq!(file.text(), format!("{FILE}\n{rule}"));
        let changed = rule.replace("\"z\"", "\"zz\"");
        file.put("c", &changed).unwrap();
        assert_eq!(file.text(), format!("{FILE}\n{changed}"));
        file.put("b", "[[rule]]\nid = \"b\"\nline = { is = \"w\" }").unwrap();
        let want = FILE.replace("id = 'b'\nline.is = \"y\"\n[rule.when]\ntail = 3", "id = \"b\"\nline = { is = \"w\" }");
        assert_eq!(file.text(), format!("{want}\n{changed}"));
    }

    #[test]
    fn line_ends_stay_as_they_are() {
        let mut file = read(&FILE.replace('\n', "\r\n"));
        file.put("c", "[[rule]]\nid = \"c\"\nline = { is = \"z\" }").unwrap();
        assert!(!file.text().replace("\r\n", "").contains('\n'));
        assert!(file.text().starts_with(&FILE.replace('\n', "\r\n")));
    }

    #[test]
    fn an_empty_file_gets_its_first_rule() {
        let mut file = read("");
        file.put("c", "[[rule]]\nid = \"c\"").unwrap();
        assert_eq!(file.text(), "[[rule]]\nid = \"c\"\n");
        assert!(RuleFile::parse(Path::new("x.toml"), "rule = 3").is_err());
    }
}
