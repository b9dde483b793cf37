//! Which rules are used, and the commands about rules.

use super::desk::*;

#[test]
fn hosts_come_from_flags_fields_and_folders() {
    let desk = Desk::new();
    desk.write(
        "site.toml",
        "[pack]\nsites = [\"example.com\"]\n[[rule]]\nid = \"slogan\"\nline = { is = \"ellery reads us\" }\n",
    );
    let text = format!("{PROSE}\nEllery reads us\n");
    desk.write("a.txt", &text);
    desk.write("crawl/news.example.com/a.txt", &text);
    desk.write("crawl/example.org/a.txt", &text);
    let run = |args: &[&str]| desk.run_bare(&[&["clean", "--no-builtin", "--rules", "site.toml"], args].concat(), "").exits(0);
    assert_eq!(run(&["a.txt"]).out(), text, "an unknown host has no site packs");
    assert_eq!(run(&["--host", "www.example.com", "a.txt"]).out(), PROSE);
    assert_eq!(run(&["--host", "notexample.com", "a.txt"]).out(), text);
    assert_eq!(run(&["--url", "https://News.Example.com:443/x", "a.txt"]).out(), PROSE);
    run(&["--host-from", "dir", "-o", "out", "crawl"]);
    assert_eq!(desk.read("out/news.example.com/a.txt"), PROSE);
    assert_eq!(desk.read("out/example.org/a.txt"), text);
    for (field, went) in [
        ("\"url\":\"https://example.com/x\"", true),
        ("\"host\":\"a.example.com\"", true),
        ("\"url\":\"https://example.org\"", false),
        ("\"url\":7", false),
    ] {
        let record = format!("{{{field},\"text\":{}}}\n", serde_json::to_string(&text).unwrap());
        desk.write("r.jsonl", &record);
        assert_eq!(run(&["r.jsonl"]).out() != record, went, "{field}");
    }
}

#[test]
fn titles_and_languages_reach_the_rules() {
    let desk = Desk::new();
    desk.write("t.toml", "[[rule]]\nid = \"again\"\nline = { any = true }\nwhen = { title = true }\nunless = { head = 1 }\n[[rule]]\nid = \"anzeige\"\nlang = [\"de\"]\nconfidence = \"high\"\nline = { is = \"anzeige\" }\n[[rule]]\nid = \"tipp\"\nlang = [\"de\"]\nline = { is = \"tipp\" }\n");
    desk.write("a.txt", format!("Bridge vote\n\n{PROSE}\nBRIDGE VOTE\n\nAnzeige\n"));
    let run = |args: &[&str]| {
        desk.run_bare(&[&["clean", "--no-builtin", "--rules", "t.toml", "a.txt"], args].concat(), "").exits(0).out()
    };
    assert!(run(&["--title", "Bridge vote", "--lang", "en"]).ends_with("\n\nAnzeige\n"));
    assert!(run(&["--lang", "de-AT"]).ends_with("\n\nBRIDGE VOTE\n"));
    assert!(run(&["--title", "Bridge  vote"]).ends_with("it.\n\nAnzeige\n"), "the prose is English");
    desk.write("a.txt", "Anzeige\n\nTipp\n\nToo little to tell a language from, but enough\n");
    assert_eq!(run(&[]), "Tipp\n\nToo little to tell a language from, but enough\n", "the surest rules of all languages");
    assert_eq!(run(&["--lang", "de"]), "Too little to tell a language from, but enough\n");
}

