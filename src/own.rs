//! A user's own rule file, changed by what a review decides: every byte that is not concerned stays.

use crate::{
    error::{Error, Result, line_at},
    fold::fold_core,
    pack::Pack,
    rule::{Category, Rule, RuleId},
    site,
};
use std::path::Path;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

/// Words of a line that its rule's id is made of.
const WORDS: usize = 6;

/// A rule file that a person owns, for one host and its sub-domains or for any.
///
/// ```
/// use dechaff::{Category, OwnRules};
///
/// let mut own = OwnRules::new(Some("example.com"))?;
/// own.mark("Ellery reads us", Category::Nav)?;
/// assert!(own.text().contains("line = { is = \"Ellery reads us\" }"));
/// # Ok::<(), dechaff::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OwnRules {
    /// The id of the pack that the file is.
    id: String,
    /// The file as it was read.
    read: String,
    document: DocumentMut,
}

impl OwnRules {
    /// An empty one for a host, or for any.
    ///
    /// # Errors
    /// Where the host is none.
    pub fn new(host: Option<&str>) -> Result<OwnRules> {
        let mut document = DocumentMut::new();
        let host = host.map(|host| site::check_site(&host.to_ascii_lowercase())).transpose()?;
        if let Some(host) = &host {
            let mut pack = Table::new();
            pack["title"] = value(host);
            pack["sites"] = value(Array::from_iter([host]));
            document["pack"] = Item::Table(pack);
        }
        Ok(OwnRules { id: host.unwrap_or_else(|| "own".to_owned()), read: String::new(), document })
    }

