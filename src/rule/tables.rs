//! The tables inside a rule: match keys and conditions, from their mirror to what the engine asks.

use super::{
    Category, RuleId,
    condition::{Condition, Conditions, Named},
    file::File,
    pattern::Pattern,
    raw::{Many, RawConditions, Spanned},
    texts::Texts,
};
use crate::{
    error::{Error, Result, near_misses},
    fold::{fold, fold_core, trim_marks},
};
use std::sync::atomic::Ordering::Relaxed;

/// What the regexes of one file may weigh together: compiled a state takes some 30 bytes.
const HEAVIEST: usize = 8_000_000;

/// The match keys of a table.
pub(super) struct MatchKeys<'a> {
    pub is: &'a Option<Spanned<Many<String>>>,
    pub starts: &'a Option<Spanned<Many<String>>>,
    pub ends: &'a Option<Spanned<Many<String>>>,
    pub contains: &'a Option<Spanned<Many<String>>>,
    pub regex: &'a Option<Spanned<Many<String>>>,
    pub case: &'a Option<Spanned<String>>,
}

impl File<'_> {
    /// The conditions of a rule's table, cheapest first; `company` where they may ask what rules took around
    /// the line.
    pub(super) fn conditions<T>(&self, raw: &RawConditions, place: &Spanned<T>, company: bool) -> Result<Conditions> {
        let around = self.around(raw)?;
        match around.iter().find(|condition| !condition.is_of_company() || !company) {
            Some(around) if around.is_of_company() => Err(self.at(place, Error::new(format!(
                "`{around}` stands where no `when` asks for `under` or `over`; a second run, for which nothing went yet, would take what the first left; ask in `when` for what went around the line"
            )))),
            Some(around) => Err(self.at(place, Error::new(format!(
                "`{around}` asks what stands around a line, and that changes with each cut; only `[[weigh]]` may ask it; say it with `block` or `run`, or as a weight"
            )))),
            None => Ok([self.of_line(raw)?, around].concat()),
        }
    }

    /// The conditions on a line and its place.
    pub(super) fn of_line(&self, raw: &RawConditions) -> Result<Conditions> {
        let mut all = Vec::new();
        all.extend(raw.max_chars.map(Condition::MaxChars));
        all.extend(raw.min_chars.map(Condition::MinChars));
        all.extend(raw.sentence.map(Condition::Sentence));
        all.extend(raw.max_words.map(Condition::MaxWords));
        all.extend(raw.min_words.map(Condition::MinWords));
        for (key, share, make) in [
            ("upper", &raw.upper, Condition::Upper as fn(f64) -> Condition),
            ("digits", &raw.digits, Condition::Digits),
            ("capitals", &raw.capitals, Condition::Capitals),
            ("after", &raw.after, Condition::After),
            ("before", &raw.before, Condition::Before),
        ] {
            if let Some(share) = share {
                all.push(make(self.share(key, share)?));
            }
        }
        let keys = MatchKeys {
            is: &raw.is,
            starts: &raw.starts,
            ends: &raw.ends,
            contains: &raw.contains,
            regex: &raw.regex,
            case: &raw.case,
        };
        self.match_keys(&mut all, keys)?;
        all.extend(raw.title.map(Condition::Title));
        all.extend(raw.prose.map(Condition::Prose));
        all.extend(raw.bullet.map(Condition::Bullet));
        all.extend(raw.head.map(Condition::Head));
        all.extend(raw.tail.map(Condition::Tail));
        all.extend(raw.prose_above.map(Condition::ProseAbove));
        all.extend(raw.prose_below.map(Condition::ProseBelow));
        Ok(all)
    }

    /// The conditions on what stands around a line.
    pub(super) fn around(&self, raw: &RawConditions) -> Result<Conditions> {
        let mut all = Vec::new();
        all.extend(raw.run.map(Condition::Run));
        all.extend(raw.unended.map(Condition::Unended));
        all.extend(raw.alike.map(Condition::Alike));
        all.extend(raw.since_prose.map(Condition::SinceProse));
        all.extend(raw.until_prose.map(Condition::UntilProse));
        all.extend(raw.repeats.map(Condition::Repeats));
        if let Some(hit) = &raw.hit {
            let named = |name: &String| match name.parse() {
                Ok(category) => Ok(Named::Category(category)),
                Err(()) if name.contains('/') => Ok(Named::Rule(RuleId::new("", name))),
                Err(()) => Err(self.at(hit, unknown_category("hit", name))),
            };
            all.push(Condition::Hit(hit.get_ref().0.iter().map(named).collect::<Result<_>>()?));
        }
        for (key, names, make) in
            [("under", &raw.under, Condition::Under as fn(Vec<Category>) -> Condition), ("over", &raw.over, Condition::Over)]
        {
            if let Some(names) = names {
                let category = |name: &String| name.parse().map_err(|()| self.at(names, unknown_category(key, name)));
                all.push(make(names.get_ref().0.iter().map(category).collect::<Result<_>>()?));
            }
        }
        for (key, share, make) in [
            ("in-title", &raw.in_title, Condition::InTitle as fn(f64) -> Condition),
            ("in-body", &raw.in_body, Condition::InBody),
            ("known", &raw.known, Condition::Known),
        ] {
            if let Some(share) = share {
                all.push(make(self.share(key, share)?));
            }
        }
        Ok(all)
    }

    fn share(&self, key: &str, share: &Spanned<f64>) -> Result<f64> {
        let value = *share.get_ref();
        if (0.0..=1.0).contains(&value) {
            return Ok(value);
        }
        Err(self.at(
            share,
            Error::new(format!("`{key} = {value}` is no share; it would hold always or never; write a number from 0 to 1")),
        ))
    }

    pub(super) fn match_keys(&self, all: &mut Conditions, keys: MatchKeys<'_>) -> Result<()> {
        let MatchKeys { is, starts, ends, contains, regex, case } = keys;
        if let Some(raw) = is {
            if [starts, ends, contains, regex].iter().any(|key| key.is_some()) {
                return Err(self.at(raw, Error::new(
                    "`is` stands beside other match keys, and all keys of a table must hold; a line that is one literal seldom also holds another; for one or the other write a list of tables or a rule each",
                )));
            }
            all.push(Condition::Is(self.literals(raw, "is", fold_core)?));
        }
        if let Some(raw) = starts {
            all.push(Condition::Starts(self.literals(raw, "starts", |text| trim_marks(&fold(text)).to_owned())?));
        }
        if let Some(raw) = ends {
            all.push(Condition::Ends(self.literals(raw, "ends", fold)?));
        }
        if let Some(raw) = contains {
            all.push(Condition::Contains(self.literals(raw, "contains", fold)?.into()));
        }
        match (regex, case) {
            (Some(raw), case) => {
                let exact = self.exact_case(case.as_ref())?;
                all.push(Condition::Regex(self.patterns(raw, exact, true)?));
            }
            (None, Some(case)) => {
                return Err(self.at(case, Error::new("`case` goes with `regex`; literals always ignore case; leave it out")));
            }
            (None, None) => {}
        }
        Ok(())
    }

    pub(super) fn exact_case(&self, raw: Option<&Spanned<String>>) -> Result<bool> {
        match raw.map(|case| (case, case.get_ref().as_str())) {
            None => Ok(false),
            Some((_, "exact")) => Ok(true),
            Some((case, other)) => Err(self.at(
                case,
                Error::new(format!("`case = \"{other}\"` is unknown; write \"exact\", or leave it out to ignore case")),
            )),
        }
    }

    pub(super) fn literals(&self, raw: &Spanned<Many<String>>, key: &str, form: impl Fn(&str) -> String) -> Result<Texts> {
        let texts = &raw.get_ref().0;
        if texts.is_empty() {
            return Err(self.at(
                raw,
                Error::new(format!("`{key}` is an empty list; the rule could never fire; name a literal or leave it out")),
            ));
        }
        let mut literals = Vec::with_capacity(texts.len());
        for text in texts {
            let literal = form(text);
            if literal.trim().is_empty() {
                return Err(self.at(raw, Error::new(format!(
                    "the literal {text:?} is empty once folded (marks and brackets off); it would match everything or nothing; write it as a regex"
                ))));
            }
            literals.push(literal);
        }
        literals.sort();
        literals.dedup();
        Ok(literals.iter().collect())
    }

    pub(super) fn patterns(&self, raw: &Spanned<Many<String>>, exact: bool, whole: bool) -> Result<Vec<Pattern>> {
        let sources = &raw.get_ref().0;
        if sources.is_empty() {
            return Err(
                self.at(raw, Error::new("`regex` is an empty list; the rule could never fire; write one or leave it out"))
            );
        }
        if sources.len() > MOST {
            return Err(self.at(raw, too_many("regex")));
        }
        let pattern = |source: &String| {
            let pattern = Pattern::new(source, exact, whole, self.builtin)?;
            let weight = pattern.weight.min(HEAVIEST);
            if self.heavy.fetch_add(weight, Relaxed).saturating_add(weight) > HEAVIEST {
                return Err(Error::new(
                    "the regexes of the file up to here are too many or too large; compiled they would take too much memory; split the file, or write literals",
                ));
            }
            Ok(pattern)
        };
        sources.iter().map(|source| pattern(source).map_err(|error| self.at(raw, error))).collect()
    }
}

/// Tables, or regexes, of one list: the index numbers them.
pub(super) const MOST: usize = 10_000;

pub(super) fn too_many(key: &str) -> Error {
    Error::new(format!("`{key}` is a list of more than {MOST}; one rule cannot tell so many apart; make it several rules"))
}

pub(super) fn unknown_category(key: &str, name: &str) -> Error {
    let known = || Category::ALL.iter().map(|category| category.name());
    Error::new(format!(
        "`{key}` names `{name}`, which is no category{}; it would never hold; write one of {}",
        near_misses(name, known()),
        known().collect::<Vec<_>>().join(", ")
    ))
}
