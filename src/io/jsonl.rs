//! One article a line, as a JSON object. Only bytes of the text's string are touched: key order,
//! spacing, number formats and the way other characters are escaped stay as they were.

use super::{
    args::InputArgs,
    format::{Format, Raw, Split},
    record::{Edit, Found, Record, splice},
};
use memchr::memchr;
use serde::{
    Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt, ops::Range};

/// The names of the fields that matter.
#[derive(Clone)]
pub struct Fields {
    pub text: String,
    pub url: String,
    pub host: String,
    pub title: String,
    pub lang: String,
}

impl Fields {
    pub fn new(args: &InputArgs) -> Self {
        Fields {
            text: args.text_field.clone(),
            url: args.url_field.clone(),
            host: args.host_field.clone(),
            title: args.title_field.clone(),
            lang: args.lang_field.clone(),
        }
    }
}

/// A line is a record.
pub struct Lines;

impl Split for Lines {
    fn ends(&mut self, bytes: &[u8], ends: &mut Vec<usize>) {
        ends.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
    }
}

/// JSON objects.
pub struct Jsonl(pub Fields);

impl Format for Jsonl {
    fn read<'a>(&self, raw: Raw<'a>) -> Found<'a> {
        if raw.bytes.trim_ascii().is_empty() {
            return Found::Frame;
        }
        let record = std::str::from_utf8(raw.bytes).map_err(|_| "not UTF-8".to_owned()).and_then(|line| read(line, &self.0));
        match record {
            Ok(record) => Found::Article(record),
            Err(what) => Found::Bad(what),
        }
    }

    fn write(&self, raw: &[u8], record: &Record<'_>, edits: &[Edit<'_>]) -> Result<Vec<u8>, String> {
        let place = record.place.clone();
        let json = std::str::from_utf8(&raw[place.clone()]).map_err(|error| error.to_string())?;
        let offsets = raw_offsets(json, edits.iter().flat_map(|edit| [edit.at.start, edit.at.end]));
        let places = offsets.chunks(2).map(|pair| place.start + pair[0]..place.start + pair[1]);
        let with = edits.iter().map(|edit| edit.written.map_or_else(|| by_default(edit.with), Cow::Borrowed));
        Ok(splice(raw, places.zip(with)))
    }

    fn written(&self, raw: &[u8], record: &Record<'_>, at: Range<usize>) -> Option<String> {
        let json = std::str::from_utf8(&raw[record.place.clone()]).ok()?;
        let offsets = raw_offsets(json, [at.start, at.end]);
        let written = &json[offsets[0]..offsets[1]];
        (by_default(&record.text[at]) != written).then(|| written.to_owned())
    }
}

/// A text as it stands between the quotes of a JSON string.
fn by_default(text: &str) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed("");
    }
    let quoted = serde_json::Value::from(text).to_string();
    Cow::Owned(quoted[1..quoted.len() - 1].to_owned())
}

/// Reads a record, or says what is wrong with it.
pub fn read<'a>(line: &'a str, fields: &Fields) -> Result<Record<'a>, String> {
    let mut json = serde_json::Deserializer::from_str(line.strip_prefix('\u{feff}').unwrap_or(line));
    let found = json.deserialize_map(Finder { line, fields }).and_then(|found| json.end().map(|()| found));
    let (text, record) = found.map_err(|error| format!("no JSON object: {error}"))?;
    match text {
        Text::Missing => Err(format!("no field `{}`; say which one holds the text with --text-field", fields.text)),
        Text::Twice => Err(format!("the field `{}` stands twice; which one counts would be a guess", fields.text)),
        Text::Once(Err(what)) => Err(format!("field `{}`: {what}", fields.text)),
        Text::Once(Ok(())) => Ok(record),
    }
}

enum Text {
    Missing,
    Once(Result<(), String>),
    Twice,
}

struct Finder<'a, 'f> {
    line: &'a str,
    fields: &'f Fields,
}

