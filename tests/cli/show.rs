//! What is shown of cuts.

use super::desk::*;
use std::process::Command;

#[test]
fn a_patch_applies() {
    let desk = Desk::new();
    let texts = [
        dirty(),
        dirty().trim_end().to_owned(),
        dirty().replace('\n', "\r\n"),
        format!("{PROSE}\nThe quay (Photo: Ellery) at dusk.\n\n{PROSE}\nADVERTISEMENT\nADVERTISEMENT"),
    ];
    for (number, text) in texts.iter().enumerate() {
        desk.write(&format!("in/{number}.txt"), text);
    }
    let patch = desk.run(&["diff", "--format", "patch", "in"]).exits(0).out();
    desk.write("cuts.patch", &patch);
    desk.run(&["clean", "-o", "out", "in"]).exits(0);
    let git = Command::new("git")
        .args(["apply", "--whitespace=nowarn", "cuts.patch"])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    assert!(git.status.success(), "{}\n{patch}", String::from_utf8_lossy(&git.stderr));
    for number in 0..texts.len() {
        assert_eq!(desk.read(&format!("in/{number}.txt")), desk.read(&format!("out/{number}.txt")), "{number}");
    }
    desk.write("a.jsonl", "{\"text\":\"x\"}\n");
    assert!(desk.run(&["diff", "--format", "patch", "a.jsonl"]).exits(2).err().contains("--format json"));
}

#[test]
fn diff_ends_like_gits() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    desk.write("b.txt", PROSE);
    desk.run(&["diff", "a.txt"]).exits(0);
    desk.run(&["diff", "--exit-code", "a.txt"]).exits(1);
    assert_eq!(desk.run(&["diff", "--exit-code", "b.txt"]).exits(0).out(), "1 article: nothing to cut\n");
    let json = desk.run(&["diff", "--format", "json", "a.txt"]).exits(0).out();
    let entry: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(entry["cuts"][0]["rule"], "mine/ad");
    let stat = desk.run(&["diff", "--stat", "a.txt", "b.txt"]).exits(0).out();
    assert!(stat.contains("2        26  mine/ad") && stat.contains("2 articles: 2 cuts in 1"), "{stat}");
}

#[test]
fn colours_follow_the_terminal() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    let plain = desk.run(&["diff", "a.txt"]).exits(0).out();
    assert!(!plain.contains('\u{1b}'), "no colour into a pipe");
    assert!(desk.run(&["diff", "--color", "always", "a.txt"]).exits(0).out().contains("\u{1b}[31m"));
    assert_eq!(desk.run(&["diff", "--color", "never", "a.txt"]).exits(0).out(), plain);
}

#[test]
fn escape_sequences_are_shown_not_obeyed() {
    let desk = Desk::new();
    desk.write("a.txt", format!("{PROSE}\nThe quay \u{1b}[2J\u{9b}31m (Photo: Ellery) at\rdusk.\u{202e}\n"));
    for args in [&["diff", "a.txt"][..], &["explain", "a.txt"]] {
        let out = desk.run(args).exits(0).out();
        assert!(!out.contains(['\u{1b}', '\u{9b}', '\r', '\u{202e}']), "{out:?}");
        assert!(out.contains("␛[2J"), "{out:?}");
    }
}

#[test]
fn explain_names_what_stopped_a_rule() {
    let desk = Desk::new();
    desk.write("when.toml", "[[rule]]\nid = \"early\"\nline = { is = \"advertisement\" }\nwhen = { head = 1 }\n");
    desk.write("a.txt", format!("{PROSE}\nADVERTISEMENT\n"));
    let run = |args: &[&str]| desk.run_bare(&[&["explain", "--no-builtin", "--rules", "when.toml"], args].concat(), "");
    let out = run(&["a.txt:5"]).exits(0).out();
    assert!(
        out.contains("line 5: stays") && out.contains("when/early was near: `when head = 1` does not hold: it is line 3 of 3"),
        "{out}"
    );
    assert_eq!(run(&["a.txt"]).exits(0).out(), out, "without a line, those with something to tell");
    assert!(run(&["a.txt:99"]).exits(2).err().contains("no such line"));
    let out = desk.run(&["explain", "a.txt:5"]).exits(0).out();
    assert!(out.contains("line 5: goes") && out.contains("taken by mine/ad"), "{out}");
}
