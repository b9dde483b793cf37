//! One saved page a file: its article is found, and cleaned as the text it is written as.

use super::{
    encoding::Choice,
    format::{Format, Raw},
    record::{Edit, Found, Record, edited},
};
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// Bytes in which a page names its encoding; browsers look at 1,024.
const HEAD: usize = 4096;

/// A page in some encoding.
pub struct Page {
    choice: Choice,
}

impl Page {
    pub fn new(choice: Choice) -> Page {
        Page { choice }
    }

    /// A mark, then the flag, then what the page says, then what it looks like.
    fn encoding(&self, page: &[u8]) -> &'static Encoding {
        if let Some((encoding, _)) = Encoding::for_bom(page) {
            return encoding;
        }
        match self.choice {
            Choice::Known(encoding) if encoding != UTF_8 => encoding,
            _ => declared(page).unwrap_or_else(|| Choice::Auto.of(page)),
        }
    }
}

/// The encoding that a page says it has.
fn declared(page: &[u8]) -> Option<&'static Encoding> {
    let head = page[..page.len().min(HEAD)].to_ascii_lowercase();
    let found = memchr::memmem::find(&head, b"charset=")?;
    let rest = head[found + 8..].trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let len = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)).count();
    Encoding::for_label(&rest[..len])
}

impl Format for Page {
    fn read<'a>(&self, raw: Raw<'a>) -> Found<'a> {
        let (page, _, _) = self.encoding(raw.bytes).decode(raw.bytes);
        let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
        let article = Readability::new(page.into_owned(), None, Some(config)).and_then(|mut page| page.parse());
        match article {
            // What a page says of its language is often its template's; that of the text is guessed.
            Ok(article) if !article.text_content.trim().is_empty() => Found::Article(Record {
                text: Cow::Owned(format!("{}\n", article.text_content.trim())),
                title: Some(article.title).filter(|title| !title.is_empty()).map(Cow::Owned),
                url: article.url.map(Cow::Owned),
                ..Record::default()
            }),
            Ok(_) => Found::Bad("no article was found in the page".to_owned()),
            Err(error) => Found::Bad(format!("no article was found in the page: {error}")),
        }
    }

    fn write(&self, _: &[u8], record: &Record<'_>, edits: &[Edit<'_>]) -> Result<Vec<u8>, String> {
        Ok(edited(&record.text, edits).into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_name_their_encoding() {
        for (page, name) in [
            (&b"<meta charset=\"windows-1251\">"[..], "windows-1251"),
            (b"<META http-equiv=Content-Type content='text/html; charset=Shift_JIS'>", "Shift_JIS"),
            (b"\xef\xbb\xbf<meta charset=latin1>", "UTF-8"),
            (b"<p>plain", "UTF-8"),
        ] {
            assert_eq!(Page::new(Choice::default()).encoding(page).name(), name);
        }
    }
}
