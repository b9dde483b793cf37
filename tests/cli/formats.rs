//! Every format and layer, in and out.

use super::desk::*;
use std::io::{Read, Write};

#[test]
fn json_records_keep_every_other_byte() {
    let desk = Desk::new();
    let prose = PROSE.trim_end().replace('\n', "\\n");
    let record = |head: &str, tail: &str| {
        format!("{{ \"n\": 1.50, \"text\" :\"{head}{prose}{tail}\", \"url\":null, \"x\\u0041\":[1, 2 ]}}")
    };
    let dirty = record("ADVERTISEMENT\\n\\n", "\\n\\n\\u0041dvertisement\\u002e\\r\\n\\u00c9\\ud83d\\ude00\\/");
    let clean = record("", "\\n\\n\\u00c9\\ud83d\\ude00\\/");
    let lines = [
        dirty.as_str(),
        "",
        "{\"text\": 5}",
        "not json",
        "{\"body\":\"x\"}",
        "{\"text\":\"\\ud800\"}",
        "{\"text\":\"a\",\"text\":\"b\"}",
    ];
    let input = lines.join("\r\n");
    desk.write("a.jsonl", &input);
    let ran = desk.run(&["clean", "--ledger", "cuts.jsonl", "a.jsonl"]).exits(2);
    assert_eq!(ran.out(), input.replace(&dirty, &clean));
    for (line, what) in [(3, "no string"), (4, "no JSON object"), (5, "--text-field"), (6, "no valid string"), (7, "twice")] {
        let note = ran.err().lines().find(|note| note.contains(&format!("a.jsonl:{line}:"))).map(str::to_owned);
        assert!(note.as_ref().is_some_and(|note| note.contains(what)), "{line}: {note:?}");
    }
    desk.write("cleaned/a.jsonl", ran.out());
    let back = desk.run_bare(&["restore", "--ledger", "cuts.jsonl", "cleaned/a.jsonl"], "").exits(0);
    assert_eq!(back.out(), input);
}

#[test]
fn json_fields_can_be_named_and_threads_change_nothing() {
    let desk = Desk::new();
    let mut input = String::new();
    for number in 0..3_000 {
        let body = serde_json::to_string(&format!("{}Number {number}.\n", dirty())).unwrap();
        input += &format!("{{\"id\":{number},\"body\":{body}}}\n");
    }
    let args = ["clean", "--no-builtin", "--rules", "mine.toml", "--input-format", "jsonl", "--text-field", "body", "-j"];
    let one = desk.run_bare(&[&args[..], &["1"]].concat(), &input).exits(0).out();
    let many = desk.run_bare(&[&args[..], &["4"]].concat(), &input).exits(0).out();
    assert_eq!(one, many);
    assert_eq!(one.lines().count(), 3_000);
    assert!(!one.contains("ADVERTISEMENT") && one.lines().nth(2_999).unwrap().contains("Number 2999."));
    desk.write("a.jsonl", &input);
    desk.write("b.txt", dirty());
    desk.run(&["clean", "-w", "--text-field", "body", "a.jsonl", "b.txt"]).exits(0);
    assert_eq!((desk.read("a.jsonl"), desk.read("b.txt")), (one, PROSE.to_owned()));
}

/// A cleaned folder, a clean one, and one that was put back.
fn there_and_back(desk: &Desk, flags: &[&str]) {
    desk.run(&[&["clean", "-o", "out", "--ledger", "cuts.jsonl", "in"], flags].concat()).exits(0);
    desk.run_bare(&[&["restore", "-o", "back", "--ledger", "cuts.jsonl", "out"], flags].concat(), "").exits(0);
    desk.run(&[&["clean", "--check", "out"], flags].concat()).exits(0);
}

