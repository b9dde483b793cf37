//! One text and what is known about it.

use crate::site;

/// One text to clean, with what is known about where it comes from.
///
/// Nothing but the text is needed. A host switches its site packs on, a language keeps the packs of
/// other languages out (without one it is guessed, and all of them apply where that is unsure), a title lets rules tell a headline that
/// stands twice. Each of these takes a text or an [`Option`] of one; `None` says nothing.
///
/// ```
/// let article = dechaff::Article::new("Ports reopen\n\nADVERTISEMENT\n")
///     .url("https://news.example.com/ports")
///     .lang("en-GB")
///     .title("Ports reopen");
/// assert_eq!(article.host(), Some("news.example.com"));
/// assert_eq!(article.lang_code(), Some("en"));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Article<'t> {
    pub(crate) text: &'t str,
    host: Host<'t>,
    lang: Option<&'t str>,
    title: Option<&'t str>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Host<'t> {
    #[default]
    Unknown,
    Named(&'t str),
    InUrl(&'t str),
}

impl<'t> Article<'t> {
    /// An article of which only the text is known.
    pub fn new(text: &'t str) -> Self {
        Article { text, ..Article::default() }
    }

    /// The address it was fetched from; only its host is used. A host given by name wins.
    pub fn url(mut self, url: impl Into<Option<&'t str>>) -> Self {
        if let (Host::Unknown, Some(url)) = (self.host, url.into()) {
            self.host = Host::InUrl(url);
        }
        self
    }

    /// The host it was fetched from, such as `news.example.com`.
    pub fn host_name(mut self, host: impl Into<Option<&'t str>>) -> Self {
        self.host = host.into().map_or(self.host, Host::Named);
        self
    }

    /// Its language as a BCP 47 tag or an ISO 639 code; only the language part counts.
    pub fn lang(mut self, lang: impl Into<Option<&'t str>>) -> Self {
        self.lang = lang.into().or(self.lang);
        self
    }

    /// Its headline as the page's metadata tell it.
    pub fn title(mut self, title: impl Into<Option<&'t str>>) -> Self {
        self.title = title.into().or(self.title);
        self
    }

    /// The text as given.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The host, where one is known or the address holds one.
    pub fn host(&self) -> Option<&'t str> {
        match self.host {
            Host::Unknown => None,
            Host::Named(host) => Some(host),
            Host::InUrl(url) => site::host_of(url),
        }
    }

    /// The language part of the language tag, as written.
    pub fn lang_code(&self) -> Option<&'t str> {
        let code = self.lang?.split(['-', '_']).next()?.trim();
        (!code.is_empty()).then_some(code)
    }

    /// The title, where one is known.
    pub fn title_text(&self) -> Option<&'t str> {
        self.title
    }
}
