//! Rules and texts of strangers: what they hold reaches neither the terminal nor the disk, and no rule
//! file makes a run long, large or end in a panic.

use super::desk::*;
use std::fs;

/// What a terminal would obey: clear the screen, a link, a bell, C1, another line, right to left.
const EVIL: &str = "\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}x\u{9b}31m\r\u{202e}\u{2066}\u{8}\u{7f}";

#[track_caller]
fn shown_not_obeyed(what: &str, text: &str) {
    let obeyed =
        |c: char| c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.contains(obeyed), "{what}: {text:?}");
}

/// As a TOML string.
fn toml(text: &str) -> String {
    let escaped: String = text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
    format!("\"{escaped}\"")
}

#[test]
fn control_characters_are_shown_and_not_obeyed() {
    let desk = Desk::new();
    let text = format!("{EVIL}\n\nADVERTISEMENT {EVIL}\n\nThe quay {EVIL} (photo: {EVIL}) at dusk.\n\n{PROSE}\n");
    let record = serde_json::json!({ "text": text, "host": format!("a{EVIL}.example.com"), "title": EVIL, "url": format!("https://{EVIL}/") });
    desk.write("a.jsonl", format!("{record}\n{{\"text\": \"{EVIL}\", \n"));
    let name = format!("in/{}.txt", EVIL.replace('/', "_"));
    desk.write(&name, &text);
    desk.write(
        "evil.toml",
        format!(
            "[pack]\ntitle = {0}\n[[rule]]\nid = \"ad\"\ndescription = {0}\nline = {{ starts = \"advertisement\" }}\nremoves = [{0}]\nkeeps = [{1}]\n\
             [[rule]]\nid = \"photo\"\nspan = {{ regex = '\\(photo: (?<who>.+)\\)' }}\nkeeps = [{1}]\n",
            toml(EVIL),
            toml(&text.replace('\n', " "))
        ),
    );
    let rules = ["--no-builtin", "--rules", "evil.toml"];
    for command in [
        &["clean", "--check", "a.jsonl", "in"][..],
        &["clean", "--check", "--strict", "a.jsonl"],
        &["diff", "a.jsonl", "in"],
        &["diff", "--stat", "a.jsonl", "in"],
        &["diff", "--against", "evil.toml", "a.jsonl", "in"],
        &["diff", "--against", "builtin", "a.jsonl", "in"],
        &["explain", &name],
        &["rules", "list", "--all"],
        &["rules", "show", "evil/ad"],
        &["rules", "test"],
        &["rules", "lint"],
        &["rules", "reach", "a.jsonl"],
        &["config"],
    ] {
        let verbs = if command[0] == "rules" { 2 } else { 1 };
        let ran = desk.run_bare(&[&command[..verbs], &rules, &command[verbs..]].concat(), "");
        assert!(ran.0.status.code().is_some_and(|code| code <= 2), "{command:?}: {}", ran.err());
        assert!(ran.out().len() + ran.err().len() > 0, "{command:?} has something to say");
        shown_not_obeyed(&format!("{command:?}"), &(ran.out() + &ran.err()));
    }
}

