//! WARC and WET: records with headers of their own. The text of `conversion` records is cleaned, its
//! `Content-Length` and SHA-1 digests follow it; every other record stays as it is.

use super::{
    format::{Format, Raw, Split},
    record::{Edit, Found, Record, edited, splice},
};
use data_encoding::BASE32;
use memchr::memmem;
use sha1::{Digest, Sha1};
use std::{borrow::Cow, ops::Range};

/// Bytes that the header of a record may take.
const HEADER: usize = 1 << 16;

pub struct Warc;

/// The named fields of a record, each with the place of its value in the record.
struct Header<'a> {
    fields: Vec<(&'a str, Range<usize>)>,
    /// Where the block begins.
    end: usize,
}

impl<'a> Header<'a> {
    /// The header of a record; none where its bytes are not that of one.
    fn read(raw: &'a [u8]) -> Option<Header<'a>> {
        let end = header_end(raw)?;
        let text = std::str::from_utf8(&raw[..end]).ok()?;
        if !text.trim_start().starts_with("WARC/") {
            return None;
        }
        let mut fields = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if let Some((name, value)) = line.split_once(':') {
                let start = at + name.len() + 1 + (value.len() - value.trim_start().len());
                fields.push((name.trim(), start..start + value.trim().len()));
            }
            at += line.len();
        }
        Some(Header { fields, end })
    }

    fn place(&self, name: &str) -> Option<Range<usize>> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, place)| place.clone())
    }

    fn get<'r>(&self, raw: &'r [u8], name: &str) -> Option<&'r str> {
        std::str::from_utf8(&raw[self.place(name)?]).ok()
    }

    fn length(&self, raw: &[u8]) -> Option<usize> {
        self.get(raw, "Content-Length")?.parse().ok()
    }
}

/// Behind the blank line that ends a header.
fn header_end(raw: &[u8]) -> Option<usize> {
    let start = raw.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let crlf = memmem::find(&raw[start..], b"\r\n\r\n").map(|at| start + at + 4);
    let lf = memmem::find(&raw[start..], b"\n\n").map(|at| start + at + 2);
    crlf.into_iter().chain(lf).min()
}

impl Format for Warc {
    fn read<'a>(&self, raw: Raw<'a>) -> Found<'a> {
        let raw = raw.bytes;
        if raw.trim_ascii().is_empty() {
            return Found::Frame;
        }
        let Some(header) = Header::read(raw) else { return Found::Bad("no header of a WARC record".to_owned()) };
        let Some(len) = header.length(raw) else { return Found::Bad("no Content-Length".to_owned()) };
        let Some(block) = raw.get(header.end..header.end.saturating_add(len)) else {
            return Found::Bad(format!("cut short: {len} bytes were announced"));
        };
        if header.get(raw, "WARC-Type") != Some("conversion") {
            return Found::Frame;
        }
        if header.get(raw, "Content-Length") != Some(&len.to_string()) {
            return Found::Bad("its Content-Length has signs or zeros in front, which could not be given back".to_owned());
        }
        match std::str::from_utf8(block) {
            Ok(text) => {
                let url = header.get(raw, "WARC-Target-URI").map(|url| Cow::Borrowed(url.trim_matches(['<', '>'])));
                Found::Article(Record {
                    text: Cow::Borrowed(text),
                    place: header.end..header.end + len,
                    url,
                    ..Record::default()
                })
            }
            Err(_) => Found::Bad("not UTF-8".to_owned()),
        }
    }

    fn write(&self, raw: &[u8], record: &Record<'_>, edits: &[Edit<'_>]) -> Result<Vec<u8>, String> {
        let header = Header::read(raw).ok_or("no header of a WARC record")?;
        let text = edited(&record.text, edits);
        let mut changes: Vec<(Range<usize>, Cow<'_, str>)> = vec![(record.place.clone(), Cow::Borrowed(&text))];
        if let Some(place) = header.place("Content-Length") {
            changes.push((place, Cow::Owned(text.len().to_string())));
        }
        for name in ["WARC-Block-Digest", "WARC-Payload-Digest"] {
            let Some(place) = header.place(name) else { continue };
            let told = header.get(raw, name).unwrap_or_default();
            let Some((label, value)) = told.split_once(':').filter(|(label, _)| label.eq_ignore_ascii_case("sha1")) else {
                return Err(format!("its {name} is no SHA-1 and would be wrong"));
            };
            // One that is wrong already says nothing that could be kept true.
            if value == digest(&record.text) {
                changes.push((place, Cow::Owned(format!("{label}:{}", digest(&text)))));
            }
        }
        changes.sort_by_key(|(place, _)| place.start);
        Ok(splice(raw, changes))
    }
}