impl<'a> Visitor<'a> for Finder<'a, '_> {
    type Value = (Text, Record<'a>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut record = Record::default();
        let mut text = Text::Missing;
        while let Some(key) = map.next_key::<Key<'a>>()? {
            let key = key.0.as_ref();
            if key == self.fields.text {
                let raw: &'a RawValue = map.next_value()?;
                text = match (text, string(raw)) {
                    (Text::Missing, Ok(decoded)) => {
                        record.text = decoded;
                        let start = raw.get().as_ptr() as usize - self.line.as_ptr() as usize;
                        record.place = start + 1..start + raw.get().len() - 1;
                        Text::Once(Ok(()))
                    }
                    (Text::Missing, Err(what)) => Text::Once(Err(what)),
                    _ => Text::Twice,
                };
                continue;
            }
            let slot = [
                (&self.fields.url, &mut record.url),
                (&self.fields.host, &mut record.host),
                (&self.fields.title, &mut record.title),
                (&self.fields.lang, &mut record.lang),
            ];
            match slot.into_iter().find(|(name, _)| name.as_str() == key) {
                // What is no string says nothing.
                Some((_, slot)) => *slot = string(map.next_value()?).ok().filter(|value| !value.is_empty()),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok((text, record))
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'a> serde::Deserialize<'a> for Key<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'a> Visitor<'a> for KeyVisitor {
            type Value = Key<'a>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'a str) -> Result<Key<'a>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Key<'a>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

fn string(raw: &RawValue) -> Result<Cow<'_, str>, String> {
    if !raw.get().starts_with('"') {
        return Err("no string".to_owned());
    }
    if !raw.get().contains('\\') {
        return Ok(Cow::Borrowed(&raw.get()[1..raw.get().len() - 1]));
    }
    serde_json::from_str(raw.get()).map(Cow::Owned).map_err(|error| format!("no valid string: {error}"))
}

/// Where offsets of a decoded string lie in the JSON that writes it. The offsets must ascend.
fn raw_offsets(json: &str, decoded: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let bytes = json.as_bytes();
    // What stands in front of the next escape stands for itself.
    let (mut raw, mut at, mut escape) = (0, 0, memchr(b'\\', bytes).unwrap_or(bytes.len()));
    decoded
        .into_iter()
        .map(|wanted| {
            while at < wanted && raw < bytes.len() {
                if raw >= escape {
                    let (len, text) = unit(bytes, raw);
                    raw += len;
                    at += text;
                    escape = memchr(b'\\', &bytes[raw..]).map_or(bytes.len(), |found| raw + found);
                } else {
                    let plain = (wanted - at).min(escape - raw);
                    raw += plain;
                    at += plain;
                }
            }
            raw
        })
        .collect()
}

/// Bytes of the JSON unit that starts here, and of the text it stands for. An escaped pair of
/// surrogates is one unit.
fn unit(json: &[u8], at: usize) -> (usize, usize) {
    let escaped = |at: usize| {
        let digits = json.get(at + 2..at + 6).filter(|_| json.get(at..at + 2) == Some(b"\\u"))?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    if json[at] != b'\\' {
        return (1, 1);
    }
    match escaped(at) {
        None => (2, 1),
        Some(0xd800..=0xdbff) => (12, 4),
        Some(code) => (6, char::from_u32(code).map_or(3, char::len_utf8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_survive_every_escape() {
        let json = r#"a\n\"\u00e9\ud83d\ude00\/z€\\"#;
        let text: String = serde_json::from_str(&format!("\"{json}\"")).unwrap();
        for (at, _) in text.char_indices() {
            let raw = raw_offsets(json, [at])[0];
            let (head, tail) = json.split_at(raw);
            let decode = |part: &str| serde_json::from_str::<String>(&format!("\"{part}\"")).unwrap();
            assert_eq!((decode(head).as_str(), decode(tail).as_str()), text.split_at(at), "{at}");
        }
    }
}