fn gzip(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        let mut encoder = flate2::write::GzEncoder::new(&mut out, flate2::Compression::fast());
        encoder.write_all(part).unwrap();
        encoder.finish().unwrap();
    }
    out
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn compression_is_kept_and_every_member_read() {
    let desk = Desk::new();
    let record = format!("{{\"text\":{}}}\n", json(&dirty()));
    let clean = format!("{{\"text\":{}}}\n", json(PROSE));
    let (head, tail) = record.as_bytes().split_at(50);
    desk.write("in/a.jsonl.gz", gzip(&[head, tail, record.as_bytes()]));
    desk.write("in/b.txt.gz", gzip(&[dirty().as_bytes()]));
    desk.write("in/c.jsonl.zst", zstd::encode_all(record.as_bytes(), 3).unwrap());
    desk.write("in/d.txt.zst", zstd::encode_all(dirty().as_bytes(), 3).unwrap());
    desk.write("in/e.jsonl.gz", gzip(&[b""]));
    there_and_back(&desk, &[]);
    assert_eq!(gunzip(&desk.bytes("out/a.jsonl.gz")), clean.repeat(2));
    assert_eq!(gunzip(&desk.bytes("out/b.txt.gz")), PROSE);
    assert_eq!(zstd::decode_all(&desk.bytes("out/c.jsonl.zst")[..]).unwrap(), clean.as_bytes());
    assert_eq!(zstd::decode_all(&desk.bytes("out/d.txt.zst")[..]).unwrap(), PROSE.as_bytes());
    assert_eq!(gunzip(&desk.bytes("out/e.jsonl.gz")), "");
    assert!(!desk.bytes("out/e.jsonl.gz").is_empty(), "an empty file of that kind has a member");
    assert_eq!(gunzip(&desk.bytes("back/a.jsonl.gz")), record.repeat(2));
    assert_eq!(gunzip(&desk.bytes("back/b.txt.gz")), dirty());
    // Compression is told by content, so a pipe may carry it; what goes to a pipe is plain.
    assert_eq!(desk.run(&["clean", "in/c.jsonl.zst"]).exits(0).out(), clean);
    desk.write("cut.jsonl.gz", &gzip(&[record.repeat(9).as_bytes()])[..120]);
    let ran = desk.run(&["clean", "-o", "out", "cut.jsonl.gz", "in/b.txt.gz"]).exits(2);
    assert!(ran.err().contains("cut.jsonl.gz: cannot be read") && !desk.path("out/cut.jsonl.gz").exists(), "{}", ran.err());
}

#[test]
fn encodings_are_written_back_as_they_came() {
    let desk = Desk::new();
    let text = format!("Übergabe am Hafen – „jetzt“\r\n\r\n{}", dirty().replace('\n', "\r\n"));
    let clean = format!("Übergabe am Hafen – „jetzt“\r\n\r\n{}", PROSE.replace('\n', "\r\n"));
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let legacy = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let marked = |text: &str| format!("\u{feff}{text}");
    desk.write("in/le.txt", le(&marked(&text)));
    desk.write("in/be.txt", be(&marked(&text)));
    desk.write("in/bom.txt", marked(&text));
    there_and_back(&desk, &[]);
    assert_eq!(desk.bytes("out/le.txt"), le(&marked(&clean)));
    assert_eq!(desk.bytes("out/be.txt"), be(&marked(&clean)));
    assert_eq!(desk.bytes("out/bom.txt"), marked(&clean).as_bytes());
    assert_eq!(desk.bytes("back/le.txt"), le(&marked(&text)));

    desk.write("legacy/a.txt", legacy(&text));
    desk.write("legacy/b.txt", &clean);
    let ran = desk.run(&["clean", "-o", "o1", "legacy"]).exits(2);
    assert!(ran.err().contains("legacy/a.txt: not UTF-8 (byte 0)") && ran.err().contains("--encoding"), "{}", ran.err());
    assert_eq!(desk.bytes("o1/a.txt"), legacy(&text), "passed through");
    for encoding in ["auto", "windows-1252"] {
        desk.run(&["clean", "-o", encoding, "--encoding", encoding, "legacy/a.txt"]).exits(0);
        assert_eq!(desk.bytes(&format!("{encoding}/a.txt")), legacy(&clean));
    }
    desk.run(&["clean", "-o", "o2", "--encoding", "auto", "legacy"]).exits(0);
    assert_eq!(desk.bytes("o2/b.txt"), clean.as_bytes(), "UTF-8 wins a guess");
    // Shift-JIS has no place for some bytes: what does not come back the same is left.
    desk.write("broken.txt", [&legacy(&text)[..], b"\x81"].concat());
    let ran = desk.run(&["clean", "-w", "--encoding", "shift_jis", "broken.txt"]).exits(2);
    assert!(ran.err().contains("does not come back the same from Shift_JIS"), "{}", ran.err());
    desk.run(&["clean", "--encoding", "klingon", "in/le.txt"]).exits(2);
}

