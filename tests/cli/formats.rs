//! Every format and layer, in and out.

use super::desk::*;

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