#[test]
fn errors_do_not_hand_on_control_characters() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    let evil = toml(EVIL);
    for (number, rules) in [
        format!("[[rule]]\nid = {evil}\nline = {{ is = \"a\" }}\n"),
        format!("[[rule]]\nid = \"a\"\ncategory = {evil}\nline = {{ is = \"a\" }}\n"),
        format!("[[rule]]\nid = \"a\"\n{evil} = 1\nline = {{ is = \"a\" }}\n"),
        format!("[[rule]]\nid = \"a\"\nline = {{ regex = {} }}\n", toml(&format!("({EVIL}"))),
        format!("[[rule]]\nid = \"a\"\nlang = [{evil}]\nline = {{ is = \"a\" }}\n"),
        format!("[pack]\nsites = [{evil}]\n"),
        format!("[pack]\ndisable = [{evil}]\n[[rule]]\nid = \"a\"\nline = {{ is = \"a\" }}\n"),
        format!("[[rule]]\nid = \"a\"\nlearned = {evil}\nline = {{ is = \"a\" }}\n"),
        format!("[[rule]]\nid = \"a\"\nline = {{ is = \"a\" }}\ncases = [{evil}]\n"),
        format!("[[rule]]\nid = \"a\"\nrepeat = {{ within = {evil}, drop = \"all\", min-chars = 2 }}\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let file = format!("{number}.toml");
        desk.write(&file, rules);
        let ran = desk.run_bare(&["clean", "--no-builtin", "--rules", &file, "a.txt"], "").exits(2);
        assert!(ran.err().contains(&file), "{}", ran.err());
        shown_not_obeyed(&file, &ran.err());
    }
    desk.write("dechaff.toml", format!("ignore = [{evil}]\n"));
    shown_not_obeyed("config", &desk.run_bare(&["clean", "a.txt"], "").exits(2).err());
    fs::remove_file(desk.path("dechaff.toml")).unwrap();
    // A rule's id holds the names of its file and folders.
    let named = format!("packs/{}.toml", EVIL.replace('/', "_"));
    desk.write(&named, "[[rule]]\nid = \"a\"\nline = { is = \"advertisement\" }\n");
    let ran = desk.run_bare(&["diff", "--no-builtin", "--rules", "packs", "a.txt"], "").exits(2);
    assert!(ran.err().contains("control character"), "{}", ran.err());
    shown_not_obeyed("a file's name", &ran.err());
}

