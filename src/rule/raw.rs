//! The mirror of a rule file: what serde reads, before anything is checked.
//!
//! What is said of a key here is what the JSON schema and the reference in docs/rules.md say of it.

mod conditions;
mod spanned;

pub(crate) use conditions::{Many, RawConditions, RawMatch};
pub(crate) use spanned::Spanned;

#[cfg(test)]
use super::{Category, Confidence};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;

/// A pack of dechaff: rules that say what is chaff in articles. Lists are OR, `when` is AND, of
/// `unless` nothing may hold, one action a rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "File", title = "A rule file of dechaff"))]
pub(crate) struct RawFile {
    /// What holds for all rules of the file: `pack = { sites = ["example.com"] }`.
    #[serde(default)]
    pub pack: RawPack,
    /// One rule each: `rule = [{ id = "ad-label", line = { is = "advertisement" } }]`.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RawRule>,
    /// How small signs are weighed: `evidence = { max-chars = 300 }`.
    pub evidence: Option<Spanned<RawEvidence>>,
    /// One sign each and its weight: `weigh = [{ when = { contains = "newsletter" }, weight = 0.8 }]`.
    #[serde(default)]
    pub weigh: Vec<Spanned<RawWeigh>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Pack"))]
pub(crate) struct RawPack {
    /// What the pack is for: `title = "English, any site"`.
    #[serde(default)]
    pub title: String,
    /// Languages that the rules are for, without a region; none: any: `lang = ["en"]`. An article that does not tell
    /// its language has it guessed; where that is unsure rules of high confidence act, those of all languages.
    #[serde(default)]
    #[cfg_attr(test, schemars(inner(regex(pattern = r"^[a-z]{2,3}$"))))]
    pub lang: Vec<Spanned<String>>,
    /// Hosts that the rules are for, each with its sub-domains; none: any: `sites = ["example.com"]`.
    #[serde(default)]
    #[cfg_attr(test, schemars(inner(regex(pattern = r"^[^*./:][^*/:]*\.[^*/:]+$"))))]
    pub sites: Vec<Spanned<String>>,
    /// Full ids of rules of broader packs that are wrong here: `disable = ["en/read-also"]`.
    #[serde(default)]
    pub disable: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Rule", extend("oneOf" = [
    { "required": ["line"] }, { "required": ["span"] }, { "required": ["block"] }, { "required": ["run"] }, { "required": ["repeat"] }
])))]
pub(crate) struct RawRule {
    /// Its name in the pack; the full id is `<pack>/<id>`: `id = "read-also"`.
    #[cfg_attr(test, schemars(regex(pattern = r"^[a-z0-9-]+$")))]
    pub id: Spanned<String>,
    /// What kind of chaff it takes: `category = "related"`.
    #[cfg_attr(test, schemars(with = "Option<Category>", extend("default" = Category::Other.name())))]
    pub category: Option<Spanned<String>>,
    /// How sure it is; `low` is off unless asked for: `confidence = "high"`.
    #[cfg_attr(test, schemars(with = "Option<Confidence>", extend("default" = Confidence::Medium.name())))]
    pub confidence: Option<Spanned<String>>,
    /// What it is for, in a sentence: `description = "A link to another story."`.
    #[serde(default)]
    pub description: String,
    /// Languages, of those of its pack: `lang = ["de"]`.
    #[serde(default)]
    #[cfg_attr(test, schemars(inner(regex(pattern = r"^[a-z]{2,3}$"))))]
    pub lang: Vec<Spanned<String>>,
    /// Hosts, of those of its pack: `sites = ["sport.example.com"]`.
    #[serde(default)]
    #[cfg_attr(test, schemars(inner(regex(pattern = r"^[^*./:][^*/:]*\.[^*/:]+$"))))]
    pub sites: Vec<Spanned<String>>,
    /// Action: takes the whole line: `line = { is = ["advertisement", "sponsored content"] }`.
    pub line: Option<Spanned<Many<RawMatch>>>,
    /// Action: takes a part of the line: `span = { contains = "(photo: ellery)" }`.
    pub span: Option<Spanned<RawSpan>>,
    /// Action: takes a line and what follows it: `block = { start = { is = "related stories" }, until-end = true }`.
    pub block: Option<Spanned<RawBlock>>,
    /// Action: takes lines of a kind in a row: `run = { min-lines = 3, each = { max-words = 4, bullet = true } }`.
    pub run: Option<Spanned<RawRun>>,
    /// Action: takes lines that say the same again: `repeat = { within = "article", drop = "later", min-chars = 40 }`.
    pub repeat: Option<Spanned<RawRepeat>>,
    /// All of this must hold too: `when = { tail = 10 }`.
    pub when: Option<Spanned<RawConditions>>,
    /// Nothing of this may hold: `unless = { min-words = 6 }`.
    pub unless: Option<Spanned<RawConditions>>,
    /// Lines that must go: `removes = ["— ADVERTISEMENT —"]`.
    #[serde(default)]
    pub removes: Vec<String>,
    /// Lines that must stay, under all rules together: `keeps = ["Advertisement spending rose."]`.
    #[serde(default)]
    pub keeps: Vec<String>,
    /// Small articles: a line that stays begins with two spaces, one that goes with `- `, what is left of the line
    /// above with `+ `, the title with `= `: `cases = ["  A line that stays.\n- Read also: a line that goes."]`.
    #[serde(default)]
    pub cases: Vec<Spanned<String>>,
    /// The checksum of a rule that `dechaff learn` wrote, by which a later `learn --merge` knows that nobody has
    /// changed it since: `learned = "6a09e667bb67ae85"`.
    pub learned: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Span", extend(
    "oneOf" = [{ "required": ["contains"] }, { "required": ["regex"] }], "dependencies" = { "case": ["regex"] }
)))]
pub(crate) struct RawSpan {
    /// Takes these words: `contains = "(photo: ellery)"`.
    pub contains: Option<Spanned<Many<String>>>,
    /// Takes what the pattern finds, or of it the group named `cut`: `regex = '\((?:photo|image): [^()]+\)$'`.
    pub regex: Option<Spanned<Many<String>>>,
    /// The regex tells small letters from capitals: `case = "exact"`.
    #[cfg_attr(test, schemars(extend("const" = "exact")))]
    pub case: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Block", extend(
    "anyOf" = [{ "required": ["until"] }, { "required": ["until-end"] }, { "required": ["take"] }],
    "dependencies" = {
        "until": ["max-lines"], "max-lines": ["until"], "keep-end": ["until"],
        "take": { "not": { "anyOf": [{ "required": ["until"] }, { "required": ["until-end"] }] } },
    }
)))]
pub(crate) struct RawBlock {
    /// The line it starts with: `start = { is = "related stories" }`.
    pub start: Spanned<Many<RawMatch>>,
    /// The line it ends with, found within `max-lines`: `until = { starts = "sign up" }`.
    pub until: Option<Spanned<Many<RawConditions>>>,
    /// It goes on to the end of the article; beside `until`, where that is not found: `until-end = true`.
    #[cfg_attr(test, schemars(extend("const" = true)))]
    pub until_end: Option<Spanned<bool>>,
    /// So many lines on `until` must be found, or the rule does not fire: `max-lines = 12`.
    #[cfg_attr(test, schemars(range(min = 1, max = 1000)))]
    pub max_lines: Option<usize>,
    /// The line of `until` stays, and above a sentence a subhead that is short under long lines or all a quotation: `keep-end = true`.
    #[serde(default)]
    pub keep_end: bool,
    /// So many more lines go: `take = 2`.
    pub take: Option<Spanned<usize>>,
    /// Short lines directly above go too: `lead = { lines = 2, max-words = 4 }`.
    pub lead: Option<RawLead>,
    /// So many lines must be known to other rules of its category, of four times as many below its start and, with
    /// `until`, its last one; the guard then counts nothing of the block: `witnesses = 3`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub witnesses: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Lead"))]
pub(crate) struct RawLead {
    /// So many lines at most: `lines = 2`.
    #[cfg_attr(test, schemars(range(min = 1, max = 20)))]
    pub lines: usize,
    /// Of so many words at most: `max-words = 4`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub max_words: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Run"))]
pub(crate) struct RawRun {
    /// So many lines in a row at least: `min-lines = 3`.
    #[cfg_attr(test, schemars(range(min = 2)))]
    pub min_lines: usize,
    /// What each of them must meet: `each = { max-words = 4, sentence = false }`.
    #[cfg_attr(test, schemars(extend("minProperties" = 1)))]
    pub each: Spanned<RawConditions>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Repeat"))]
pub(crate) struct RawRepeat {
    /// How near the copies stand: `within = "adjacent"`.
    #[cfg_attr(test, schemars(extend("enum" = ["adjacent", "article"])))]
    pub within: Spanned<String>,
    /// Which copy goes; `later` keeps the first, `first` the last: `drop = "later"`.
    #[cfg_attr(test, schemars(extend("enum" = ["later", "first", "all"])))]
    pub drop: Spanned<String>,
    /// Only lines of so many characters: `min-chars = 40`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub min_chars: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Evidence"))]
pub(crate) struct RawEvidence {
    /// What a sum must reach, by `--confidence`: `threshold = { high = 1.25, medium = 0.25, low = 0.25 }`.
    pub threshold: Option<RawLevels>,
    /// Times the logarithm of the line's length (at least 20), on top of the threshold: `length-weight = 1.0`.
    #[cfg_attr(test, schemars(extend("default" = 1.0)))]
    pub length_weight: Option<f64>,
    /// Longer lines are never taken: `max-chars = 300`.
    #[cfg_attr(test, schemars(range(max = 1000), extend("default" = 300)))]
    pub max_chars: Option<usize>,
    /// Below this sum a `line` rule of medium or low confidence is not believed: `veto = -2.0`.
    pub veto: Option<f64>,
    /// What it may take; without it every selected category: `categories = ["related", "nav"]`.
    #[cfg_attr(test, schemars(with = "Option<Vec<Category>>"))]
    pub categories: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Levels"))]
pub(crate) struct RawLevels {
    /// With `--confidence high`: `high = 1.25`.
    pub high: f64,
    /// With `--confidence medium`, as it is by default: `medium = 0.25`.
    pub medium: f64,
    /// With `--confidence low`: `low = 0.25`.
    pub low: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Weigh"))]
pub(crate) struct RawWeigh {
    /// What the sign adds; three decimals count: `weight = 0.8`.
    #[cfg_attr(test, schemars(range(min = -100.0, max = 100.0)))]
    pub weight: Spanned<f64>,
    /// What it speaks for: `category = "subscribe"`.
    #[cfg_attr(test, schemars(with = "Option<Category>"))]
    pub category: Option<Spanned<String>>,
    /// The line that is looked at, -1 is the one above; other lines only with keys of a line and `hit`: `at = -1`.
    #[serde(default)]
    #[cfg_attr(test, schemars(range(min = -2, max = 2)))]
    pub at: isize,
    /// All of this must hold: `when = { contains = "newsletter", sentence = false }`.
    #[cfg_attr(test, schemars(extend("minProperties" = 1)))]
    pub when: Spanned<RawConditions>,
}