fn digest(text: &str) -> String {
    BASE32.encode(&Sha1::digest(text.as_bytes()))
}

/// Parts a stream at its records, by the lengths that they announce.
#[derive(Default)]
pub struct Records {
    state: State,
}

#[derive(Default)]
enum State {
    #[default]
    Begin,
    Header(Vec<u8>),
    /// Bytes of the block to come.
    Block(usize),
    /// Line ends behind a block that may still come.
    Gap(usize),
    /// What is no record has no end that could be known.
    Lost,
}

impl Split for Records {
    fn ends(&mut self, bytes: &[u8], ends: &mut Vec<usize>) {
        let mut at = 0;
        while at < bytes.len() {
            match &mut self.state {
                State::Begin => self.state = State::Header(Vec::new()),
                State::Header(header) => {
                    let known = header.len();
                    header.extend_from_slice(&bytes[at..bytes.len().min(at + HEADER)]);
                    match header_end(header) {
                        Some(end) => {
                            header.truncate(end);
                            at += end - known;
                            let length = Header::read(header).and_then(|read| read.length(header));
                            self.state = length.map_or(State::Lost, State::Block);
                            if let State::Block(0) = self.state {
                                self.state = State::Gap(4);
                            }
                        }
                        None if header.len() > HEADER => self.state = State::Lost,
                        None => at += header.len() - known,
                    }
                }
                State::Block(left) => {
                    let step = (*left).min(bytes.len() - at);
                    at += step;
                    *left -= step;
                    if *left == 0 {
                        self.state = State::Gap(4);
                    }
                }
                State::Gap(left) if *left > 0 && matches!(bytes[at], b'\r' | b'\n') => {
                    at += 1;
                    *left -= 1;
                }
                State::Gap(_) => {
                    ends.push(at);
                    self.state = State::Begin;
                }
                State::Lost => return,
            }
            if let State::Gap(0) = self.state {
                ends.push(at);
                self.state = State::Begin;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: after a cut `06` became `4`, and what was given back said `6`.
    #[test]
    fn a_length_that_is_not_written_plainly_is_no_record_to_change() {
        for (length, good) in [("6", true), ("06", false), ("+6", false)] {
            let raw = format!("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {length}\r\n\r\nOne tw\r\n\r\n");
            let found = Warc.read(Raw { bytes: raw.as_bytes(), row: None });
            assert_eq!(matches!(found, Found::Article(_)), good, "{length}");
        }
    }

    #[test]
    fn records_part_alike_wherever_the_bytes_are_cut() {
        let one = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 2\r\n\r\n\r\n\r\n\r\n";
        let two = "WARC/1.0\nContent-Length: 5\n\nWARC/\n\n";
        let three = "WARC/1.1\r\ncontent-length:0\r\n\r\n\r\n\r\n";
        let text = [one, two, three, one].concat();
        for step in 1..=text.len() {
            let (mut split, mut ends, mut all) = (Records::default(), Vec::new(), Vec::new());
            for (number, bytes) in text.as_bytes().chunks(step).enumerate() {
                ends.clear();
                split.ends(bytes, &mut ends);
                all.extend(ends.iter().map(|end| number * step + end));
            }
            let lens = [one.len(), two.len(), three.len(), one.len()];
            let expected: Vec<usize> = lens.iter().scan(0, |at, len| Some(std::mem::replace(at, *at + len) + len)).collect();
            assert_eq!(all, expected, "{step}");
        }
    }
}
