//! Proposals as a rule file, and into one that a person has worked on.

use super::{
    content::Place,
    judged::Site,
    propose::{Action, Proposal, proposals},
};
use crate::{
    edit::{RuleFile, quoted},
    error::Result,
    examples::{keeps_line, test_rules},
    ledger::checksum,
    pack::Pack,
    rule::Confidence,
};
use std::path::Path;

/// Lines that stay, for each rule.
const KEEPS: usize = 3;

/// A rule file that was merged into.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The whole file.
    pub text: String,
    /// Ids of learned rules that a person has changed since; they stay as they are.
    pub changed_by_hand: Vec<String>,
    /// Rules that were added or renewed.
    pub put: usize,
}

impl Site {
    /// A rule file for the site: every rule passes its own examples. None where nothing repeats.
    pub fn pack(&self) -> Option<String> {
        let rules = self.rules(&[]);
        if rules.is_empty() {
            return None;
        }
        let host = &self.host;
        let head = format!(
            "# Rules for {host} and its sub-domains, learned from what {} of its articles repeat. Read them before you\n\
             # use them; those of low confidence are off. Check them with `dechaff rules test --rules THIS-FILE`.\n\
             # A rule whose key `learned` still fits may be renewed by `dechaff learn --merge`: take the key away, or\n\
             # change the rule, and it is yours.\n[pack]\ntitle = {}\nsites = [{}]\n",
            self.articles,
            quoted(host),
            quoted(host)
        );
        Some(rules.iter().fold(head, |text, (_, rule)| text + "\n" + rule))
    }

    /// A rule file with what was learned, and all that a person wrote as it was. Whether that was a valid
    /// rule file is for [`Pack::load`] to say.
    ///
    /// # Errors
    /// Where the file is no TOML.
    pub fn merge(&self, path: &Path, text: &str) -> Result<Merged> {
        let mut file = RuleFile::parse(path, text)?;
        let keeps: Vec<String> = file.rules().iter().flat_map(|rule| &rule.keeps).cloned().collect();
        let mut merged = Merged { text: String::new(), changed_by_hand: Vec::new(), put: 0 };
        for (id, rule) in self.rules(&keeps) {
            let own = file.rules().iter().find(|written| written.id == id);
            match own.map(|own| (own, file.source(own))) {
                Some((own, source)) if own.learned.as_deref() != Some(&seal(source)) => merged.changed_by_hand.push(id),
                Some((_, source)) if same(source, &rule) => {}
                _ => {
                    file.put(&id, &rule)?;
                    merged.put += 1;
                }
            }
        }
        merged.text = file.text().to_owned();
        Ok(merged)
    }

    /// The rules with their ids; none that takes a line which has to stay.
    fn rules(&self, keeps: &[String]) -> Vec<(String, String)> {
        proposals(self).into_iter().filter_map(|proposal| self.tested(proposal, keeps)).collect()
    }

    /// The rule with examples that hold.
    fn tested(&self, mut proposal: Proposal, keeps: &[String]) -> Option<(String, String)> {
        let pack = |proposal: &Proposal, stays: &[&str]| Pack::parse("learned", &rule(proposal, stays)).ok();
        let takes = |proposal: &Proposal, line: &str| {
            let pack = pack(proposal, &[]);
            pack.is_none_or(|pack| !keeps_line(&pack, line))
        };
        // What a person wants to keep is taken by none of its values.
        if let Action::Line(key, values) = &mut proposal.action {
            let one = |value: &(String, String)| Proposal {
                action: Action::Line(key, vec![value.clone()]),
                removes: Vec::new(),
                ..Proposal::bare(proposal.place, proposal.unless)
            };
            let wrong: Vec<bool> = values.iter().map(|value| keeps.iter().any(|line| takes(&one(value), line))).collect();
            let mut wrong = wrong.into_iter();
            values.retain(|_| !wrong.next().unwrap_or(false));
            if values.is_empty() {
                return None;
            }
        } else if keeps.iter().any(|line| takes(&proposal, line)) {
            return None;
        }
        let bare = pack(&proposal, &[])?;
        let failures = test_rules(std::slice::from_ref(&bare));
        let missing = |line: &String| {
            failures.iter().any(|failure| matches!(&failure.what, crate::examples::Outcome::Missing(it) if it == line))
        };
        proposal.removes.retain(|line| !missing(line));
        proposal.removes.truncate(KEEPS + 1);
        if proposal.removes.is_empty() {
            return None;
        }
        let mut stays: Vec<&str> = self.stays.iter().map(String::as_str).filter(|line| keeps_line(&bare, line)).collect();
        // Those that come nearest: they share words with what goes.
        let words = |text: &str| crate::fold::fold(text).split(' ').map(str::to_owned).collect::<Vec<_>>();
        let gone: Vec<String> = proposal.removes.iter().flat_map(|line| words(line)).collect();
        stays.sort_by_cached_key(|line| {
            std::cmp::Reverse(words(line).iter().filter(|word| word.len() > 3 && gone.contains(word)).count())
        });
        stays.truncate(KEEPS);
        let text = rule(&proposal, &stays);
        Some((proposal.id, text))
    }
}

impl Proposal {
    fn bare(place: Place, unless: &'static str) -> Proposal {
        Proposal {
            id: "one".into(),
            category: crate::rule::Category::Other,
            confidence: Confidence::Medium,
            description: String::new(),
            action: Action::Line("is", Vec::new()),
            place,
            unless,
            removes: Vec::new(),
        }
    }
}

/// A rule as its file has it.
fn rule(proposal: &Proposal, stays: &[&str]) -> String {
    let list = |lines: &mut dyn Iterator<Item = String>| lines.collect::<Vec<_>>().join(", ");
    let mut text = format!(
        "[[rule]]\nid = {}\ncategory = \"{}\"\nconfidence = \"{}\"\ndescription = {}\n",
        quoted(&proposal.id),
        proposal.category,
        proposal.confidence,
        quoted(&proposal.description)
    );
    match &proposal.action {
        Action::Line(key, values) => {
            let values: String =
                values.iter().map(|(value, docs)| format!("  {}, # {}\n", quoted(value), one_line(docs))).collect();
            text += &format!("line = {{ {key} = [\n{values}] }}\n");
        }
        Action::ToEnd(start, docs) => {
            text += &format!("block = {{ start = {{ is = {} }}, until-end = true }} # {docs}\n", quoted(start));
        }
    }
    match proposal.place {
        Place::Head(lines) => text += &format!("when = {{ head = {lines} }}\n"),
        Place::Tail(lines) => text += &format!("when = {{ tail = {lines} }}\n"),
        Place::Anywhere => {}
    }
    if !proposal.unless.is_empty() {
        text += &format!("unless = {{ {} }}\n", proposal.unless);
    }
    for (key, lines) in [
        ("removes", list(&mut proposal.removes.iter().map(|line| quoted(line)))),
        ("keeps", list(&mut stays.iter().map(|line| quoted(line)))),
    ] {
        if !lines.is_empty() {
            text += &format!("{key} = [{lines}]\n");
        }
    }
    let seal = seal(&text);
    text + &format!("learned = \"{seal}\"\n")
}

/// A comment ends with its line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The checksum of a rule's text without the key that holds it.
fn seal(rule: &str) -> String {
    let lines: Vec<&str> = rule.lines().map(str::trim_end).filter(|line| !line.starts_with("learned = ")).collect();
    checksum(lines.join("\n").trim())
}

fn same(a: &str, b: &str) -> bool {
    seal(a) == seal(b)
}
