//! Hosts and languages: which packs they select.

use crate::error::{Error, Result};

/// The host inside an address, borrowed from it: scheme, user, port and path off.
///
/// An address without a scheme (`example.com/a`) is read too, as feeds and dumps have them.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    let rest = url.trim();
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let host = host.trim_end_matches('.');
    (host.contains('.') && !host.contains(char::is_whitespace)).then_some(host)
}

/// Is `host` the site or one of its sub-domains? `site` is already lower case.
pub(crate) fn belongs_to(host: &str, site: &str) -> bool {
    let host = host.trim_end_matches('.').as_bytes();
    let site = site.as_bytes();
    let Some(start) = host.len().checked_sub(site.len()) else { return false };
    host[start..].eq_ignore_ascii_case(site) && (start == 0 || host[start - 1] == b'.')
}

/// A site as a pack names it, in the form hosts are compared in.
pub(crate) fn check_site(site: &str) -> Result<String> {
    let wrong = |why: &str| {
        Err(Error::new(format!(
            "`{site}` is no host: {why}; the pack would apply nowhere or everywhere; write the host alone, as in \"example.com\""
        )))
    };
    if site.contains("://") || site.contains('/') {
        return wrong("it is an address or a path");
    }
    if site.starts_with("*.") || site.starts_with('.') {
        return wrong("sub-domains are included without a wildcard");
    }
    if !site.contains('.') {
        return wrong("it has no dot");
    }
    match url::Host::parse(site) {
        Ok(host) => Ok(host.to_string()),
        Err(error) => wrong(&error.to_string()),
    }
}

/// A language as a pack names it: the code itself, lower case.
pub(crate) fn check_lang(lang: &str) -> Result<String> {
    if (2..=3).contains(&lang.len()) && lang.bytes().all(|b| b.is_ascii_lowercase()) {
        return Ok(lang.to_owned());
    }
    Err(Error::new(format!(
        "`{lang}` is no language code; the pack would never apply; write two or three small letters as in \"en\", without a region"
    )))
}

/// Do two codes name one language? Norwegian and the old codes of a few others have several.
pub(crate) fn same_lang(code: &str, pack: &str) -> bool {
    fn modern(code: &str) -> &str {
        match code {
            "nb" | "nn" => "no",
            "iw" => "he",
            "in" => "id",
            "tl" => "fil",
            other => other,
        }
    }
    code.eq_ignore_ascii_case(pack) || modern(&code.to_ascii_lowercase()) == modern(pack)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_addresses() {
        for (url, host) in [
            ("https://News.example.com/a?b#c", Some("News.example.com")),
            ("http://user:pw@example.com:8080", Some("example.com")),
            ("//example.org/x", Some("example.org")),
            ("example.com/a", Some("example.com")),
            ("https://example.com.", Some("example.com")),
            ("not a url", None),
            ("", None),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }

    #[test]
    fn a_site_has_its_sub_domains_and_no_neighbours() {
        assert!(belongs_to("example.com", "example.com"));
        assert!(belongs_to("WWW.Example.com.", "example.com"));
        assert!(!belongs_to("notexample.com", "example.com"));
        assert!(!belongs_to("example.com.evil.org", "example.com"));
        assert!(!belongs_to("com", "example.com"));
    }
}
