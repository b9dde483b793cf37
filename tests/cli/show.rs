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
        format!("\u{1b}[31mRed\u{1b}[0m\n{}", dirty()),
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

/// Articles of `hosts` hosts, with chaff of two kinds, one far more often than the other.
fn crawl(desk: &Desk, hosts: usize) {
    let mut out = String::new();
    for number in 0..600 {
        let text = match number {
            150 | 450 => format!("{PROSE}\nThe quay (Photo: Ellery) at dusk.\n"),
            _ => dirty(),
        };
        let text = serde_json::to_string(&format!("{text}\nNumber {number}.\n")).unwrap();
        out += &format!("{{\"host\":\"h{}.example\",\"lang\":\"en\",\"text\":{text}}}\n", number * number % hosts);
    }
    out += "{\"text\":\"ADVERTISEMENT\"}\nbroken\n";
    desk.write("crawl.jsonl", out);
}

#[test]
fn a_sample_is_spread_over_rules_and_hosts() {
    let desk = Desk::new();
    crawl(&desk, 7);
    let ran = desk.run(&["diff", "--sample", "6", "crawl.jsonl"]).exits(2).out();
    let heads: Vec<&str> = ran.lines().filter(|line| line.starts_with("crawl.jsonl:")).collect();
    assert_eq!(heads.len(), 6, "{ran}");
    assert_eq!(ran.matches("(Photo: Ellery)").count(), 2, "the rare rule has its share: {ran}");
    assert!(ran.ends_with("601 articles: 1198 cuts in 600, 1 held; 6 of 601 shown\n"), "{ran}");
    let hosts: std::collections::BTreeSet<usize> = heads
        .iter()
        .map(|head| head.split(':').nth(1).unwrap().split(' ').next().unwrap().parse::<usize>().unwrap() - 1)
        .map(|number| number * number % 7)
        .collect();
    assert!(hosts.len() >= 4, "{hosts:?} of the 4 that there are: {ran}");
    for jobs in ["1", "3"] {
        assert_eq!(desk.run(&["diff", "--sample", "6", "-j", jobs, "crawl.jsonl"]).exits(2).out(), ran);
    }
    let json = desk.run(&["diff", "--sample", "3", "--format", "json", "crawl.jsonl"]).exits(2).out();
    assert_eq!(json.lines().count(), 3);
}

#[test]
fn against_shows_only_what_differs() {
    let desk = Desk::new();
    desk.write("a.txt", format!("{PROSE}\nADVERTISEMENT\n\nRead on: Storm\n"));
    desk.write("b.txt", dirty());
    desk.write(
        "other.toml",
        "[[rule]]\nid = \"ads\"\nline = { starts = \"advertisement\" }\n[[rule]]\nid = \"on\"\nline = { starts = \"read on:\" }\n",
    );
    let ran = desk.run(&["diff", "--against", "other.toml", "a.txt", "b.txt"]).exits(0).out();
    assert_eq!(
        ran,
        "a.txt\n   7 + Read on: Storm  ← not any more: other, other/on\n\n2 articles: 1 come out otherwise; 0 lines more go, 1 go no more\n"
    );
    let back = ["diff", "--no-builtin", "--rules", "other.toml", "--against", "mine.toml", "a.txt"];
    let ran = desk.run_bare(&back, "").exits(0).out();
    assert!(ran.contains("   7 - Read on: Storm  ← other, other/on\n") && ran.contains("1 line more go, 0 go no more"), "{ran}");
    assert_eq!(
        desk.run(&["diff", "--exit-code", "--against", "other.toml", "b.txt"]).exits(0).out(),
        "1 article: nothing comes out otherwise\n"
    );
    desk.run(&["diff", "--exit-code", "--against", "other.toml", "a.txt"]).exits(1);
    desk.run(&["diff", "--against", "builtin", "a.txt"]).exits(0);
    desk.run(&["diff", "--against", "missing.toml", "a.txt"]).exits(2);
}

#[test]
fn a_report_counts_a_run() {
    let desk = Desk::new();
    crawl(&desk, 3);
    desk.write("gone.jsonl", [0xff, 0xfe]);
    let args = ["clean", "--check", "--report", "report.json", "crawl.jsonl", "missing.txt"];
    desk.run(&args).exits(2);
    let report: serde_json::Value = serde_json::from_str(&desk.read("report.json")).unwrap();
    for (key, count) in [("articles", 601), ("changed", 600), ("cuts", 1198), ("held", 1), ("bad", 1)] {
        assert_eq!(report[key], count, "{key}");
    }
    assert_eq!(report["characters"], 598 * 26 + 2 * 15);
    assert_eq!(report["categories"]["ad"], serde_json::json!({"cuts": 1196, "characters": 598 * 26, "articles": 598}));
    let rule = &report["rules"]["mine/ad"];
    assert_eq!((&rule["articles"], &rule["category"]), (&598.into(), &"ad".into()));
    assert_eq!(rule["lines"], serde_json::json!([{"text": "ADVERTISEMENT", "cuts": 1196}]));
    assert_eq!(report["hosts"]["h1.example"]["articles"], 400);
    assert_eq!(report["hosts"]["?"], serde_json::json!({"articles": 1, "changed": 0, "cuts": 0, "held": 1}));
    assert_eq!(report["languages"]["en"]["articles"], 600);
    assert_eq!(report["held_articles"][0]["record"], 601);
    assert!(report["held_articles"][0]["reason"].as_str().unwrap().contains("guard allows"));
    assert_eq!((&report["bad_records"][0]["record"], &report["undone"][0]), (&602.into(), &"missing.txt".into()));
    let first = desk.read("report.json");
    desk.run(&[&args[..], &["-j", "1"]].concat()).exits(2);
    assert_eq!(desk.read("report.json"), first, "on any number of threads");
}

#[test]
fn a_diff_may_go_to_a_file() {
    let desk = Desk::new();
    desk.write("in/a.txt", dirty());
    desk.write("in/b.txt", PROSE);
    for args in
        [&["diff", "in"][..], &["diff", "--stat", "in"], &["diff", "--format", "html", "in"], &["diff", "--format", "json", "in"]]
    {
        let shown = desk.run(args).exits(0).out();
        let args = [args, &["-o", "out"]].concat();
        assert_eq!(desk.run(&args).exits(0).out(), "");
        assert_eq!(desk.read("out"), shown, "{args:?}");
    }
    assert!(desk.run(&["diff", "in", "-o", "in/a.txt"]).exits(2).err().contains("name another file"));
    assert_eq!(desk.read("in/a.txt"), dirty());
    desk.run(&["diff", "in", "--color", "always", "-o", "out"]).exits(0);
    assert!(desk.read("out").contains("\u{1b}["));
}

#[test]
fn schemas_are_printed() {
    let desk = Desk::new();
    assert_eq!(desk.run_bare(&["rules", "schema"], "").exits(0).out(), dechaff::RULES_SCHEMA);
    assert_eq!(desk.run_bare(&["config", "--schema"], "").exits(0).out(), dechaff::CONFIG_SCHEMA);
}