#[test]
fn json_arrays_keep_every_other_byte() {
    let desk = Desk::new();
    let array = |text: &str| {
        format!(
            "[\n  {{ \"n\": 1.50, \"text\": {}, \"tags\": [\"]\", {{}}] }} ,\n 7,\n  {{\"text\":{}}}\n]\n",
            json(text),
            json(PROSE)
        )
    };
    desk.write("in/a.json", array(&dirty()));
    desk.write("in/one.json", format!("{{\"text\":{}}}", json(&dirty())));
    let ran = desk.run(&["clean", "-o", "out", "--ledger", "cuts.jsonl", "in"]).exits(2);
    assert_eq!(desk.read("out/a.json"), array(PROSE));
    assert_eq!(desk.read("out/one.json"), format!("{{\"text\":{}}}", json(PROSE)));
    assert!(ran.err().contains("a.json: record 2: no JSON object"), "{}", ran.err());
    desk.run_bare(&["restore", "-o", "back", "--ledger", "cuts.jsonl", "out"], "").exits(0);
    assert_eq!(desk.read("back/a.json"), array(&dirty()));
}

#[test]
fn tables_keep_every_other_byte() {
    let desk = Desk::new();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let said = |text: &str| format!("{text}\n\"Well\", said Venn, \"it stands.\"\n");
    let table = |text: &str| {
        format!(
            "\u{feff}id, body ,address\r\n\"1\" ,{},\"https://example.com/\"\"x\"\r\n2,short,\r\n\r\n\"3\",{},x",
            quoted(&said(text)),
            quoted(text)
        )
    };
    desk.write("in/a.csv", table(&dirty()));
    desk.write("in/b.tsv", table(&dirty()).replace("said Venn, ", "said Venn ").replace(',', "\t"));
    let flags = ["--text-field", "body", "--url-field", "address"];
    there_and_back(&desk, &flags);
    assert_eq!(desk.read("out/a.csv"), table(PROSE));
    assert_eq!(desk.read("out/b.tsv"), table(PROSE).replace("said Venn, ", "said Venn ").replace(',', "\t"));
    assert_eq!(desk.read("back/a.csv"), table(&dirty()));

    // A reader of tables agrees on every field.
    let rows = |name: &str| -> Vec<csv::StringRecord> {
        csv::ReaderBuilder::new().from_path(desk.path(name)).unwrap().into_records().map(Result::unwrap).collect()
    };
    for (before, after) in rows("in/a.csv").iter().zip(rows("out/a.csv")) {
        assert_eq!((&before[0], &before[2]), (&after[0], &after[2]));
        assert_eq!(before[1].replace("ADVERTISEMENT\n\n", "").replace("\nADVERTISEMENT\n", ""), after[1]);
    }
    let ran = desk.run(&["clean", "-o", "o", "in"]).exits(2);
    assert!(ran.err().contains("a.csv: no column `text`") && ran.err().contains("address"), "{}", ran.err());
    assert!(!desk.path("o/a.csv").exists());
    desk.write("bad.csv", format!("id,text\n1\n2,{}\n3,\"x\"y\n", quoted(&dirty())));
    let ran = desk.run(&["clean", "bad.csv"]).exits(2);
    assert_eq!(ran.out(), format!("id,text\n1\n2,{}\n3,\"x\"y\n", quoted(PROSE)));
    assert!(ran.err().contains("record 2: 1 fields") && ran.err().contains("record 4: the quotes"), "{}", ran.err());
}

#[test]
fn columns_say_where_an_article_is_from() {
    let desk = Desk::new();
    desk.write(
        "site.toml",
        "[pack]\nsites = [\"example.com\"]\n[[rule]]\nid = \"slogan\"\nline = { is = \"ellery reads us\" }\n",
    );
    let text = format!("{PROSE}\nEllery reads us\n");
    let rows = ["https://example.com/a,", ",news.example.com", "https://example.org/a,"];
    let table: String = rows.iter().map(|row| format!("{row},\"{text}\"\n")).collect();
    desk.write("a.csv", format!("url,host,text\n{table}"));
    let out = desk.run_bare(&["clean", "--no-builtin", "--rules", "site.toml", "a.csv"], "").exits(0).out();
    assert_eq!(out.matches("Ellery reads us").count(), 1);
    assert!(out.ends_with("Ellery reads us\n\"\n"), "{out}");
}