#[test]
fn rules_are_selected_as_ruff_users_expect() {
    let desk = Desk::new();
    desk.write("a.txt", format!("ADVERTISEMENT\n\n{PROSE}\nBy Venn\n\nmaybe: this\n\nThe quay (Photo: Ellery) at dusk.\n"));
    let gone = |args: &[&str]| {
        let out = desk.run(&[&["clean", "a.txt"], args].concat()).exits(0).out();
        ["ADVERT", "By Venn", "maybe", "Photo"].map(|what| !out.contains(what))
    };
    assert_eq!(gone(&[]), [true, false, false, true]);
    assert_eq!(gone(&["--extend-select", "byline"]), [true, true, false, true]);
    assert_eq!(gone(&["--select", "byline,caption"]), [false, true, false, true]);
    assert_eq!(gone(&["--select", "all", "--confidence", "low"]), [true, true, true, true]);
    assert_eq!(gone(&["--ignore", "ad"]), [false, false, false, true]);
    assert_eq!(gone(&["--ignore", "mine"]), [false, false, false, false]);
    assert_eq!(gone(&["--ignore", "mine", "--extend-select", "mine/ad"]), [true, false, false, false]);
    assert_eq!(gone(&["--select", "mine/maybe"]), [false, false, true, false], "named by its id, a rule needs no confidence");
    assert_eq!(gone(&["--confidence", "high"]), [true, false, false, false]);
    let ran = desk.run(&["clean", "--ignore", "mine/add", "a.txt"]).exits(2);
    assert!(ran.err().contains("did you mean `mine/ad`"), "{}", ran.err());
    desk.run(&["clean", "--confidence", "very", "a.txt"]).exits(2);
}

#[test]
fn packs_layer() {
    let desk = Desk::new();
    desk.write("a.txt", format!("{PROSE}\nADVERTISEMENT\n\nfrom the project\n"));
    desk.write("project/rules/site.toml", "[[rule]]\nid = \"own\"\nline = { is = \"from the project\" }\n");
    desk.write("project/dechaff.toml", "rules = [\"./rules\"]\nignore = [\"ad\"]\n");
    desk.write("project/deep/down/x.txt", "x");
    let deep = desk.path("project/deep/down");
    let ran = run_in(&deep, &["clean", "../../../a.txt"], "").exits(0);
    assert_eq!(ran.out(), format!("{PROSE}\nADVERTISEMENT\n"), "found upwards, relative to its file");
    assert_eq!(
        run_in(&deep, &["clean", "--isolated", "../../../a.txt"], "").exits(0).out(),
        format!("{PROSE}\nfrom the project\n")
    );
    let shown = run_in(&deep, &["config", "--rules", "../../../mine.toml"], "").exits(0).out();
    assert!(
        shown.contains("dechaff.toml") && shown.contains("ignore         ad  (file)") && shown.contains("mine.toml  (loaded)"),
        "{shown}"
    );
    desk.write("site.toml", "[pack]\nsites = [\"example.com\"]\ndisable = [\"mine/ad\"]\n");
    let disabled =
        |host: &str| desk.run(&["clean", "--rules", "site.toml", "--host", host, "a.txt"]).exits(0).out().contains("ADVERT");
    assert!(disabled("example.com") && !disabled("example.org"));
    desk.write("project/dechaff.toml", "ignored = [\"ad\"]\n");
    assert!(run_in(&deep, &["clean", "../../../a.txt"], "").exits(2).err().contains("did you mean `ignore`"));
}

