//! A rule file that is being checked, and where in it something stands.

use super::raw::Spanned;
use crate::{
    error::{Error, Result},
    site,
};
use std::{
    path::Path,
    sync::{OnceLock, atomic::AtomicUsize},
};

/// A rule file that is being checked.
pub(crate) struct File<'a> {
    /// The id of the pack that its rules belong to.
    pub pack: &'a str,
    pub path: &'a Path,
    pub text: &'a str,
    pub builtin: bool,
    /// What the pack narrows all of its rules to.
    pub lang: Vec<String>,
    pub sites: Vec<String>,
    /// Where the ids of its rules stand, in order.
    pub ids: Vec<usize>,
    /// What its regexes weigh so far.
    pub heavy: AtomicUsize,
    /// Where its line feeds are, once someone asked for a line.
    pub breaks: OnceLock<Vec<usize>>,
}

impl File<'_> {
    /// The line, from 1, that holds this byte.
    pub fn line_at(&self, byte: usize) -> usize {
        let breaks = self.breaks.get_or_init(|| memchr::memchr_iter(b'\n', self.text.as_bytes()).collect());
        1 + breaks.partition_point(|&at| at < byte)
    }

    pub(super) fn at<T>(&self, place: &Spanned<T>, error: Error) -> Error {
        error.at(self.path, Some(self.line_at(place.span().start)))
    }

    pub fn langs(&self, langs: &[Spanned<String>]) -> Result<Vec<String>> {
        langs.iter().map(|lang| site::check_lang(lang.get_ref()).map_err(|e| self.at(lang, e))).collect()
    }

    pub fn hosts(&self, sites: &[Spanned<String>]) -> Result<Vec<String>> {
        sites.iter().map(|host| site::check_site(host.get_ref()).map_err(|e| self.at(host, e))).collect()
    }
}
