//! The binary through every command, group of flags and exit code.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

const PROSE: &str = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.\n\n\
    Nobody had expected a vote, yet by nightfall eleven of the fifteen members had raised their hands for it.\n";

/// A folder to work in, with a pack of its own so that no built-in rule decides a test.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk { folder: TempDir::new().unwrap() };
        desk.write(
            "mine.toml",
            r#"
            [[rule]]
            id = "ad"
            category = "ad"
            confidence = "high"
            description = "An ad marker."
            line = { is = ["advertisement"] }
            removes = ["ADVERTISEMENT"]
            keeps = ["Advertisement spending rose."]

            [[rule]]
            id = "maybe"
            category = "related"
            confidence = "low"
            line = { starts = ["maybe:"] }

            [[rule]]
            id = "by"
            category = "byline"
            line = { regex = 'By (?<author>[A-Z][a-z]+)', case = "exact" }

            [[rule]]
            id = "credit"
            category = "caption"
            span = { contains = ["(photo: ellery)"] }
            "#,
        );
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the binary with only the desk's rules.
    fn run(&self, args: &[&str]) -> Ran {
        let mut all = vec![args[0], "--no-builtin", "--rules", "mine.toml"];
        all.extend(&args[1..]);
        self.run_bare(&all, "")
    }

    fn run_bare(&self, args: &[&str], stdin: &str) -> Ran {
        run_in(self.folder.path(), args, stdin)
    }
}

fn run_in(folder: &Path, args: &[&str], stdin: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dechaff"))
        .args(args)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command may end without reading.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    Ran(child.wait_with_output().unwrap())
}

struct Ran(Output);

impl Ran {
    #[track_caller]
    fn exits(self, code: i32) -> Ran {
        assert_eq!(self.0.status.code(), Some(code), "stdout: {}\nstderr: {}", self.out(), self.err());
        self
    }

    fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }
}

fn dirty() -> String {
    format!("ADVERTISEMENT\n\n{PROSE}\nADVERTISEMENT\n")
}

#[test]
fn cleans_a_file_to_stdout_and_stdin_too() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    assert_eq!(desk.run(&["clean", "a.txt"]).exits(0).out(), PROSE);
    for dash in [&["clean", "--no-builtin", "--rules", "mine.toml", "-"][..], &["clean", "--no-builtin", "--rules", "mine.toml"]]
    {
        assert_eq!(desk.run_bare(dash, &dirty()).exits(0).out(), PROSE);
    }
    assert_eq!(desk.read("a.txt"), dirty(), "nothing is written unless asked for");
}

#[test]
fn several_articles_do_not_run_together_on_stdout() {
    let desk = Desk::new();
    desk.write("in/a.txt", dirty());
    desk.write("in/b.txt", dirty());
    let ran = desk.run(&["clean", "in"]).exits(2);
    assert!(ran.out().is_empty() && ran.err().contains("-o DIR"), "{}", ran.err());
}

