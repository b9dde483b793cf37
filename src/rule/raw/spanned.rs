//! A value and where in the file it stands.

use serde::Deserialize;
use std::ops::Range;

/// A value and where in the file it stands; of our own, so that it can have a schema.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Spanned<T>(toml::Spanned<T>);

impl<T> Spanned<T> {
    pub fn get_ref(&self) -> &T {
        self.0.get_ref()
    }

    /// Its bytes in the file.
    pub fn span(&self) -> Range<usize> {
        self.0.span()
    }
}