#[test]
fn rules_can_be_listed_shown_tested_and_started() {
    let desk = Desk::new();
    let list = desk.run_bare(&["rules", "list", "--no-builtin", "--rules", "mine.toml"], "").exits(0).out();
    assert!(list.contains("mine/ad") && !list.contains("mine/maybe"), "{list}");
    let all = desk.run_bare(&["rules", "list", "--all", "--no-builtin", "--rules", "mine.toml"], "").exits(0).out();
    assert!(all.contains("mine/maybe") && all.contains("(off)"), "{all}");
    let show = desk.run_bare(&["rules", "show", "mine/ad", "--rules", "mine.toml"], "").exits(0).out();
    assert!(
        show.contains("mine.toml:3") && show.contains("line = { is = [\"advertisement\"] }") && !show.contains("maybe"),
        "{show}"
    );
    assert!(desk.run_bare(&["rules", "show", "ad", "--rules", "mine.toml"], "").exits(2).err().contains("mine/ad"));

    desk.run_bare(&["rules", "test", "--no-builtin", "--rules", "mine.toml"], "").exits(0);
    desk.write("bad.toml", "[[rule]]\nid = \"x\"\nline = { starts = \"by\" }\nremoves = [\"Of Venn\"]\nkeeps = [\"By Friday it was over.\"]\ncases = ['''\n  One.\n- Two.\n''']\n");
    let bad = desk.run_bare(&["rules", "test", "--no-builtin", "--rules", "bad.toml"], "").exits(1).out();
    for what in [
        "missing: stays, and must go: Of Venn",
        "noisy: goes, and must stay: By Friday",
        "must go  : Two.",
        "3 failures",
        "bad.toml:2",
    ] {
        assert!(bad.contains(what), "{what}: {bad}");
    }
    let lint = desk.run_bare(&["rules", "lint", "--no-builtin", "--rules", "mine.toml"], "").exits(1).out();
    assert!(lint.contains("mine/maybe") && lint.contains("no examples"), "{lint}");

    let pack = desk.run_bare(&["rules", "new", "--site", "https://www.Example.com/x"], "").exits(0).out();
    desk.write("example.toml", &pack);
    assert!(pack.contains("sites = [\"www.example.com\"]"), "{pack}");
    desk.run_bare(&["rules", "test", "--no-builtin", "--rules", "example.toml"], "").exits(0);
    desk.run_bare(&["rules", "lint", "--no-builtin", "--rules", "example.toml"], "").exits(0);
    desk.run_bare(&["rules", "new", "--site", "nowhere"], "").exits(2);
}

/// Two labelled articles: an ad and a caption that is labelled as content.
fn gold() -> String {
    let text = format!("ADVERTISEMENT\n\n{PROSE}\nBy Venn\n");
    let len = text.chars().count();
    let first = format!(
        r#"{{"id":"one","lang":"en","text":{},"cuts":[[0,13,"ad"],[{},{},"byline"]],"either":[]}}"#,
        serde_json::to_string(&text).unwrap(),
        len - 8,
        len - 1
    );
    let text = format!("Ä – ADVERTISEMENT.\n\n{PROSE}\nThe quay. (Photo: Ellery)\n\nADVERTISEMENT\n\nRelated: Storm\n");
    let at = |what: &str| text[..text.rfind(what).unwrap()].chars().count();
    let (ad, related) = (at("ADVERT"), at("Related"));
    let second = format!(
        r#"{{"id":"two","lang":"de","text":{},"cuts":[[{ad},{},"ad"],[{related},{},"related"]]}}"#,
        serde_json::to_string(&text).unwrap(),
        ad + 13,
        related + 14
    );
    format!("{first}\n{second}\n")
}

#[test]
fn eval_scores_rules_on_labels() {
    let desk = Desk::new();
    desk.write("gold.jsonl", gold());
    let out = desk.run(&["eval", "gold.jsonl", "--wrong"]).exits(0).out();
    let row =
        |name: &str| out.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    // 2 of 3 lines gone; one line lost 14 characters of 386 that are content; byline is kept and counts neither way.
    assert_eq!(row("all"), "all 2 3 0.667 0.667 3.627% 50.0% 50.0%", "{out}");
    assert_eq!(row("en"), "en 1 1 1.000 1.000 0.000% 100.0% 0.0%");
    assert_eq!(row("related"), "related 0 1 0.000");
    assert!(out.contains("0      1  low        mine/credit") && out.contains("two: (Photo: Ellery)"), "{out}");
    let with_byline = desk.run(&["eval", "--extend-select", "byline", "gold.jsonl"]).exits(0).out();
    assert!(with_byline.contains("byline          1      1  1.000"), "{with_byline}");

    desk.write("other.toml", "[[rule]]\nid = \"related\"\nline = { starts = \"related:\" }\n");
    let changes = desk.run(&["eval", "--against", "other.toml", "gold.jsonl"]).exits(0).out();
    assert!(
        changes.contains("+ one: ADVERTISEMENT")
            && changes.contains("- two: Related: Storm")
            && changes.contains("3 lines go now"),
        "{changes}"
    );
    desk.write("then.jsonl", desk.run(&["diff", "--format", "json", "gold.jsonl"]).exits(0).out());
    let same = desk.run(&["eval", "--against", "then.jsonl", "gold.jsonl"]).exits(0).out();
    assert_eq!(same, "0 lines go now and stayed, 0 stay now and went\n");

    let lint =
        desk.run_bare(&["rules", "lint", "--no-builtin", "--rules", "mine.toml", "--gold", "gold.jsonl"], "").exits(1).out();
    assert!(lint.contains("rule `mine/credit`: claims medium confidence, its record supports low"), "{lint}");
    desk.write("broken.jsonl", "{\"text\":\"abc\",\"cuts\":[[1,9,\"ad\"]]}\n");
    assert!(
        desk.run(&["eval", "broken.jsonl"])
            .exits(2)
            .err()
            .contains("broken.jsonl:1: no labelled article: the cut 1..9 is outside")
    );
}