#[cfg(unix)]
#[test]
fn in_place_touches_only_what_changes() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let desk = Desk::new();
    desk.write("in/dirty.txt", dirty());
    desk.write("in/clean.txt", PROSE);
    desk.write("in/records.jsonl", "{\"text\":\"nothing\"}\n");
    fs::set_permissions(desk.path("in/dirty.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    let before = |name: &str| fs::metadata(desk.path(name)).unwrap();
    let untouched: Vec<_> = ["in/clean.txt", "in/records.jsonl"].map(|name| (name, before(name))).into();
    desk.run(&["clean", "-w", "in"]).exits(0);
    assert_eq!(desk.read("in/dirty.txt"), PROSE);
    assert_eq!(before("in/dirty.txt").permissions().mode() & 0o777, 0o640);
    for (name, old) in untouched {
        let new = before(name);
        assert_eq!((new.ino(), new.mtime_nsec(), new.mode()), (old.ino(), old.mtime_nsec(), old.mode()), "{name}");
    }
    assert_eq!(fs::read_dir(desk.path("in")).unwrap().count(), 3, "no draft is left behind");
    desk.run(&["clean", "-w", "-"]).exits(2);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let desk = Desk::new();
    desk.write("real.txt", dirty());
    std::os::unix::fs::symlink(desk.path("real.txt"), desk.path("link.txt")).unwrap();
    desk.run(&["clean", "-w", "link.txt"]).exits(0);
    assert!(fs::symlink_metadata(desk.path("link.txt")).unwrap().is_symlink());
    assert_eq!(desk.read("real.txt"), PROSE);
}

#[test]
fn a_folder_mirrors_the_tree() {
    let desk = Desk::new();
    desk.write("in/x/a.txt", dirty());
    desk.write("in/b.text", PROSE);
    desk.write("in/picture.png", [0xff, 0xd8]);
    desk.write("in/.hidden.txt", dirty());
    desk.run(&["clean", "-o", "out", "in"]).exits(0);
    assert_eq!(desk.read("out/x/a.txt"), PROSE);
    assert_eq!(desk.read("out/b.text"), PROSE);
    assert!(!desk.path("out/picture.png").exists() && !desk.path("out/.hidden.txt").exists());
    let ran = desk.run(&["clean", "-o", "in", "in"]).exits(2);
    assert!(ran.err().contains("would overwrite"), "{}", ran.err());
    desk.write("other/b.text", PROSE);
    let ran = desk.run(&["clean", "-o", "out2", "in/b.text", "other/b.text"]).exits(2);
    assert!(ran.err().contains("would both become"), "{}", ran.err());
    assert!(!desk.path("out2").exists());
}

#[test]
fn restore_puts_everything_back() {
    let desk = Desk::new();
    let crlf = dirty().replace('\n', "\r\n");
    let bom = format!("\u{feff}{}", dirty().trim_end());
    for (name, text) in
        [("in/a.txt", dirty()), ("in/crlf.txt", crlf.clone()), ("in/bom.txt", bom.clone()), ("in/clean.txt", PROSE.into())]
    {
        desk.write(name, text);
    }
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "in"]).exits(0);
    assert_eq!(desk.read("in/crlf.txt"), PROSE.replace('\n', "\r\n"));
    assert_eq!(desk.read("in/bom.txt"), format!("\u{feff}{}", PROSE.trim_end()));
    // A second run finds nothing and loses nothing of the ledger.
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "in"]).exits(0);
    desk.run_bare(&["restore", "-o", "back", "--ledger", "cuts.jsonl", "in"], "").exits(0);
    let ran = desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "in"], "").exits(0);
    for folder in ["in", "back"] {
        assert_eq!(desk.read(&format!("{folder}/a.txt")), dirty());
        assert_eq!(desk.read(&format!("{folder}/crlf.txt")), crlf);
        assert_eq!(desk.read(&format!("{folder}/bom.txt")), bom);
        assert_eq!(desk.read(&format!("{folder}/clean.txt")), PROSE);
    }
    assert!(ran.err().contains("clean.txt: left as it is"), "it reads like what is left of a.txt: {}", ran.err());
    // Restoring what stands restored changes nothing.
    desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "in"], "").exits(0);
    assert_eq!(desk.read("in/a.txt"), dirty());
}

#[test]
fn restore_refuses_what_was_changed_since() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    desk.write("b.txt", format!("{}More.\n", dirty()));
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "a.txt", "b.txt"]).exits(0);
    desk.write("a.txt", format!("{PROSE}Another line.\n"));
    let ran = desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "a.txt", "b.txt"], "").exits(2);
    assert!(ran.err().contains("a.txt") && ran.err().contains("changed since"), "{}", ran.err());
    assert_eq!(desk.read("a.txt"), format!("{PROSE}Another line.\n"));
    assert!(desk.read("b.txt").starts_with("ADVERTISEMENT"), "the others are done");
    desk.write("cuts.jsonl", "{\"path\": 3}\n");
    assert!(desk.run_bare(&["restore", "--ledger", "cuts.jsonl", "a.txt"], "").exits(2).err().contains("cuts.jsonl:1"));
}

#[test]
fn a_ledger_cut_short_still_restores_the_rest() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "a.txt"]).exits(0);
    let whole = desk.read("cuts.jsonl");
    desk.write("cuts.jsonl", format!("{whole}{}", &whole[..whole.len() / 2]));
    desk.write("b.txt", format!("{}End.\n", dirty()));
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "b.txt"]).exits(0);
    desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "a.txt", "b.txt"], "").exits(0);
    assert_eq!(desk.read("a.txt"), dirty());
    assert_eq!(desk.read("b.txt"), format!("{}End.\n", dirty()));
}

#[test]
fn check_reports_and_writes_nothing() {
    let desk = Desk::new();
    desk.write("in/a.txt", dirty());
    desk.write("in/b.txt", PROSE);
    let ran = desk.run(&["clean", "--check", "in"]).exits(1);
    assert_eq!(ran.out(), "in/a.txt: 2 cuts\n");
    assert_eq!(desk.read("in/a.txt"), dirty());
    desk.run(&["clean", "--check", "in/b.txt"]).exits(0);
    desk.run(&["clean", "--check", "-w", "in"]).exits(2);
}

