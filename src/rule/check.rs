//! From the mirror of a rule file to rules: the one place where a rule is found valid.

use super::{
    About, Action, Block, Category, Confidence, Drop, LONGEST_LINE, Lead, Match, Origin, Repeat, Rule, RuleId, Run, Span, Until,
    condition::{Condition, Conditions},
    examples::Case,
    file::File,
    raw::*,
    tables::{MOST, MatchKeys, too_many},
};
use crate::{
    error::{Error, Result, near_misses},
    fold::fold,
    site,
};

impl File<'_> {
    pub fn rule(&self, raw: &RawRule) -> Result<Rule> {
        self.checked(raw).map_err(|error| self.at(&raw.id, error).in_rule(raw.id.get_ref().clone()))
    }

    fn checked(&self, raw: &RawRule) -> Result<Rule> {
        let id = raw.id.get_ref();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(self.at(&raw.id, Error::new(
                "an id is small letters, digits and hyphens; flags and `ignore` could not name it; rename it, as in \"read-also\"",
            )));
        }
        let lang = self.langs(&raw.lang)?;
        for (lang, raw) in lang.iter().zip(&raw.lang) {
            if !self.lang.is_empty() && !self.lang.contains(lang) {
                return Err(self.at(raw, Error::new(format!(
                    "`lang` names `{lang}`, which its pack does not; a rule narrows its pack and never widens it; add it to the pack's `lang` or move the rule"
                ))));
            }
        }
        let sites = self.hosts(&raw.sites)?;
        for (host, raw) in sites.iter().zip(&raw.sites) {
            if !self.sites.is_empty() && !self.sites.iter().any(|site| site::belongs_to(host, site)) {
                return Err(self.at(raw, Error::new(format!(
                    "`sites` names `{host}`, which its pack does not; a rule narrows its pack and never widens it; add it to the pack's `sites` or move the rule"
                ))));
            }
        }
        let when = self.when(raw)?;
        let unless = self.optional(raw.unless.as_ref(), when.iter().any(Condition::is_of_company))?;
        Ok(Rule {
            id: RuleId::new(self.pack, id),
            category: self.name(raw.category.as_ref(), "category", Category::Other, Category::ALL.iter().map(|c| c.name()))?,
            confidence: self.name(
                raw.confidence.as_ref(),
                "confidence",
                Confidence::Medium,
                Confidence::ALL.iter().map(|c| c.name()),
            )?,
            action: self.action(raw)?,
            when,
            unless,
            lang: if lang.is_empty() { self.lang.clone() } else { lang },
            sites: if sites.is_empty() { self.sites.clone() } else { sites },
            origin: Origin { path: self.path.to_owned(), line: self.line_at(raw.id.span().start), builtin: self.builtin },
            about: self.about(raw)?.into(),
        })
    }

    fn about(&self, raw: &RawRule) -> Result<About> {
        let cases = raw.cases.iter().map(|case| Case::parse(case.get_ref()).map_err(|e| self.at(case, e)));
        Ok(About {
            description: raw.description.clone(),
            removes: raw.removes.clone(),
            keeps: raw.keeps.clone(),
            learned: raw.learned.as_ref().map(|seal| self.learned(seal)).transpose()?,
            cases: cases.collect::<Result<_>>()?,
            source: self.source_of(raw.id.span().start),
        })
    }

    fn learned(&self, seal: &Spanned<String>) -> Result<String> {
        let text = seal.get_ref();
        if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
            return Ok(text.clone());
        }
        Err(self.at(
            seal,
            Error::new(format!(
                "`learned = \"{text}\"` is no checksum that `dechaff learn` writes; the rule could never be renewed; leave it out"
            )),
        ))
    }

    /// The rule's own text: from its `[[rule]]` to the next table of the file.
    fn source_of(&self, id: usize) -> String {
        let is_head = |line: &str| line.trim_start().starts_with("[[rule]]");
        let line_start = |at: usize| self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        // The ids of other rules bound the search: rules written in one list have no heads to find.
        let own = self.ids.partition_point(|&other| other < id);
        let before = own.checked_sub(1).map_or(0, |before| self.ids[before]);
        let next = self.ids.get(own + 1).copied().unwrap_or(self.text.len());
        let mut start = line_start(id);
        while start > before && !is_head(&self.text[start..]) {
            start = line_start(start - 1);
        }
        if !is_head(&self.text[start..]) {
            let line = line_start(id).max(before)..self.text[id..next].find('\n').map_or(next, |end| id + end);
            return self.text[line].trim().to_owned();
        }
        let mut lines: Vec<&str> = self.text[start..].lines().take(1).collect();
        lines.extend(self.text[start..].lines().skip(1).take_while(|line| !is_head(line)));
        // Comments and blank lines above the next rule belong to that one.
        while lines.last().is_some_and(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            lines.pop();
        }
        lines.join("\n")
    }

    fn name<T: std::str::FromStr<Err = ()>>(
        &self,
        raw: Option<&Spanned<String>>,
        key: &str,
        default: T,
        known: impl Iterator<Item = &'static str>,
    ) -> Result<T> {
        let Some(raw) = raw else { return Ok(default) };
        raw.get_ref().parse().map_err(|()| {
            let known: Vec<&str> = known.collect();
            self.at(
                raw,
                Error::new(format!(
                    "`{key} = \"{}\"` is no {key}{}; the rule could not be selected by it; write one of {}",
                    raw.get_ref(),
                    near_misses(raw.get_ref(), known.iter().copied()),
                    known.join(", "),
                )),
            )
        })
    }

    fn action(&self, raw: &RawRule) -> Result<Action> {
        let given: Vec<&str> = [
            ("line", raw.line.is_some()),
            ("span", raw.span.is_some()),
            ("block", raw.block.is_some()),
            ("run", raw.run.is_some()),
            ("repeat", raw.repeat.is_some()),
        ]
        .iter()
        .filter_map(|&(name, given)| given.then_some(name))
        .collect();
        match given.len() {
            0 => Err(Error::new("it has no action; it could take nothing; give it one of line, span, block, run, repeat")),
            1 => {
                if let Some(raw) = &raw.line {
                    Ok(Action::Line(self.matched(raw, "line")?))
                } else if let Some(raw) = &raw.span {
                    self.span(raw).map(Action::Span)
                } else if let Some(raw) = &raw.block {
                    self.block(raw).map(Action::Block)
                } else if let Some(raw) = &raw.run {
                    self.run(raw).map(Action::Run)
                } else {
                    self.repeat(raw.repeat.as_ref().expect("one action is given")).map(Action::Repeat)
                }
            }
            _ => Err(Error::new(format!(
                "it has {} actions, {}; which one takes the line would be a guess; make it a rule each",
                given.len(),
                given.join(" and ")
            ))),
        }
    }

    fn matched(&self, raw: &Spanned<Many<RawMatch>>, key: &str) -> Result<Match> {
        let tables = &raw.get_ref().0;
        if tables.is_empty() {
            return Err(
                self.at(raw, Error::new(format!("`{key}` is an empty list; the rule could never fire; name what it matches")))
            );
        }
        if tables.len() > MOST {
            return Err(self.at(raw, too_many(key)));
        }
        let mut all = Vec::new();
        for table in tables {
            let mut conditions = Vec::new();
            self.match_keys(
                &mut conditions,
                MatchKeys {
                    is: &table.is,
                    starts: &table.starts,
                    ends: &table.ends,
                    contains: &table.contains,
                    regex: &table.regex,
                    case: &table.case,
                },
            )?;
            match &table.any {
                Some(any) if !any.get_ref() => {
                    return Err(self.at(
                        any,
                        Error::new(
                            "`any = false` matches nothing; the rule could never fire; leave it out or write `any = true`",
                        ),
                    ));
                }
                Some(any) if !conditions.is_empty() => {
                    return Err(self.at(any, Error::new("`any = true` stands beside other match keys, and all keys of a table must hold; it would add nothing; leave it out")));
                }
                Some(_) => conditions.push(Condition::Any),
                None if conditions.is_empty() => {
                    return Err(self.at(raw, Error::new(format!(
                        "`{key}` has no match key; it would match every line; name what it matches, or write `any = true` if every line is meant"
                    ))));
                }
                None => {}
            }
            all.push(conditions);
        }
        Ok(Match(all))
    }

    fn span(&self, raw: &Spanned<RawSpan>) -> Result<Span> {
        match raw.get_ref() {
            RawSpan { contains: Some(contains), regex: None, case: None } => {
                Ok(Span::Contains(self.literals(contains, "contains", fold)?))
            }
            RawSpan { contains: None, regex: Some(regex), case } => {
                let exact = self.exact_case(case.as_ref())?;
                Ok(Span::Regex(self.patterns(regex, exact, false)?))
            }
            RawSpan { contains: Some(_), regex: None, case: Some(case) } => {
                Err(self.at(case, Error::new("`case` goes with `regex`; literals always ignore case; leave it out")))
            }
            _ => Err(self.at(
                raw,
                Error::new("a span is `regex` or `contains`, one of them; what it takes would be a guess; make it a rule each"),
            )),
        }
    }

    fn block(&self, raw: &Spanned<RawBlock>) -> Result<Block> {
        let block = raw.get_ref();
        let wrong = |what: &str| Err(self.at(raw, Error::new(what)));
        let until_end = match &block.until_end {
            Some(flag) if !flag.get_ref() => {
                return Err(self.at(
                    flag,
                    Error::new("`until-end = false` says nothing; leave it out, or name the end with `until` or `take`"),
                ));
            }
            flag => flag.is_some(),
        };
        let until = match (&block.until, block.max_lines) {
            (Some(_), None) => {
                return wrong(
                    "`until` has no `max-lines`; a missing end would let the block run through the article; say how many lines it may take at most",
                );
            }
            (None, Some(_)) => {
                return wrong("`max-lines` has no `until`; it would bound nothing; add the `until` or leave it out");
            }
            (Some(_), Some(1_001..)) => {
                return wrong(
                    "`max-lines` is over 1000; one start after another could make a long article slow; ask for fewer, or use `until-end`",
                );
            }
            (Some(_), Some(0)) => {
                return wrong("`max-lines = 0` lets no line be found; the rule could never fire; allow at least one");
            }
            (Some(until), Some(max_lines)) => Some(Until { line: self.until(until)?, max_lines, keep: block.keep_end }),
            (None, None) => None,
        };
        if block.keep_end && until.is_none() {
            return wrong("`keep-end` has no `until`; there is no end line to keep; add the `until` or leave it out");
        }
        let ends = usize::from(until.is_some() || until_end) + usize::from(block.take.is_some());
        if ends != 1 {
            return wrong(
                "a block ends by `until`, `until-end` or `take`, one of them (`until` may add `until-end`); what it takes would be a guess; say where it ends",
            );
        }
        if let Some(take) = &block.take
            && *take.get_ref() == 0
            && block.lead.is_none()
        {
            return Err(self.at(take, Error::new("`take = 0` makes the block its starting line; say it as a `line` rule")));
        }
        let lead = match &block.lead {
            Some(lead) if lead.lines == 0 || lead.max_words == 0 => {
                return wrong("`lead` of no lines or no words takes nothing; allow at least one of each or leave it out");
            }
            Some(lead) if lead.lines > 20 => {
                return wrong(
                    "`lead` takes over 20 lines; one start after another could make a long article slow; ask for fewer, or start the block above them",
                );
            }
            lead => lead.as_ref().map(|lead| Lead { lines: lead.lines, max_words: lead.max_words }),
        };
        if let Some(witnesses) = &block.witnesses
            && *witnesses.get_ref() == 0
        {
            return Err(self.at(witnesses, Error::new("`witnesses = 0` asks for nothing; ask for one at least or leave it out")));
        }
        let number = |number: &Option<Spanned<usize>>| number.as_ref().map_or(0, |number| *number.get_ref());
        Ok(Block {
            start: self.matched(&block.start, "start")?,
            until,
            until_end,
            take: number(&block.take),
            lead,
            witnesses: number(&block.witnesses),
        })
    }

    fn until(&self, raw: &Spanned<Many<RawConditions>>) -> Result<Match> {
        let tables: Vec<Conditions> =
            raw.get_ref().0.iter().map(|table| self.conditions(table, raw, false)).collect::<Result<_>>()?;
        if tables.is_empty() || tables.iter().any(Vec::is_empty) {
            return Err(self
                .at(raw, Error::new("`until` says nothing; the block would end at its first line; name the line that ends it")));
        }
        Ok(Match(tables))
    }

    fn run(&self, raw: &Spanned<RawRun>) -> Result<Run> {
        let run = raw.get_ref();
        if run.min_lines < 2 {
            return Err(self.at(
                raw,
                Error::new("`min-lines` below 2 makes every such line a run; say it as a `line` rule or ask for more lines"),
            ));
        }
        let each = self.conditions(run.each.get_ref(), &run.each, false)?;
        if each.is_empty() {
            return Err(self.at(
                &run.each,
                Error::new("`each` says nothing; every article would be one run; name what its lines have in common"),
            ));
        }
        Ok(Run { min_lines: run.min_lines, each })
    }

    fn repeat(&self, raw: &Spanned<RawRepeat>) -> Result<Repeat> {
        let repeat = raw.get_ref();
        let adjacent =
            match repeat.within.get_ref().as_str() {
                "adjacent" => true,
                "article" => false,
                other => return Err(self.at(
                    &repeat.within,
                    Error::new(format!(
                        "`within = \"{other}\"` is neither \"adjacent\" nor \"article\"; the rule would not know where to look"
                    )),
                )),
            };
        let drop =
            match repeat.drop.get_ref().as_str() {
                "later" => Drop::Later,
                "first" => Drop::First,
                "all" => Drop::All,
                other => return Err(self.at(
                    &repeat.drop,
                    Error::new(format!(
                        "`drop = \"{other}\"` is none of \"later\", \"first\", \"all\"; the rule would not know which copy goes"
                    )),
                )),
            };
        if repeat.min_chars == 0 {
            return Err(
                self.at(raw, Error::new("`min-chars = 0` would take short answers that an interview repeats; ask for a length"))
            );
        }
        Ok(Repeat { adjacent, drop, min_chars: repeat.min_chars })
    }

    fn when(&self, raw: &RawRule) -> Result<Conditions> {
        let mut when = self.optional(raw.when.as_ref(), true)?;
        let takes_lines = raw.line.is_some() || raw.block.is_some();
        if takes_lines && !when.iter().any(|condition| matches!(condition, Condition::MaxChars(_))) {
            when.insert(0, Condition::MaxChars(LONGEST_LINE));
        }
        Ok(when)
    }

    fn optional(&self, raw: Option<&Spanned<RawConditions>>, company: bool) -> Result<Conditions> {
        raw.map_or(Ok(Vec::new()), |raw| self.conditions(raw.get_ref(), raw, company))
    }
}