#[test]
fn reach_counts_hosts() {
    let desk = Desk::new();
    let text = serde_json::to_string(&dirty()).unwrap();
    let record = |host: &str| format!("{{\"host\":\"{host}\",\"text\":{text}}}\n");
    desk.write("corpus.jsonl", ["a.com", "b.com", "b.com", "c.com"].map(record).concat());
    let out = desk
        .run_bare(&["rules", "reach", "--no-builtin", "--rules", "mine.toml", "--samples", "2", "corpus.jsonl"], "")
        .exits(0)
        .out();
    assert!(out.contains("     3        4        8  mine/ad\n") && out.contains("a.com: ADVERTISEMENT"), "{out}");
    assert!(out.ends_with("2 rules for any site: 1 on three hosts or more, 1 on none\n"), "{out}");
    let only = desk
        .run_bare(&["rules", "reach", "--no-builtin", "--rules", "mine.toml", "--rule", "mine/credit", "corpus.jsonl"], "")
        .exits(0)
        .out();
    assert!(!only.contains("mine/ad"), "{only}");
}

#[test]
fn rules_have_a_version_that_the_ledger_records() {
    let desk = Desk::new();
    desk.write("a.txt", format!("ADVERTISEMENT\n\n{PROSE}"));
    let version = |rules: &str| {
        let out = desk.run_bare(&["rules", "list", "--version", "--no-builtin", "--rules", rules], "").exits(0).out();
        let (version, packs) = out.split_once('\n').unwrap();
        assert!(packs.len() > 18 && packs.ends_with(&format!("  {rules}\n")) && packs.lines().count() == 1, "{out}");
        let (engine, checksum) = version.split_once('+').unwrap();
        assert!(engine == env!("CARGO_PKG_VERSION") && checksum.len() == 8, "{version}");
        version.to_owned()
    };
    let here = version("mine.toml");
    desk.run(&["clean", "--ledger", "cuts.jsonl", "--report", "report.json", "a.txt"]).exits(0);
    for file in ["cuts.jsonl", "report.json"] {
        let said: serde_json::Value = serde_json::from_str(&desk.read(file)).unwrap();
        assert_eq!(said["version"], *here, "{file}");
    }
    let text = desk.read("mine.toml");
    desk.write("elsewhere/mine.toml", &text);
    assert_eq!(version("elsewhere/mine.toml"), here, "the place of a file is no part of it");
    desk.write("mine.toml", text.replace("advertisement\"", "advertisements\""));
    assert_ne!(version("mine.toml"), here);
}

#[test]
fn the_built_in_rules_hold() {
    let desk = Desk::new();
    desk.run_bare(&["rules", "test", "--isolated"], "").exits(0);
    desk.run_bare(&["rules", "lint", "--isolated"], "").exits(0);
}