#[test]
fn a_rule_file_ends_in_an_error_and_never_in_a_crash() {
    let desk = Desk::new();
    let deep = 100_000;
    let rule = |body: &str| format!("[[rule]]\nid = \"a\"\n{body}\n");
    let long = "a".repeat(1 << 20);
    for (what, text, said) in [
        ("arrays in arrays", format!("a = {}", "[".repeat(deep)), "deep.toml"),
        ("tables in tables", format!("a = {}", "{a=".repeat(deep)), "deep.toml"),
        ("a key of keys", format!("{}a = 1", "a.".repeat(deep)), "deep.toml"),
        ("tables of tables", format!("[{}a]\nb = 1", "a.".repeat(deep)), "deep.toml"),
        ("groups in groups", rule(&format!("line = {{ regex = '{}a{}' }}", "(".repeat(deep), ")".repeat(deep))), "bad regex"),
        ("classes in classes", rule(&format!("line = {{ regex = '{}a{}' }}", "[".repeat(deep), "]".repeat(deep))), "bad regex"),
        ("a count of counts", rule("line = { regex = '(?:a{1000}){1000}' }"), "256 KiB"),
        ("counts of counts of counts", rule("line = { regex = '(?:(?:(?:a{1000}){1000}){1000}){1000}' }"), "256 KiB"),
        ("counts of empty texts", rule("line = { regex = '(?:(?:(?:a?){1000}){1000}){1000}' }"), "256 KiB"),
        ("a count of letters", rule(r"line = { regex = '\w{400}' }"), "256 KiB"),
        ("a count too high", rule("line = { regex = 'a{4294967295}' }"), "regex"),
        ("a long regex", rule(&format!("line = {{ regex = '{long}' }}")), "20000 characters"),
        ("many alternatives", rule(&format!("line = {{ regex = '{}b' }}", "ab|".repeat(300_000))), "20000 characters"),
        ("many heavy regexes", rule(&format!("line = {{ regex = [{}] }}", r"'\w+ \w+', ".repeat(5_000))), "too many"),
        ("one repetition after another", rule(&format!("span = {{ regex = 'a{}' }}", "*".repeat(deep))), "regex"),
        (
            "a block of all lines",
            rule("block = { start = { is = \"a\" }, until = { is = \"b\" }, max-lines = 9223372036854775807 }"),
            "max-lines",
        ),
        (
            "lines above without end",
            rule(
                "block = { start = { is = \"a\" }, take = 1, lead = { lines = 9223372036854775807, max-words = 9223372036854775807 } }",
            ),
            "lead",
        ),
        ("many tables", rule(&format!("line = [{}]", "{is = 'a'}, ".repeat(70_000))), "more than 10000"),
        ("many regexes", rule(&format!("line = {{ regex = [{}] }}", "'a', ".repeat(70_000))), "more than 10000"),
        ("a number too large", rule("run = { min-lines = 99999999999999999999, each = { max-words = 1 } }"), "deep.toml"),
        ("a number below", rule("line = { is = \"a\" }\nwhen = { tail = -1 }"), "deep.toml"),
        ("a share that is none", rule("line = { is = \"a\" }\nwhen = { after = nan }"), "share"),
        ("a long name that is unknown", format!("[pack]\ndisable = [\"{long}\"]\n{}", rule("line = { is = \"a\" }")), "disable"),
        ("an end within", format!("{}\0", rule("line = { is = \"a\" }")), "deep.toml"),
    ] {
        desk.write("deep.toml", text);
        desk.write("a.txt", dirty());
        let ran = desk.run_bare(&["clean", "--no-builtin", "--rules", "deep.toml", "a.txt"], "");
        assert_eq!(ran.0.status.code(), Some(2), "{what}: {:?} {}", ran.0.status, &ran.err()[..ran.err().len().min(500)]);
        assert!(ran.err().contains(said), "{what}: {}", &ran.err()[..ran.err().len().min(500)]);
    }
    // What is odd and valid does no harm.
    for body in [
        "run = { min-lines = 9223372036854775807, each = { max-words = 9223372036854775807 } }",
        "block = { start = { is = \"advertisement\" }, take = 9223372036854775807 }\nwhen = { tail = 2 }",
        "repeat = { within = \"article\", drop = \"all\", min-chars = 9223372036854775807 }",
        "line = { any = true }\nwhen = { head = 9223372036854775807, min-words = 9223372036854775807 }",
    ] {
        desk.write("odd.toml", rule(body));
        desk.run_bare(&["clean", "--no-builtin", "--rules", "odd.toml", "a.txt"], "").exits(0);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_of_rules_is_read_once_and_to_its_end() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    desk.write("packs/deep/ad.toml", "[[rule]]\nid = \"a\"\nline = { is = \"advertisement\" }\n");
    // Links back would be followed for longer than the machine stands.
    for name in ["one", "two", "three"] {
        symlink(desk.path("packs"), desk.path(&format!("packs/deep/{name}"))).unwrap();
    }
    assert_eq!(desk.run_bare(&["clean", "--no-builtin", "--rules", "packs", "a.txt"], "").exits(0).out(), PROSE);
    symlink("/dev/zero", desk.path("packs/zero.toml")).unwrap();
    assert_eq!(desk.run_bare(&["clean", "--no-builtin", "--rules", "packs", "a.txt"], "").exits(0).out(), PROSE);
    desk.write("packs/large.toml", "#".repeat((16 << 20) + 1));
    assert!(desk.run_bare(&["clean", "--no-builtin", "--rules", "packs", "a.txt"], "").exits(2).err().contains("16 MiB"));
}

#[test]
fn a_ledger_that_was_tampered_with_gives_nothing_back() {
    let desk = Desk::new();
    let record = serde_json::json!({ "text": dirty() }).to_string() + "\n";
    desk.write("a.jsonl", &record);
    desk.run(&["clean", "-w", "--ledger", "led", "a.jsonl"]).exits(0);
    let (cleaned, ledger) = (desk.read("a.jsonl"), desk.read("led"));
    let restored = |ledger: &serde_json::Value| {
        desk.write("led", format!("{ledger}\n"));
        desk.write("a.jsonl", &cleaned);
        desk.run_bare(&["restore", "-w", "--ledger", "led", "a.jsonl"], "")
    };
    let entry: serde_json::Value = serde_json::from_str(ledger.trim()).unwrap();
    restored(&entry).exits(0);
    assert_eq!(desk.read("a.jsonl"), record);
    for (key, value) in [
        ("end", serde_json::json!(0)),
        ("end", serde_json::json!(u64::MAX)),
        ("start", serde_json::json!(u64::MAX)),
        ("start", serde_json::json!(1)),
        ("text", serde_json::json!("")),
        ("json", serde_json::json!("\",\"evil\":\"")),
        ("json", serde_json::json!("\\")),
    ] {
        for cut in 0..2 {
            let mut entry = entry.clone();
            entry["cuts"][cut][key] = value.clone();
            let ran = restored(&entry).exits(2);
            assert!(ran.err().contains("a.jsonl") && !ran.err().contains("panicked"), "{key}: {}", ran.err());
            assert_eq!(desk.read("a.jsonl"), cleaned, "{key} = {value}");
        }
    }
}