#[test]
fn a_held_article_is_left_and_named() {
    let desk = Desk::new();
    desk.write("a.txt", "ADVERTISEMENT\n\nShort.\n");
    let ran = desk.run(&["clean", "a.txt"]).exits(0);
    assert_eq!(ran.out(), "ADVERTISEMENT\n\nShort.\n");
    assert!(ran.err().contains("a.txt: held") && ran.err().contains("guard allows 60 %"), "{}", ran.err());
    desk.run(&["clean", "--strict", "a.txt"]).exits(2);
    assert!(desk.run(&["diff", "a.txt"]).exits(0).out().contains("held, nothing is cut"));
    desk.run(&["diff", "--exit-code", "a.txt"]).exits(0);
    desk.write("dechaff.toml", "[guard]\nmax-cut = 1\nmin-left = 0\n");
    assert_eq!(desk.run(&["clean", "a.txt"]).exits(0).out(), "Short.\n");
    desk.run(&["clean", "--isolated", "--strict", "a.txt"]).exits(2);
}

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
    desk.write("t.toml", "[[rule]]\nid = \"again\"\nline = { any = true }\nwhen = { title = true }\nunless = { head = 1 }\n[[rule]]\nid = \"anzeige\"\nlang = [\"de\"]\nline = { is = \"anzeige\" }\n");
    desk.write("a.txt", format!("Bridge vote\n\n{PROSE}\nBRIDGE VOTE\n\nAnzeige\n"));
    let run = |args: &[&str]| {
        desk.run_bare(&[&["clean", "--no-builtin", "--rules", "t.toml", "a.txt"], args].concat(), "").exits(0).out()
    };
    assert!(run(&["--title", "Bridge vote", "--lang", "en"]).ends_with("\n\nAnzeige\n"));
    assert!(run(&["--lang", "de-AT"]).ends_with("\n\nBRIDGE VOTE\n"));
    assert!(run(&["--title", "Bridge  vote"]).ends_with("it.\n\nAnzeige\n"), "the prose is English");
    desk.write("a.txt", "Anzeige\n\nToo little to tell a language from, but enough\n");
    assert_eq!(run(&[]), "Too little to tell a language from, but enough\n", "rules of all languages are used");
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
fn the_built_in_rules_hold() {
    let desk = Desk::new();
    desk.run_bare(&["rules", "test", "--isolated"], "").exits(0);
    desk.run_bare(&["rules", "lint", "--isolated"], "").exits(0);
}

#[test]
fn trouble_with_one_file_spares_the_others() {
    let desk = Desk::new();
    desk.write("in/a.txt", dirty());
    desk.write("in/latin.txt", [b'c', b'a', b'f', 0xe9, b'\n']);
    let ran = desk.run(&["clean", "-w", "in", "missing.txt"]).exits(2);
    assert!(
        ran.err().contains("in/latin.txt: not UTF-8 (byte 3)") && ran.err().contains("missing.txt: cannot be read"),
        "{}",
        ran.err()
    );
    assert_eq!(desk.read("in/a.txt"), PROSE);
    assert_eq!(fs::read(desk.path("in/latin.txt")).unwrap(), [b'c', b'a', b'f', 0xe9, b'\n']);
}

#[test]
fn a_bad_rule_stops_the_run_before_the_first_write() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    desk.write("bad.toml", "[[rule]]\nid = \"x\"\nline = { regex = '(' }\n");
    let ran = desk.run(&["clean", "-w", "--rules", "bad.toml", "a.txt"]).exits(2);
    assert!(ran.err().starts_with("dechaff: bad.toml:3: rule `x`: bad regex"), "{}", ran.err());
    assert_eq!(desk.read("a.txt"), dirty());
}

#[test]
fn wrong_usage_says_so() {
    let desk = Desk::new();
    for args in
        [&["clen"][..], &["clean", "--ouput", "x"], &["diff", "--format", "xml"], &["clean", "--host", "a.b", "--url", "c"], &[]]
    {
        let ran = desk.run_bare(args, "").exits(2);
        assert!(ran.out().is_empty() && ran.err().contains("--help"), "{args:?}: {}", ran.err());
    }
    fs::create_dir(desk.path("empty")).unwrap();
    assert!(desk.run(&["clean", "-w", "empty"]).exits(2).err().contains("--input-format"));
}

#[test]
fn help_completions_and_man_page() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(desk.run_bare(&["completions", shell], "").exits(0).out().contains("dechaff"), "{shell}");
    }
    assert!(desk.run_bare(&["man"], "").exits(0).out().contains(".TH"));
    for command in ["clean", "diff", "restore", "explain", "rules", "config"] {
        assert!(desk.run_bare(&[command, "--help"], "").exits(0).out().contains("Usage:"), "{command}");
    }
    assert!(desk.run_bare(&["--version"], "").exits(0).out().starts_with("dechaff "));
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let desk = Desk::new();
    let record = format!("{{\"text\":{}}}\n", serde_json::to_string(&dirty()).unwrap());
    desk.write("a.jsonl", record.repeat(20_000));
    let mut child = Command::new(env!("CARGO_BIN_EXE_dechaff"))
        .args(["clean", "--no-builtin", "--rules", "mine.toml", "a.jsonl"])
        .current_dir(desk.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
