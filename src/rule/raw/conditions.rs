//! The mirror of what a rule asks of lines: match keys and conditions.

use super::Spanned;
#[cfg(test)]
use crate::rule::Category;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor, value},
};
use std::{fmt, marker::PhantomData};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Match", extend("minProperties" = 1, "dependencies" = {
    "is": { "not": { "anyOf": [
        { "required": ["starts"] }, { "required": ["ends"] }, { "required": ["contains"] }, { "required": ["regex"] },
    ] } }, "case": ["regex"], "any": { "maxProperties": 1 },
})))]
pub(crate) struct RawMatch {
    /// The line says just this, punctuation around it aside; stands without other match keys: `is = "advertisement"`.
    pub is: Option<Spanned<Many<String>>>,
    /// These words stand at its start, bullets and brackets aside: `starts = ["read also:", "see also:"]`.
    pub starts: Option<Spanned<Many<String>>>,
    /// These words stand at its end: `ends = "all rights reserved"`.
    pub ends: Option<Spanned<Many<String>>>,
    /// These words stand in it: `contains = "sign up for our newsletter"`.
    pub contains: Option<Spanned<Many<String>>>,
    /// The pattern covers the whole trimmed line: `regex = '\d+ min read'`.
    pub regex: Option<Spanned<Many<String>>>,
    /// Always; stands alone: `any = true`.
    #[cfg_attr(test, schemars(extend("const" = true)))]
    pub any: Option<Spanned<bool>>,
    /// The regex tells small letters from capitals: `case = "exact"`.
    #[cfg_attr(test, schemars(extend("const" = "exact")))]
    pub case: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Signs", extend("dependencies" = { "is": { "not": { "anyOf": [
        { "required": ["starts"] }, { "required": ["ends"] }, { "required": ["contains"] }, { "required": ["regex"] },
    ] } }, "case": ["regex"] })))]
pub(crate) struct RawConditions {
    /// The line says just this, punctuation around it aside; stands without other match keys: `is = "advertisement"`.
    pub is: Option<Spanned<Many<String>>>,
    /// These words stand at its start, bullets and brackets aside: `starts = "read also:"`.
    pub starts: Option<Spanned<Many<String>>>,
    /// These words stand at its end: `ends = ["…", "..."]`.
    pub ends: Option<Spanned<Many<String>>>,
    /// These words stand in it: `contains = "newsletter"`.
    pub contains: Option<Spanned<Many<String>>>,
    /// The pattern covers the whole trimmed line: `regex = '[^a-z]+'`.
    pub regex: Option<Spanned<Many<String>>>,
    /// The regex tells small letters from capitals: `case = "exact"`.
    #[cfg_attr(test, schemars(extend("const" = "exact")))]
    pub case: Option<Spanned<String>>,
    /// It is among the first so many lines that still stand: `head = 5`.
    pub head: Option<usize>,
    /// It is among the last so many lines that still stand: `tail = 10`.
    pub tail: Option<usize>,
    /// It starts behind that share of the text: `after = 0.5`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0)))]
    pub after: Option<Spanned<f64>>,
    /// It starts within that share of the text: `before = 0.3`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0)))]
    pub before: Option<Spanned<f64>>,
    /// It has so many characters or more: `min-chars = 20`.
    pub min_chars: Option<usize>,
    /// It has so many characters at most; a `line` or `block` that does not say it has 600: `max-chars = 120`.
    pub max_chars: Option<usize>,
    /// It has so many words or more; two characters of Chinese or Japanese count as one: `min-words = 3`.
    pub min_words: Option<usize>,
    /// It has so many words at most: `max-words = 12`.
    pub max_words: Option<usize>,
    /// It ends like a sentence, or does not (three dots do not): `sentence = false`.
    pub sentence: Option<bool>,
    /// At least that share of its letters is in upper case: `upper = 0.8`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0)))]
    pub upper: Option<Spanned<f64>>,
    /// At least that share of its characters are digits: `digits = 0.5`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0)))]
    pub digits: Option<Spanned<f64>>,
    /// It says what the article's title says, a site's name behind it aside ("Storm closes ports – The Courier");
    /// without a known title it never holds: `title = true`.
    pub title: Option<bool>,
    /// It is a paragraph, 300 characters or 15 words that end as a sentence, or is none: `prose = false`.
    pub prose: Option<bool>,
    /// It starts with a bullet, a list or Markdown mark or a bracket, or does not: `bullet = true`.
    pub bullet: Option<bool>,
    /// At least that share of its words of four letters and more begin with a capital: `capitals = 0.7`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0)))]
    pub capitals: Option<Spanned<f64>>,
    /// Some line above is `prose`, so that the story has begun, or none is: `prose-above = true`.
    pub prose_above: Option<bool>,
    /// Some line below is `prose`, so that the story has not ended, or none is: `prose-below = false`.
    pub prose_below: Option<bool>,
    // What stands around a line, for `[[weigh]]` only.
    /// It is one of at least so many lines in a row that are no prose: `run = 4`.
    #[cfg_attr(test, schemars(extend("x-around" = true)))]
    pub run: Option<usize>,
    /// It is one of at least so many lines in a row that do not end as sentences: `unended = 3`.
    #[cfg_attr(test, schemars(extend("x-around" = true)))]
    pub unended: Option<usize>,
    /// It is one of at least so many lines in a row that begin and end alike: `alike = 3`.
    #[cfg_attr(test, schemars(extend("x-around" = true)))]
    pub alike: Option<usize>,
    /// At least so many lines that are no prose stand between it and the prose above: `since-prose = 2`.
    #[cfg_attr(test, schemars(extend("x-around" = true)))]
    pub since_prose: Option<usize>,
    /// At least so many lines that are no prose stand between it and the prose below, or the end: `until-prose = 2`.
    #[cfg_attr(test, schemars(extend("x-around" = true)))]
    pub until_prose: Option<usize>,
    /// It is in a row of lines that are no prose, and rules know at least that share of the others as chaff (bylines
    /// aside): `known = 0.3`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0), extend("x-around" = true)))]
    pub known: Option<Spanned<f64>>,
    /// At least that share of its words of four letters and more stands in the prose: `in-body = 0.5`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0), extend("x-around" = true)))]
    pub in_body: Option<Spanned<f64>>,
    /// At least that share of its words of four letters and more stands in the title: `in-title = 0.5`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0), extend("x-around" = true)))]
    pub in_title: Option<Spanned<f64>>,
    /// It stands more than once, or once: `repeats = true`.
    #[cfg_attr(test, schemars(extend("x-around" = true)))]
    pub repeats: Option<bool>,
    /// A rule of these categories, or with one of these full ids, knows the line, also one of low confidence; for a
    /// line beside it, also where a rule took that: `hit = ["related", "en/read-also"]`.
    #[cfg_attr(test, schemars(extend("x-around" = true)))]
    pub hit: Option<Spanned<Many<String>>>,
    /// A rule of these categories hits a line above, and no prose stands between; for a rule, it took that line (of use
    /// in `unless` only where `when` asks for `under` or `over`): `under = "related"`.
    #[cfg_attr(test, schemars(with = "Option<Many<Category>>"))]
    pub under: Option<Spanned<Many<String>>>,
    /// The same of a line below: `over = ["byline", "stamp"]`.
    #[cfg_attr(test, schemars(with = "Option<Many<Category>>"))]
    pub over: Option<Spanned<Many<String>>>,
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