/// A WET file as crawlers write them; the digest is that of the text where `told` is none.
fn wet(text: &str, digest: &str) -> String {
    let info = "Software-Info: none\r\n";
    format!(
        "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: {}\r\n\r\n{info}\r\n\r\n\
         WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://example.com/a\r\nWARC-Block-Digest: {digest}\r\n\
         Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n",
        info.len(),
        text.len(),
    )
}

fn sha1(text: &str) -> String {
    use sha1::Digest;
    format!("sha1:{}", data_encoding::BASE32.encode(&sha1::Sha1::digest(text)))
}

#[test]
fn web_archives_stay_true() {
    let desk = Desk::new();
    desk.write("in/a.warc.wet", wet(&dirty(), &sha1(&dirty())).repeat(2));
    let members: Vec<String> = vec![wet(&dirty(), &sha1(&dirty()))];
    desk.write("in/b.warc.wet.gz", gzip(&[members[0].as_bytes()]));
    desk.write("in/wrong.wet", wet(&dirty(), "sha1:AAAA"));
    there_and_back(&desk, &[]);
    assert_eq!(desk.read("out/a.warc.wet"), wet(PROSE, &sha1(PROSE)).repeat(2));
    assert_eq!(desk.read("out/wrong.wet"), wet(PROSE, "sha1:AAAA"), "a digest that was wrong says nothing");
    assert_eq!(desk.read("back/a.warc.wet"), desk.read("in/a.warc.wet"));
    let packed = desk.bytes("out/b.warc.wet.gz");
    assert_eq!(gunzip(&packed), wet(PROSE, &sha1(PROSE)));
    // Each record is a member of its own, so that an index can point at it.
    let mut first = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut first).unwrap();
    assert!(first.contains("warcinfo") && !first.contains("conversion") && first.ends_with("\r\n\r\n\r\n"), "{first}");

    desk.write("bad/md5.wet", wet(&dirty(), "md5:AAAA"));
    let short = wet(&dirty(), &sha1(&dirty()));
    desk.write("bad/short.wet", &short[..short.len() - 60]);
    desk.write("bad/none.wet", "This is no archive.\n".repeat(9));
    let ran = desk.run(&["clean", "-o", "o", "bad"]).exits(2);
    for what in [
        "md5.wet: record 2: its WARC-Block-Digest is no SHA-1",
        "short.wet: record 2: cut short",
        "none.wet: record 1: no header",
    ] {
        assert!(ran.err().contains(what), "{what}: {}", ran.err());
    }
    for name in ["md5.wet", "short.wet", "none.wet"] {
        assert_eq!(desk.read(&format!("o/{name}")), desk.read(&format!("bad/{name}")));
    }
}

#[test]
fn a_record_too_long_for_an_article_passes_through() {
    let desk = Desk::new();
    let record = format!("{{\"text\":{}}}\n", json(&dirty()));
    let long = format!("{{\"text\":\"{}\"}}\n", "ADVERTISEMENT\\n".repeat(5 << 20));
    desk.write("a.jsonl", format!("{record}{long}{record}"));
    let ran = desk.run(&["clean", "-o", "out", "a.jsonl"]).exits(2);
    assert_eq!(ran.err(), "dechaff: a.jsonl:2: longer than 16 MiB, which no article is; passed through as it is\n");
    let clean = format!("{{\"text\":{}}}\n", json(PROSE));
    assert!(desk.read("out/a.jsonl") == format!("{clean}{long}{clean}"));
    desk.write("long.txt", "x\n".repeat(20 << 20));
    desk.write("b.txt", dirty());
    let ran = desk.run(&["clean", "-o", "out", "long.txt", "b.txt"]).exits(2);
    assert!(ran.err().contains("long.txt: cannot be read; it was left as it is: longer than 16 MiB"), "{}", ran.err());
    assert_eq!(desk.read("out/b.txt"), PROSE);
}

