//! Parquet, in and out.

use super::desk::*;
use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, Int64Type},
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties},
        reader::{FileReader, SerializedFileReader},
        writer::SerializedFileWriter,
    },
    record::{Field, Row, RowAccessor},
    schema::{parser::parse_message_type, types::ColumnPath},
};
use std::{fs::File, sync::Arc};

const SCHEMA: &str = "message articles {
    REQUIRED INT64 id;
    OPTIONAL BYTE_ARRAY body (UTF8);
    OPTIONAL BYTE_ARRAY url (UTF8);
    REPEATED BYTE_ARRAY tags (UTF8);
}";

/// Two row groups of texts, some missing.
fn table(desk: &Desk, name: &str, groups: &[Vec<Option<String>>]) {
    desk.write(name, "");
    let path = |name: &str| ColumnPath::from(name);
    let properties = WriterProperties::builder()
        .set_created_by("some crawler".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("made".to_owned(), "by hand".to_owned())]))
        .set_compression(Compression::SNAPPY)
        .set_column_compression(path("body"), Compression::ZSTD(Default::default()))
        .set_column_dictionary_enabled(path("body"), false)
        .set_column_statistics_enabled(path("body"), EnabledStatistics::None)
        .set_column_bloom_filter_enabled(path("url"), true);
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let file = File::create(desk.path(name)).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).unwrap();
    for texts in groups {
        let mut group = writer.next_row_group().unwrap();
        let ids: Vec<i64> = (0..texts.len() as i64).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
        column.close().unwrap();
        let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
        let values: Vec<ByteArray> = texts.iter().flatten().map(|text| text.as_str().into()).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).unwrap();
        column.close().unwrap();
        let urls: Vec<ByteArray> = ids.iter().map(|id| format!("https://example.com/{id}").as_str().into()).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&urls, Some(&vec![1; urls.len()]), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let tags: Vec<ByteArray> = ids.iter().flat_map(|_| ["a".into(), "b".into()]).collect();
        column.typed::<ByteArrayType>().write_batch(&tags, Some(&vec![1; tags.len()]), Some(&[0, 1].repeat(ids.len()))).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
}

fn open(desk: &Desk, name: &str) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(desk.path(name)).unwrap()).unwrap()
}

fn texts(desk: &Desk, name: &str) -> Vec<Option<String>> {
    let rows = open(desk, name).into_iter().map(Result::unwrap);
    rows.map(|row| row.get_string(1).ok().cloned()).collect()
}

/// The bytes of every column of a row group but the texts.
fn others(desk: &Desk, name: &str) -> Vec<Vec<u8>> {
    let (file, bytes) = (open(desk, name), desk.bytes(name));
    let groups = file.metadata().row_groups().iter();
    let columns = groups.flat_map(|group| group.columns().iter().filter(|column| column.column_path().string() != "body"));
    columns
        .map(|column| {
            let (start, len) = column.byte_range();
            bytes[start as usize..(start + len) as usize].to_vec()
        })
        .collect()
}

#[test]
fn a_column_is_rewritten_and_the_others_stay() {
    let desk = Desk::new();
    let numbered = |text: &str, number: usize| Some(format!("{text}\nNumber {number}.\n"));
    let groups = |text: &str| -> Vec<Vec<Option<String>>> {
        let group = |from: usize| (from..from + 5_000).map(|at| if at % 7 == 3 { None } else { numbered(text, at) }).collect();
        vec![group(0), group(5_000)]
    };
    table(&desk, "in/a.parquet", &groups(&dirty()));
    let flags = ["--text-field", "body"];
    desk.run(&[&["clean", "-o", "out", "--ledger", "cuts.jsonl", "in"], &flags[..]].concat()).exits(0);
    assert_eq!(texts(&desk, "out/a.parquet"), groups(PROSE).concat());
    assert_eq!(others(&desk, "out/a.parquet"), others(&desk, "in/a.parquet"));
    let (before, after) = (open(&desk, "in/a.parquet"), open(&desk, "out/a.parquet"));
    let (before, after) = (before.metadata(), after.metadata());
    assert_eq!(after.file_metadata().key_value_metadata(), before.file_metadata().key_value_metadata());
    assert_eq!(after.file_metadata().created_by(), Some("some crawler"));
    assert_eq!(after.file_metadata().schema(), before.file_metadata().schema());
    for (before, after) in before.row_groups().iter().zip(after.row_groups()) {
        assert_eq!(before.num_rows(), after.num_rows());
        for (before, after) in before.columns().iter().zip(after.columns()) {
            let facts = |column: &parquet::file::metadata::ColumnChunkMetaData| {
                (column.compression_codec(), *column.encodings_mask(), column.bloom_filter_offset().is_some())
            };
            assert_eq!(facts(before), facts(after));
            assert_eq!(before.statistics().is_some(), after.statistics().is_some());
        }
    }
    desk.run_bare(&[&["restore", "-o", "back", "--ledger", "cuts.jsonl", "out"], &flags[..]].concat(), "").exits(0);
    assert_eq!(texts(&desk, "back/a.parquet"), groups(&dirty()).concat());
    let old = desk.bytes("out/a.parquet");
    desk.run(&[&["clean", "-w", "out"], &flags[..]].concat()).exits(0);
    assert_eq!(desk.bytes("out/a.parquet"), old, "nothing to cut, nothing written");
}

