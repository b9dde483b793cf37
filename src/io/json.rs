//! A JSON array of objects, or a single object. What stands between the objects stays as it is.

use super::{
    format::{Format, Raw, Split},
    jsonl::{Fields, Jsonl, read},
    record::{Edit, Found, Record},
};
use memchr::memchr2;
use std::ops::Range;

/// Objects, each with the comma or bracket in front of it.
pub struct Json(pub Fields);

impl Format for Json {
    fn read<'a>(&self, raw: Raw<'a>) -> Found<'a> {
        let Ok(text) = std::str::from_utf8(raw.bytes) else { return Found::Bad("not UTF-8".to_owned()) };
        let value = text.trim_start_matches(['\u{feff}', '[', ',', ']', ' ', '\t', '\r', '\n']);
        if value.is_empty() {
            return Found::Frame;
        }
        match read(value, &self.0) {
            Ok(mut record) => {
                let before = text.len() - value.len();
                record.place = record.place.start + before..record.place.end + before;
                Found::Article(record)
            }
            Err(what) => Found::Bad(what),
        }
    }

    fn write(&self, raw: &[u8], record: &Record<'_>, edits: &[Edit<'_>]) -> Result<Vec<u8>, String> {
        Jsonl(self.0.clone()).write(raw, record, edits)
    }

    fn written(&self, raw: &[u8], record: &Record<'_>, at: Range<usize>) -> Option<String> {
        Jsonl(self.0.clone()).written(raw, record, at)
    }
}

/// Parts a stream at the values of an array, or at values that follow one another.
pub struct Values {
    /// Brackets and braces that are open, the array around everything left out.
    depth: usize,
    in_array: bool,
    in_string: bool,
    /// The byte before was a backslash of a string.
    escaped: bool,
    /// Has anything but white space been seen since the last end?
    pending: bool,
}

impl Values {
    /// Begins at the start of a file, or inside its array.
    pub fn new(in_array: bool) -> Values {
        Values { depth: 0, in_array, in_string: false, escaped: false, pending: false }
    }

    fn end(&mut self, at: usize, ends: &mut Vec<usize>) {
        if self.pending {
            ends.push(at);
            self.pending = false;
        }
    }
}

impl Split for Values {
    fn ends(&mut self, bytes: &[u8], ends: &mut Vec<usize>) {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let Some(found) = memchr2(b'"', b'\\', &bytes[at..]) else { return };
                at += found;
                match bytes[at] {
                    b'"' => self.in_string = false,
                    _ => self.escaped = true,
                }
                at += 1;
                continue;
            }
            match bytes[at] {
                b'"' => (self.in_string, self.pending) = (true, true),
                b'[' if self.depth == 0 && !self.in_array && !self.pending => self.in_array = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.pending = true;
                }
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.end(at + 1, ends);
                    }
                }
                // A comma belongs to what follows it, so that white space in front of it does not stand alone.
                b',' | b']' if self.depth == 0 => {
                    self.end(at, ends);
                    self.in_array &= bytes[at] == b',';
                }
                // A byte order mark; no value has these bytes outside of a string.
                0xef | 0xbb | 0xbf => {}
                byte => self.pending |= !byte.is_ascii_whitespace(),
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, step: usize) -> Vec<String> {
        let mut split = Values::new(false);
        let (mut all, mut ends) = (Vec::new(), Vec::new());
        for (number, bytes) in text.as_bytes().chunks(step).enumerate() {
            ends.clear();
            split.ends(bytes, &mut ends);
            all.extend(ends.iter().map(|end| number * step + end));
        }
        let mut at = 0;
        let mut parts: Vec<String> = all.iter().map(|&end| text[std::mem::replace(&mut at, end)..end].to_owned()).collect();
        parts.push(text[at..].to_owned());
        parts
    }

    #[test]
    fn arrays_part_at_their_values_wherever_the_bytes_are_cut() {
        let text = "[ {\"a\":\"]},\\\\\\\"{\"} ,\n 5, \"x,y\",[{}], {\"b\":[1,{}]}\n]\n";
        let expected = ["[ {\"a\":\"]},\\\\\\\"{\"}", " ,\n 5", ", \"x,y\"", ",[{}]", ", {\"b\":[1,{}]}", "\n]\n"];
        for step in 1..=text.len() {
            assert_eq!(parts(text, step), expected, "{step}");
        }
        assert_eq!(parts("{\"a\":1}\n{\"a\":2}", 4), ["{\"a\":1}", "\n{\"a\":2}", ""]);
        assert_eq!(parts(" [ ]\n", 2), [" [ ]\n"]);
    }
}