#[test]
fn a_byte_order_mark_stays_in_front_of_records() {
    let desk = Desk::new();
    let record = |text: &str| format!("{{\"text\":{}}}\n", json(text));
    desk.write("in/a.jsonl", format!("\u{feff}{}{}", record(&dirty()), record(PROSE)));
    desk.write("in/b.json", format!("\u{feff}[{}]", record(&dirty())));
    there_and_back(&desk, &[]);
    assert_eq!(desk.read("out/a.jsonl"), format!("\u{feff}{}", record(PROSE).repeat(2)));
    assert_eq!(desk.read("out/b.json"), format!("\u{feff}[{}]", record(PROSE)));
}

#[test]
fn strict_ends_at_the_first_bad_record() {
    let desk = Desk::new();
    let record = format!("{{\"text\":{}}}\n", json(&dirty()));
    desk.write("in/a.jsonl", format!("{record}broken\n{record}"));
    desk.write("in/b.jsonl", &record);
    let ran = desk.run(&["clean", "--strict", "-o", "out", "in"]).exits(2);
    assert!(ran.err().contains("in/a.jsonl:2: no JSON object") && ran.err().contains("--strict"), "{}", ran.err());
    assert!(!desk.path("out/a.jsonl").exists() && !desk.path("out/b.jsonl").exists());
}

#[test]
fn formats_can_be_named_and_files_chosen() {
    let desk = Desk::new();
    let record = format!("{{\"text\":{}}}\n", json(&dirty()));
    desk.write("in/a.dump", &record);
    desk.write("in/b.log", &record);
    desk.write("in/c.txt", dirty());
    desk.run(&["clean", "-w", "--input-format", "jsonl", "--glob", "*.dump", "in"]).exits(0);
    assert!(!desk.read("in/a.dump").contains("ADVERTISEMENT") && desk.read("in/b.log").contains("ADVERTISEMENT"));
    desk.run(&["clean", "-o", "out", "--glob", "!c.*", "in"]).exits(2);
    desk.run(&["clean", "-o", "out", "in"]).exits(0);
    assert_eq!(desk.names("out"), ["c.txt"]);
}

#[cfg(not(feature = "parquet"))]
#[test]
fn what_is_not_built_in_is_refused_by_name() {
    let desk = Desk::new();
    desk.write("a.parquet", "PAR1");
    assert!(desk.run(&["clean", "-o", "out", "a.parquet"]).exits(2).err().contains("--features parquet"));
}

#[cfg(feature = "html")]
#[test]
fn pages_become_text() {
    let desk = Desk::new();
    let page = |encoding: &str| {
        let body: String = dirty().split("\n\n").map(|line| format!("<p>{}</p>\n", line.trim())).collect();
        format!(
            "<!doctype html><html lang=en><head><meta charset={encoding}><title>Über Brücken</title></head><body>\
             <nav><a href=/>Home</a><a href=/x>More</a></nav><article><h1>Über Brücken</h1>{body}<p>Über Brücken</p>{}</article>\
             <footer>Imprint</footer></body></html>",
            format!("<p>{}</p>", PROSE.replace("\n\n", " ")).repeat(3)
        )
    };
    desk.write("titled.toml", "[[rule]]\nid = \"again\"\nline = { any = true }\nwhen = { title = true }\n");
    desk.write("in/a.html", page("utf-8"));
    desk.write("in/b.htm", encoding_rs::WINDOWS_1252.encode(&page("windows-1252")).0);
    desk.write("in/c.html.gz", gzip(&[page("utf-8").as_bytes()]));
    desk.write("in/empty.html", "");
    let ran = desk.run(&["clean", "--rules", "titled.toml", "-o", "out", "--ledger", "cuts.jsonl", "in"]).exits(2);
    assert!(ran.err().contains("in/empty.html: no article was found"), "{}", ran.err());
    assert_eq!(desk.names("out"), ["a.txt", "b.txt", "c.txt.gz"]);
    let text = desk.read("out/a.txt");
    assert!(text.contains("Port Ellery") && !text.contains("ADVERTISEMENT") && !text.contains("Imprint"), "{text}");
    assert!(!text.contains("Über Brücken"), "the title reached the rules: {text}");
    assert_eq!(desk.read("out/b.txt"), text);
    assert_eq!(gunzip(&desk.bytes("out/c.txt.gz")), text);
    assert!(desk.run(&["clean", "-w", "in"]).exits(2).err().contains("-o DIR"));
    desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "out"], "").exits(0);
    assert!(desk.read("out/a.txt").contains("ADVERTISEMENT"), "the text as it was found");
}
