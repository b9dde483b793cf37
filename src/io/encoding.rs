//! Encodings as a layer under plain text: told by a byte order mark or a flag, written back as they
//! came.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// What is to be assumed of text without a byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// UTF-8; else whatever the bytes look like.
    Auto,
    Known(&'static Encoding),
}

impl Default for Choice {
    fn default() -> Choice {
        Choice::Known(UTF_8)
    }
}

/// Reads `--encoding`.
pub fn parse(name: &str) -> Result<Choice, String> {
    if name.eq_ignore_ascii_case("auto") {
        return Ok(Choice::Auto);
    }
    Encoding::for_label(name.as_bytes()).map(Choice::Known).ok_or_else(|| {
        "no such encoding; write auto or a name as in windows-1252, shift_jis, gb18030, koi8-r, utf-16le".to_owned()
    })
}

impl Choice {
    /// The encoding of a text.
    pub fn of(self, bytes: &[u8]) -> &'static Encoding {
        match (Encoding::for_bom(bytes), self) {
            (Some((encoding, _)), _) => encoding,
            (None, Choice::Known(encoding)) => encoding,
            (None, Choice::Auto) if std::str::from_utf8(bytes).is_ok() => UTF_8,
            (None, Choice::Auto) => {
                let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
                detector.feed(bytes, true);
                detector.guess(None, chardetng::Utf8Detection::Deny)
            }
        }
    }
}

/// The text of bytes, a byte order mark as its first character; what is wrong where the text would
/// not give the same bytes back.
pub fn decode<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Result<Cow<'a, str>, String> {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| format!("not UTF-8 (byte {}); say which encoding it has with --encoding", error.valid_up_to()));
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    match text {
        Some(text) if encode(&text, encoding).is_some_and(|back| back == bytes) => Ok(text),
        _ => Err(format!("does not come back the same from {}; say which encoding it has with --encoding", encoding.name())),
    }
}

/// The bytes of a text; none where the encoding lacks a character.
pub fn encode(text: &str, encoding: &'static Encoding) -> Option<Vec<u8>> {
    if encoding == UTF_8 {
        return Some(text.as_bytes().to_vec());
    }
    // These two are no output encodings of the web, and so not of the library.
    if encoding == UTF_16LE {
        return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == UTF_16BE {
        return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let (bytes, _, lossy) = encoding.encode(text);
    (!lossy).then(|| bytes.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_back() {
        let text = "\u{feff}Übergabe in Дубна – 橋\r\n";
        for encoding in [UTF_8, UTF_16LE, UTF_16BE] {
            let bytes = encode(text, encoding).unwrap();
            assert_eq!(Choice::default().of(&bytes), encoding, "told by its mark");
            assert_eq!(decode(&bytes, encoding).unwrap(), text);
        }
        let Ok(latin) = parse("latin1") else { panic!("a label of the web") };
        assert_eq!(decode(b"caf\xe9", latin.of(b"caf\xe9")).unwrap(), "café");
        assert!(encode("橋", latin.of(b"")).is_none());
        // A shift sequence that says nothing is lost on the way.
        assert!(decode(b"\x1b$B\x1b(Bx", encoding_rs::ISO_2022_JP).is_err());
        assert!(decode(b"\xff\xfea\x00\x00\xd8", UTF_16LE).is_err(), "half a pair of surrogates");
    }
}
