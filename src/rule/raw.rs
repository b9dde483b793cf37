//! The mirror of a rule file: what serde reads, before anything is checked.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor, value},
};
use std::{fmt, marker::PhantomData};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile {
    #[serde(default)]
    pub pack: RawPack,
    #[serde(default, rename = "rule")]
    pub rules: Vec<RawRule>,
    pub evidence: Option<Spanned<RawEvidence>>,
    #[serde(default)]
    pub weigh: Vec<Spanned<RawWeigh>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPack {
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub lang: Vec<Spanned<String>>,
    #[serde(default)]
    pub sites: Vec<Spanned<String>>,
    #[serde(default)]
    pub disable: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawRule {
    pub id: Spanned<String>,
    pub category: Option<Spanned<String>>,
    pub confidence: Option<Spanned<String>>,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub lang: Vec<Spanned<String>>,
    #[serde(default)]
    pub sites: Vec<Spanned<String>>,
    pub line: Option<Spanned<Many<RawMatch>>>,
    pub span: Option<Spanned<RawSpan>>,
    pub block: Option<Spanned<RawBlock>>,
    pub run: Option<Spanned<RawRun>>,
    pub repeat: Option<Spanned<RawRepeat>>,
    pub when: Option<Spanned<RawConditions>>,
    pub unless: Option<Spanned<RawConditions>>,
    #[serde(default)]
    pub removes: Vec<String>,
    #[serde(default)]
    pub keeps: Vec<String>,
    #[serde(default)]
    pub cases: Vec<Spanned<String>>,
    pub learned: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMatch {
    pub is: Option<Spanned<Many<String>>>,
    pub starts: Option<Spanned<Many<String>>>,
    pub ends: Option<Spanned<Many<String>>>,
    pub contains: Option<Spanned<Many<String>>>,
    pub regex: Option<Spanned<Many<String>>>,
    pub any: Option<Spanned<bool>>,
    pub case: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSpan {
    pub contains: Option<Spanned<Many<String>>>,
    pub regex: Option<Spanned<Many<String>>>,
    pub case: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawBlock {
    pub start: Spanned<Many<RawMatch>>,
    pub until: Option<Spanned<Many<RawConditions>>>,
    pub until_end: Option<Spanned<bool>>,
    pub max_lines: Option<usize>,
    #[serde(default)]
    pub keep_end: bool,
    pub take: Option<Spanned<usize>>,
    pub lead: Option<RawLead>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawLead {
    pub lines: usize,
    pub max_words: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawRun {
    pub min_lines: usize,
    pub each: Spanned<RawConditions>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawRepeat {
    pub within: Spanned<String>,
    pub drop: Spanned<String>,
    pub min_chars: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawConditions {
    pub is: Option<Spanned<Many<String>>>,
    pub starts: Option<Spanned<Many<String>>>,
    pub ends: Option<Spanned<Many<String>>>,
    pub contains: Option<Spanned<Many<String>>>,
    pub regex: Option<Spanned<Many<String>>>,
    pub case: Option<Spanned<String>>,
    pub head: Option<usize>,
    pub tail: Option<usize>,
    pub after: Option<Spanned<f64>>,
    pub before: Option<Spanned<f64>>,
    pub min_chars: Option<usize>,
    pub max_chars: Option<usize>,
    pub min_words: Option<usize>,
    pub max_words: Option<usize>,
    pub sentence: Option<bool>,
    pub upper: Option<Spanned<f64>>,
    pub digits: Option<Spanned<f64>>,
    pub title: Option<bool>,
    pub prose: Option<bool>,
    pub bullet: Option<bool>,
    pub capitals: Option<Spanned<f64>>,
    pub prose_above: Option<bool>,
    pub prose_below: Option<bool>,
    // What stands around a line, for `[[weigh]]` only.
    pub run: Option<usize>,
    pub unended: Option<usize>,
    pub alike: Option<usize>,
    pub since_prose: Option<usize>,
    pub until_prose: Option<usize>,
    pub known: Option<Spanned<f64>>,
    pub in_body: Option<Spanned<f64>>,
    pub in_title: Option<Spanned<f64>>,
    pub repeats: Option<bool>,
    pub hit: Option<Spanned<Many<String>>>,
    pub under: Option<Spanned<Many<String>>>,
    pub over: Option<Spanned<Many<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawEvidence {
    pub threshold: Option<RawLevels>,
    pub length_weight: Option<f64>,
    pub max_chars: Option<usize>,
    pub veto: Option<f64>,
    pub categories: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLevels {
    pub high: f64,
    pub medium: f64,
    pub low: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWeigh {
    pub weight: Spanned<f64>,
    pub category: Option<Spanned<String>>,
    #[serde(default)]
    pub at: isize,
    pub when: Spanned<RawConditions>,
}

/// One value, or a list of them.
pub(crate) struct Many<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany(PhantomData))
    }
}

struct OneOrMany<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMany<T> {
    type Value = Many<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value or a list of them")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Many<T>, E> {
        T::deserialize(value::StrDeserializer::new(text)).map(|one| Many(vec![one]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Many<T>, A::Error> {
        T::deserialize(value::MapAccessDeserializer::new(map)).map(|one| Many(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Many<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = seq.next_element()? {
            all.push(one);
        }
        Ok(Many(all))
    }
}
