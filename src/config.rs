//! `dechaff.toml`: what a project sets once, found upwards from the working directory.

use crate::{
    error::{Error, Result, line_at},
    guard::Guard,
    pack::{not_toml, unreadable},
    rule::{Confidence, raw::Spanned},
};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The name of the file.
pub const CONFIG_FILE: &str = "dechaff.toml";

/// A checked `dechaff.toml`.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file it was read from; none for the defaults.
    pub path: Option<PathBuf>,
    /// Files or folders of packs, relative to the working directory.
    pub rules: Vec<PathBuf>,
    /// Selectors; empty means every category but byline and headline.
    pub select: Vec<String>,
    /// Selectors to add.
    pub extend_select: Vec<String>,
    /// Selectors to leave out.
    pub ignore: Vec<String>,
    /// The least confidence.
    pub confidence: Option<Confidence>,
    /// How much of an article may go.
    pub guard: Guard,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Config", title = "dechaff.toml"))]
pub(crate) struct RawConfig {
    /// Files or folders of packs, relative to this file: `rules = ["./rules"]`.
    rules: Vec<PathBuf>,
    /// What is used: `all`, categories, packs, ids of rules; empty: every category but byline and headline:
    /// `select = ["ad", "related"]`.
    select: Vec<String>,
    /// What is used too: `extend-select = ["byline"]`.
    extend_select: Vec<String>,
    /// What is not used: `ignore = ["caption", "en/read-also"]`.
    ignore: Vec<String>,
    /// Rules at least this sure are used: `confidence = "high"`.
    #[cfg_attr(test, schemars(with = "Option<Confidence>", extend("default" = Confidence::Medium.name())))]
    confidence: Option<Spanned<String>>,
    /// How much of an article may go before it is held, that is, left as it is: `guard = { max-cut = 0.5 }`.
    guard: RawGuard,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename = "Guard"))]
struct RawGuard {
    /// The share of the text that may go: `max-cut = 0.6`.
    #[cfg_attr(test, schemars(range(min = 0.0, max = 1.0), extend("default" = Guard::default().max_cut)))]
    max_cut: Option<Spanned<f64>>,
    /// Characters that must be left where there were more: `min-left = 200`.
    #[cfg_attr(test, schemars(extend("default" = Guard::default().min_left)))]
    min_left: Option<usize>,
}

impl Config {
    /// The configuration that holds in a folder: the nearest `dechaff.toml` in it or above it, or
    /// the defaults.
    ///
    /// # Errors
    /// Where the file cannot be read or is not valid.
    pub fn find(folder: &Path) -> Result<Config> {
        let found = folder.ancestors().map(|folder| folder.join(CONFIG_FILE)).find(|path| path.is_file());
        found.map_or_else(|| Ok(Config::default()), |path| Config::read(&path))
    }

    /// The configuration of a file.
    ///
    /// # Errors
    /// Where the file cannot be read or is not valid.
    pub fn read(path: &Path) -> Result<Config> {
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        let raw: RawConfig = toml::from_str(&text).map_err(|error| not_toml(&error, path, &text))?;
        let line_of = |byte: usize| Some(line_at(&text, byte));
        let confidence = raw.confidence.map(|name| {
            name.get_ref().parse().map_err(|()| {
                let what =
                    format!("`confidence = \"{}\"` is none of high, medium, low; no rule could be chosen by it", name.get_ref());
                Error::new(what).at(path, line_of(name.span().start))
            })
        });
        let mut guard = Guard::default();
        if let Some(share) = raw.guard.max_cut {
            if !(0.0..=1.0).contains(share.get_ref()) {
                let what = format!(
                    "`max-cut = {}` is no share; the guard would hold all or nothing; write a number from 0 to 1",
                    share.get_ref()
                );
                return Err(Error::new(what).at(path, line_of(share.span().start)));
            }
            guard.max_cut = *share.get_ref();
        }
        guard.min_left = raw.guard.min_left.unwrap_or(guard.min_left);
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Config {
            path: Some(path.to_owned()),
            rules: raw.rules.iter().map(|rules| folder.join(rules)).collect(),
            select: raw.select,
            extend_select: raw.extend_select,
            ignore: raw.ignore,
            confidence: confidence.transpose()?,
            guard,
        })
    }
}