#[test]
fn tables_that_cannot_be_done_are_left() {
    let desk = Desk::new();
    table(&desk, "in/a.parquet", &[vec![Some(dirty())]]);
    desk.write("in/b.parquet", "PAR1 and no more");
    desk.write("in/c.txt", dirty());
    let ran = desk.run(&["clean", "-o", "out", "in"]).exits(2);
    assert!(
        ran.err().contains("no column `text` at the top of the table") && ran.err().contains("id, body, url, tags"),
        "{}",
        ran.err()
    );
    assert!(ran.err().contains("b.parquet: cannot be read"), "{}", ran.err());
    assert_eq!(desk.read("out/c.txt"), PROSE);
    assert!(desk.run(&["clean", "in/a.parquet"]).exits(2).err().contains("-o DIR or -w"));
    let ran = desk.run(&["clean", "-o", "out", "--text-field", "id", "in/a.parquet"]).exits(2);
    assert!(ran.err().contains("holds no texts"), "{}", ran.err());
    assert!(!desk.names("out").iter().any(|name| name.contains("parquet")), "{:?}", desk.names("out"));
}

#[test]
fn columns_of_a_table_reach_the_rules() {
    let desk = Desk::new();
    desk.write(
        "site.toml",
        "[pack]\nsites = [\"example.com\"]\n[[rule]]\nid = \"slogan\"\nline = { is = \"ellery reads us\" }\n",
    );
    table(&desk, "a.parquet", &[vec![Some(format!("{PROSE}\nEllery reads us\n"))]]);
    let args = ["--no-builtin", "--rules", "site.toml", "--text-field", "body", "a.parquet"];
    desk.run_bare(&[&["clean", "-o", "out"], &args[..]].concat(), "").exits(0);
    assert_eq!(texts(&desk, "out/a.parquet"), [Some(PROSE.to_owned())]);
}

#[test]
fn a_ledger_can_be_a_table() {
    let desk = Desk::new();
    desk.write("in/a.txt", dirty());
    desk.write("in/b.txt", "ADVERTISEMENT\n\nShort.\n");
    desk.write("in/c.jsonl", format!("{{\"text\":{}}}\n", serde_json::to_string(&dirty()).unwrap().replace('A', "\\u0041")));
    let by = format!("By Venn\n\n{}", dirty());
    desk.write("in/d.txt", &by);
    let flags = ["--extend-select", "byline", "--ledger"];
    desk.run(&[&["clean", "-o", "one"], &flags[..], &["cuts.jsonl", "in"]].concat()).exits(0);
    desk.run(&[&["clean", "-o", "two"], &flags[..], &["cuts.parquet", "in/a.txt", "in/b.txt"]].concat()).exits(0);
    desk.run(&[&["clean", "-o", "three"], &flags[..], &["cuts.parquet", "in/c.jsonl", "in/d.txt"]].concat()).exits(0);
    assert!(!desk.path("cuts.parquet.jsonl").exists());
    let lines: Vec<serde_json::Value> = desk.read("cuts.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let cuts: Vec<&serde_json::Value> = lines.iter().flat_map(|line| line["cuts"].as_array().unwrap()).collect();
    let rows: Vec<_> = open(&desk, "cuts.parquet").into_iter().map(Result::unwrap).collect();
    assert_eq!(rows.len(), cuts.len() + 1, "and one for what was held");
    let text = |row: &Row| match row.get_column_iter().find(|(name, _)| *name == "text") {
        Some((_, Field::Str(text))) => Some(text.clone()),
        _ => None,
    };
    let texts: Vec<String> = rows.iter().filter_map(text).collect();
    assert_eq!(texts, cuts.iter().map(|cut| cut["text"].as_str().unwrap()).collect::<Vec<_>>());
    for folder in ["two", "three"] {
        desk.run_bare(&["restore", "-o", "back", "--ledger", "cuts.parquet", folder], "").exits(0);
    }
    for name in ["a.txt", "b.txt", "c.jsonl", "d.txt"] {
        assert_eq!(desk.read(&format!("back/{name}")), desk.read(&format!("in/{name}")), "{name}");
    }
    desk.write("bad.parquet", "PAR1");
    assert!(
        desk.run_bare(&["restore", "--ledger", "bad.parquet", "one/a.txt"], "")
            .exits(2)
            .err()
            .contains("the ledger cannot be read")
    );
}