    /// One that is there already.
    ///
    /// # Errors
    /// Where the text is no valid rule file.
    pub fn parse(path: &Path, text: &str) -> Result<OwnRules> {
        let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            let line = error.span().map(|span| line_at(text, span.start));
            Error::new(format!("{}; the file cannot be read; mend it", error.message().trim())).at(path, line)
        })?;
        let id = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let own = OwnRules { id, read: text.to_owned(), document };
        own.check()?;
        Ok(own)
    }

    /// The file as it is now: lines that nothing concerned have every byte they had, line ends too.
    pub fn text(&self) -> String {
        let now = self.document.to_string();
        let old: Vec<&str> = self.read.split_inclusive('\n').collect();
        let ends = if self.read.contains("\r\n") { "\r\n" } else { "\n" };
        // The document knows no byte order mark and no carriage returns.
        let plain = self.read.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let diff = similar::TextDiff::from_lines(plain.as_str(), now.as_str());
        let mut text = String::with_capacity(now.len());
        for change in diff.iter_all_changes().filter(|change| change.new_index().is_some()) {
            match change.old_index() {
                Some(at) => text += old[at],
                None => text += &change.value().replace('\n', ends),
            }
        }
        text
    }

    /// Adds a rule that takes a line which says just this, and returns its id.
    ///
    /// # Errors
    /// Where the line says nothing once it is folded.
    pub fn mark(&mut self, line: &str, category: Category) -> Result<String> {
        let line = line.trim();
        let id = self.free_id(line);
        let mut rule = Table::new();
        rule["id"] = value(&id);
        rule["category"] = value(category.name());
        rule["description"] = value("A line that was marked as chaff.");
        rule["line"] = value(InlineTable::from_iter([("is", line)]));
        rule["removes"] = value(Array::from_iter([line]));
        if line.chars().count() > crate::rule::LONGEST_LINE {
            rule["when"] = value(InlineTable::from_iter([("max-chars", line.chars().count() as i64)]));
        }
        self.push("rule", rule)?;
        self.check()?;
        Ok(id)
    }

    /// Keeps a line from a rule, and leaves the rule as it is for other lines: here, where the rule stands
    /// in this file; of another pack's rule a copy that spares the line takes its place.
    ///
    /// # Errors
    /// Where what comes of it is no valid rule.
    pub fn keep(&mut self, line: &str, rule: &Rule) -> Result<()> {
        let short = rule.id().as_str().rsplit('/').next().unwrap_or_default();
        let mine = rule.id().as_str() == format!("{}/{short}", self.id) || self.disables(rule.id());
        let known = self.rules().find(|own| mine && own.get("id").and_then(Item::as_str) == Some(short));
        if let Some(own) = known {
            spare(own, line.trim());
            return self.check();
        }
        let mut copied: DocumentMut =
            rule.source().parse().map_err(|error: toml_edit::TomlError| Error::new(error.message().trim()))?;
        let tables = copied.get_mut("rule").and_then(Item::as_array_of_tables_mut);
        let Some(copy) = tables.and_then(|tables| tables.get_mut(0)) else {
            return Err(Error::new(format!("rule `{}`: its text is no [[rule]]; it cannot be copied", rule.id())));
        };
        if !rule.lang().is_empty() {
            copy["lang"] = value(Array::from_iter(rule.lang().iter().map(String::as_str)));
        }
        // The pack says for which hosts.
        copy.remove("sites");
        copy["id"] = value(self.free_id(short));
        spare(copy, line.trim());
        let copy = copy.clone();
        self.disable(rule.id())?;
        self.push("rule", copy)?;
        self.check()
    }

    /// Keeps a line from evidence.
    ///
    /// # Errors
    /// Where the line says nothing once it is folded.
    pub fn outweigh(&mut self, line: &str) -> Result<()> {
        let mut weigh = Table::new();
        weigh["when"] = value(InlineTable::from_iter([("is", line.trim())]));
        weigh["weight"] = value(-100.0);
        self.push("weigh", weigh)?;
        self.check()
    }

    /// Switches a rule of another pack off where this file applies.
    ///
    /// # Errors
    /// Where `disable` is there and no list.
    pub fn disable(&mut self, rule: &RuleId) -> Result<()> {
        let pack = self.document.entry("pack").or_insert_with(|| Item::Table(Table::new()));
        let list = pack.as_table_like_mut().map(|pack| pack.entry("disable").or_insert_with(|| value(Array::new())));
        let Some(list) = list.and_then(|list| list.as_array_mut()) else {
            return Err(Error::new("`pack.disable` is no list; nothing can be added to it; make it one"));
        };
        add(list, rule.as_str());
        Ok(())
    }

    fn disables(&self, rule: &RuleId) -> bool {
        let list = self.document.get("pack").and_then(|pack| pack.get("disable")?.as_array());
        list.is_some_and(|list| list.iter().any(|id| id.as_str() == Some(rule.as_str())))
    }

    fn check(&self) -> Result<()> {
        Pack::parse("own", &self.text()).map(|_| ())
    }

    fn rules(&mut self) -> impl Iterator<Item = &mut Table> {
        self.document.get_mut("rule").and_then(Item::as_array_of_tables_mut).into_iter().flat_map(|rules| rules.iter_mut())
    }

    fn push(&mut self, key: &str, mut table: Table) -> Result<()> {
        table.decor_mut().set_prefix(if self.document.is_empty() { "" } else { "\n" });
        table.set_position(None);
        let tables = self.document.entry(key).or_insert_with(|| Item::ArrayOfTables(Default::default()));
        let Some(tables) = tables.as_array_of_tables_mut() else {
            return Err(Error::new(format!(
                "`{key}` is written as a list; no [[{key}]] can stand beside it; write each as [[{key}]]"
            )));
        };
        tables.push(table);
        Ok(())
    }

    /// An id of the line's first words that no rule has yet.
    fn free_id(&mut self, line: &str) -> String {
        let folded = fold_core(line);
        let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut id: String = words.take(WORDS).collect::<Vec<_>>().join("-");
        if id.is_empty() {
            id = "line".to_owned();
        }
        let taken: Vec<String> = self.rules().filter_map(|rule| Some(rule.get("id")?.as_str()?.to_owned())).collect();
        if !taken.contains(&id) {
            return id;
        }
        (2..).map(|number| format!("{id}-{number}")).find(|id| !taken.contains(id)).unwrap_or(id)
    }
}

/// Makes a rule spare a line. `is` stands in no table with other match keys: there it is said as a regex.
fn spare(rule: &mut Table, line: &str) {
    let unless = rule.entry("unless").or_insert_with(|| value(InlineTable::new()));
    let Some(unless) = unless.as_table_like_mut() else { return };
    let others = ["starts", "ends", "contains", "regex"].iter().any(|key| unless.contains_key(key));
    let (key, text) = if others { ("regex", regex::escape(line)) } else { ("is", line.to_owned()) };
    let known = unless.entry(key).or_insert_with(|| value(Array::new()));
    if let Some(one) = known.as_str() {
        *known = value(Array::from_iter([one.to_owned()]));
    }
    if let Some(all) = known.as_array_mut() {
        add(all, &text);
    }
    if let Some(removes) = rule.get_mut("removes").and_then(Item::as_array_mut) {
        removes.retain(|known| known.as_str().is_none_or(|known| known.trim() != line));
    }
    let keeps = rule.entry("keeps").or_insert_with(|| value(Array::new()));
    if let Some(keeps) = keeps.as_array_mut() {
        add(keeps, line);
    }
}

fn add(list: &mut Array, text: &str) {
    if !list.iter().any(|known| known.as_str() == Some(text)) {
        list.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, Cleaner};

    const BROAD: &str = "[pack]\nlang = [\"en\"]\n\n[[rule]]\nid = \"more\"\ncategory = \"related\"\n\
        line = { starts = [\"more\"] }  # why\nunless = { contains = \"novel\" }\n";

    fn left(own: &OwnRules, host: &str, text: &str) -> String {
        let evidence = "[evidence]\nthreshold = { high = 900.0, medium = 900.0, low = 900.0 }\n";
        let mine = own.text();
        let packs =
            [("e", evidence), ("en", BROAD), (own.id.as_str(), mine.as_str())].map(|(id, text)| Pack::parse(id, text).unwrap());
        let cleaner = Cleaner::builder().packs(packs).guard(crate::Guard::OFF).build().unwrap();
        cleaner.clean(&Article::new(text).host_name(host).lang("en")).text().into_owned()
    }

    fn broad() -> std::sync::Arc<Rule> {
        Pack::parse("en", BROAD).unwrap().rules()[0].clone()
    }

    #[test]
    fn a_line_is_spared_where_it_was_refused() {
        let mut own = OwnRules::new(Some("Example.com")).unwrap();
        own.keep("More (than) a port", &broad()).unwrap();
        own.keep(" More ice ", &broad()).unwrap();
        let text = "Prose.\nMore (than) a port\nMore ice\nMore storms\nMore of the novel\n";
        assert_eq!(left(&own, "www.example.com", text), "Prose.\nMore (than) a port\nMore ice\nMore of the novel\n");
        assert_eq!(left(&own, "example.org", text), "Prose.\nMore of the novel\n", "elsewhere the rule is as it was");
        assert_eq!(own.text().matches("[[rule]]").count(), 1, "one copy: {}", own.text());
        assert!(own.text().contains("# why"), "{}", own.text());
    }

    #[test]
    fn a_rule_of_the_file_itself_is_changed_in_place() {
        let file = "# Mine.\n[pack]\nsites = ['example.com'] # here\n\n[[rule]]\nid = \"slogan\"\nline = { starts = \"ellery\" }\nremoves = [\"Ellery reads\", \"Ellery wakes\"]\n\n# Last.\n";
        let mut own = OwnRules::parse(Path::new("rules/example.com.toml"), file).unwrap();
        let rule = Pack::parse("example.com", file).unwrap().rules()[0].clone();
        own.keep("Ellery wakes", &rule).unwrap();
        let rest = "removes = [\"Ellery reads\"]\nunless = { is = [\"Ellery wakes\"] }\nkeeps = [\"Ellery wakes\"]\n";
        assert_eq!(own.text(), file.replace("removes = [\"Ellery reads\", \"Ellery wakes\"]\n", rest));
        assert_eq!(left(&own, "example.com", "Ellery wakes\nEllery reads\n"), "Ellery wakes\n");
    }

    #[test]
    fn what_is_added_leaves_every_other_byte() {
        let file = "\u{feff}# Mine.\n[[rule]] # a\r\nid='a'\r\nline = {is='a'}\r\n";
        let mut own = OwnRules::parse(Path::new("own.toml"), file).unwrap();
        assert_eq!(own.mark("Sign up, and read on!", Category::Subscribe).unwrap(), "sign-up-and-read-on");
        assert_eq!(own.mark("Sign up and read on", Category::Subscribe).unwrap(), "sign-up-and-read-on-2");
        assert_eq!(own.mark("★ 登录", Category::Nav).unwrap(), "line");
        own.outweigh("Storm closes ports").unwrap();
        assert!(own.text().starts_with(file), "{:?}", own.text());
        assert!(own.text().ends_with("weight = -100.0\r\n"), "{:?}", own.text());
        assert_eq!(left(&own, "any.example", "Prose.\nSIGN UP, AND READ ON\n登录\n"), "Prose.\n");
        assert!(own.mark("***", Category::Nav).is_err());
        assert!(
            OwnRules::parse(Path::new("own.toml"), "rule = [{ id = 'a', line = { is = 'a' } }]")
                .unwrap()
                .mark("x", Category::Ad)
                .is_err()
        );
        assert!(OwnRules::parse(Path::new("own.toml"), "[[rule]]\n").is_err());
        assert!(OwnRules::new(Some("no host")).is_err());
    }

    #[test]
    fn a_rule_is_switched_off_for_a_site() {
        let mut own = OwnRules::new(Some("example.com")).unwrap();
        own.disable(broad().id()).unwrap();
        own.disable(broad().id()).unwrap();
        assert_eq!(own.text(), "[pack]\ntitle = \"example.com\"\nsites = [\"example.com\"]\ndisable = [\"en/more\"]\n");
        assert_eq!(left(&own, "example.com", "Prose.\nMore ice\n"), "Prose.\nMore ice\n");
        assert_eq!(left(&own, "example.org", "Prose.\nMore ice\n"), "Prose.\n");
    }
}
