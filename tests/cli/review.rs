//! `review` through a pseudo-terminal, as a person sees it.

use super::desk::*;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::{
    io::{Read, Write},
    num::NonZeroU16,
    path::Path,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

/// What ends the drawing of a screen.
const DRAWN: &[u8] = b"\x1b[?2026l";

/// The binary on a terminal.
struct Terminal {
    screen: vt100::Parser,
    bytes: Receiver<Vec<u8>>,
    /// All that was written so far.
    seen: Vec<u8>,
    keys: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

fn number(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

impl Terminal {
    fn start(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Terminal {
        Terminal::begin(folder, args, env, false)
    }

    /// Starts it, `deaf` to hang-ups or not.
    fn begin(folder: &Path, args: &[&str], env: &[(&str, &str)], deaf: bool) -> Terminal {
        let pair = native_pty_system().openpty(size(80, 24)).unwrap();
        let mut command = CommandBuilder::new(if deaf { "sh" } else { env!("CARGO_BIN_EXE_dechaff") });
        if deaf {
            command.args(["-c", "trap '' HUP; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_dechaff")]);
        }
        command.args(["review", "--no-builtin", "--rules", "mine.toml"]);
        command.args(args);
        command.cwd(folder);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        env.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read) = reader.read(&mut buffer) {
                if read == 0 || send.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Terminal {
            screen: vt100::Parser::new(number(24), number(80), 0),
            bytes,
            seen: Vec::new(),
            keys,
            master: pair.master,
            child,
        }
    }

    /// Waits until the screen says something, and is drawn to its end.
    #[track_caller]
    fn shows(&mut self, text: &str) -> String {
        let start = Instant::now();
        loop {
            let contents = self.screen.screen().contents();
            if contents.contains(text) && self.seen.ends_with(DRAWN) {
                return contents;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{text:?} never came:\n{contents}");
            if let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(100)) {
                self.screen.process(&bytes);
                self.seen.extend(bytes);
            }
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn resize(&mut self, cols: u16, rows: u16) {
        self.master.resize(size(cols, rows)).unwrap();
        self.screen.screen_mut().set_size(number(rows), number(cols));
    }

    #[track_caller]
    fn ends(mut self) -> (u32, String) {
        let status = self.child.wait().unwrap();
        drop(self.keys);
        drop(self.master);
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_secs(5)) {
            self.seen.extend(bytes);
        }
        (status.exit_code(), String::from_utf8_lossy(&self.seen).into_owned())
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    let record = |host: &str, text: String| serde_json::json!({ "host": host, "text": text }).to_string() + "\n";
    let articles = [
        record("example.com", format!("Bridge vote\n\nADVERTISEMENT\n\n{PROSE}\nEllery reads us\n")),
        record(
            "example.com",
            format!("Quay\n\n{PROSE}\nThe quay (photo: Ellery) at dusk.\n\nAdvertisement\n\nEllery reads us\n"),
        ),
        record("example.org", format!("{PROSE}\nADVERTISEMENT\n")),
    ];
    desk.write("a.jsonl", articles.concat());
    desk
}

#[test]
fn a_refusal_and_a_mark_become_rules() {
    let desk = desk();
    let mut terminal = Terminal::start(desk.folder.path(), &["a.jsonl"], &[]);
    let first = terminal.shows("1 of 4 cuts");
    assert!(first.contains("a.jsonl:1 · example.com"), "{first}");
    assert!(first.contains("> 3 - ADVERTISEMENT") || first.contains(">3 - ADVERTISEMENT"), "{first}");
    assert!(first.contains("ad, mine/ad · high"), "{first}");
    assert!(first.contains("r refuse") && first.contains("q finish"), "{first}");
    terminal.press("r");
    terminal.shows("2 of 4 cuts");
    terminal.press("m");
    terminal.shows("Which line is chaff?");
    terminal.press("jjjjjjjj\r");
    let names = terminal.shows("What is it?");
    assert!(names.contains("g nav"), "{names}");
    terminal.press("g");
    terminal.shows("1 marked");
    terminal.press("a");
    terminal.shows("3 of 4 cuts");
    terminal.press("b");
    terminal.shows("2 of 4 cuts");
    terminal.press("q");
    let summary = terminal.shows("What would be written");
    assert!(summary.contains("3 articles, 2 come out otherwise: 2 lines more go, 2 stay"), "{summary}");
    assert!(summary.contains("rules/example.com.toml (new)"), "{summary}");
    terminal.press("w");
    let (code, out) = terminal.ends();
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("--rules rules"), "{out}");
    let rules = desk.read("rules/example.com.toml");
    assert!(rules.contains("disable = [\"mine/ad\"]"), "{rules}");
    assert!(rules.contains("unless = { is = [\"ADVERTISEMENT\"] }"), "{rules}");
    assert!(rules.contains("line = { is = \"Ellery reads us\" }"), "{rules}");
    let cleaned = desk.run(&["clean", "--rules", "rules", "a.jsonl"]).exits(0).out();
    let lines: Vec<&str> = cleaned.lines().collect();
    assert!(lines[0].contains("ADVERTISEMENT") && !lines[0].contains("Ellery reads us"), "{cleaned}");
    assert!(lines[1].contains("Advertisement") && !lines[1].contains("photo"), "{cleaned}");
    assert!(!lines[2].contains("ADVERTISEMENT"), "elsewhere nothing changed: {cleaned}");
}

#[test]
fn all_of_a_rule_and_all_on_a_host() {
    let desk = desk();
    let mut terminal = Terminal::start(desk.folder.path(), &["a.jsonl"], &[("NO_COLOR", "1")]);
    terminal.shows("1 of 4 cuts");
    terminal.press("R");
    terminal.shows("2 of 4 cuts");
    terminal.press("h");
    terminal.shows("What would be written");
    terminal.press("w");
    let (code, out) = terminal.ends();
    assert_eq!(code, 0, "{out}");
    let sequences = out.split("\u{1b}[").skip(1).map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';'));
    assert!(sequences.clone().count() > 0 && !sequences.clone().any(|rest| rest.starts_with('m')), "no colours: {out:?}");
    assert_eq!(desk.read("dechaff.toml"), "ignore = [\"mine/ad\"]\n");
    let cleaned = desk.run(&["clean", "a.jsonl"]).exits(0).out();
    assert_eq!(cleaned.matches("ADVERTISEMENT").count(), 2);
    assert!(!cleaned.contains("photo"));
}

#[test]
fn a_small_screen_and_one_that_changes() {
    let desk = desk();
    let mut terminal = Terminal::start(desk.folder.path(), &["a.jsonl"], &[]);
    terminal.shows("1 of 4 cuts");
    terminal.resize(40, 12);
    terminal.press("a");
    let small = terminal.shows("2 of 4 cuts");
    assert!(small.contains("caption, mine/credit") && small.contains("q finish"), "{small}");
    terminal.resize(100, 40);
    let large = terminal.shows("m mark a line   e edit");
    assert!(large.contains("[-(photo: Ellery)"), "{large}");
    terminal.press("q");
    let (code, _) = terminal.ends();
    assert_eq!(code, 0);
    assert!(!desk.path("rules").exists(), "nothing was refused, nothing is written");
}

/// A window drawn larger by hand changes its size many times, and keys come meanwhile.
#[test]
fn no_key_is_lost_while_the_size_changes() {
    let desk = desk();
    let mut terminal = Terminal::start(desk.folder.path(), &["a.jsonl"], &[]);
    terminal.shows("1 of 4 cuts");
    for round in 0..100 {
        terminal.resize(60 + round % 2, 20);
        let (key, cut) = if round % 2 == 0 { ("a", "2 of 4 cuts") } else { ("b", "1 of 4 cuts") };
        terminal.press(key);
        terminal.shows(cut);
    }
    terminal.press("q");
    assert_eq!(terminal.ends().0, 0);
}

#[test]
fn a_refused_line_stays_whichever_rule_would_take_it() {
    let desk = desk();
    desk.write("second.toml", "[[rule]]\nid = \"again\"\nline = { starts = \"advertisement\" }\n");
    let args = ["--rules", "second.toml", "a.jsonl"];
    let mut terminal = Terminal::start(desk.folder.path(), &args, &[]);
    terminal.shows("1 of 4 cuts");
    terminal.press("Rq");
    terminal.shows("! a.jsonl:1: line 3 still goes, by second/again");
    terminal.press("bb");
    terminal.shows("1 of 4 cuts");
    terminal.press("rq");
    let summary = terminal.shows("What would be written");
    assert!(!summary.contains("still goes"), "{summary}");
    terminal.press("w");
    assert_eq!(terminal.ends().0, 0);
    let cleaned = desk.run(&["clean", "--rules", "second.toml", "--rules", "rules", "a.jsonl"]).exits(0).out();
    assert!(cleaned.lines().next().unwrap().contains("ADVERTISEMENT"), "{cleaned}");
}

#[test]
fn what_was_accepted_is_not_asked_again() {
    let desk = desk();
    let args = ["--seen", "seen.tsv", "a.jsonl"];
    let mut terminal = Terminal::start(desk.folder.path(), &args, &[]);
    terminal.shows("1 of 4 cuts");
    terminal.press("aarq");
    terminal.shows("What would be written");
    terminal.press("x");
    assert_eq!(terminal.ends().0, 0);
    assert!(!desk.path("seen.tsv").exists(), "left without writing");

    let mut terminal = Terminal::start(desk.folder.path(), &args, &[]);
    terminal.shows("1 of 4 cuts");
    terminal.press("aaq");
    assert_eq!(terminal.ends().0, 0);
    let seen = desk.read("seen.tsv");
    assert!(seen.lines().count() == 2 && seen.contains("\texample.com\tmine/ad\tADVERTISEMENT\n"), "{seen}");

    let mut terminal = Terminal::start(desk.folder.path(), &args, &[]);
    terminal.shows("3 of 4 cuts");
    terminal.press("aa");
    assert_eq!(terminal.ends().0, 0);
    assert_eq!(desk.read("seen.tsv").lines().count(), 4);

    let (code, out) = Terminal::start(desk.folder.path(), &args, &[]).ends();
    assert_eq!((code, out.trim_end()), (0, "3 articles: nothing to cut that was not accepted before"));
}

#[test]
fn an_editor_has_the_last_word() {
    let desk = desk();
    desk.write("edit.sh", "sed -i 's/is = \\[\"ADVERTISEMENT\"\\]/is = [\"ADVERTISEMENT\", \"ad\"]/' \"$1\"\n");
    let mut terminal = Terminal::start(desk.folder.path(), &["a.jsonl"], &[("VISUAL", "sh edit.sh")]);
    terminal.shows("1 of 4 cuts");
    terminal.press("e");
    terminal.shows("What would be written");
    terminal.press("w");
    assert_eq!(terminal.ends().0, 0);
    assert!(desk.read("rules/example.com.toml").contains("is = [\"ADVERTISEMENT\", \"ad\"]"));
}

/// Whether it is told of the hang-up or finds out by itself, a review without a terminal ends, and has
/// written nothing that nobody confirmed.
#[test]
fn a_terminal_that_goes_away_ends_it() {
    let desk = desk();
    for deaf in [false, true] {
        let mut terminal = Terminal::begin(desk.folder.path(), &["a.jsonl"], &[], deaf);
        terminal.shows("1 of 4 cuts");
        terminal.press("r");
        terminal.shows("2 of 4 cuts");
        let Terminal { mut child, mut keys, master, bytes, .. } = terminal;
        // Who reads the screen goes with the next thing that it shows.
        drop(bytes);
        keys.write_all(b"?").unwrap();
        drop((keys, master));
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > Duration::from_secs(20) {
                child.kill().unwrap();
                panic!("it goes on without a terminal, deaf: {deaf}");
            }
            thread::sleep(Duration::from_millis(10));
        }
        assert!(!desk.path("rules").exists() && !desk.path("dechaff.toml").exists());
    }
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let desk = desk();
    assert!(desk.run(&["review", "a.jsonl"]).exits(2).err().contains("dechaff diff"));
}

#[test]
fn a_line_becomes_a_rule_without_a_screen() {
    let desk = desk();
    let add = |args: &[&str]| desk.run_bare(&[&["rules", "add", "--site", "https://Example.com/a"], args].concat(), "");
    let said = add(&["--line", "Ellery reads us", "--category", "nav"]).exits(0).out();
    assert_eq!(said.lines().next(), Some("rules/example.com.toml"));
    add(&["--line", "Sign up"]).exits(0);
    let rules = desk.read("rules/example.com.toml");
    assert!(
        rules.contains("id = \"ellery-reads-us\"\ncategory = \"nav\"")
            && rules.contains("id = \"sign-up\"\ncategory = \"other\""),
        "{rules}"
    );
    desk.run_bare(&["rules", "test", "--no-builtin", "--rules", "rules"], "").exits(0);
    assert!(add(&["--line", "x", "--category", "chaff"]).exits(2).err().contains("write one of ad, caption"));
    assert!(add(&["--line", "***"]).exits(2).err().contains("example.com.toml"));
    assert_eq!(desk.read("rules/example.com.toml"), rules, "an error writes nothing");
    desk.write("dechaff.toml", "rules = [\"packs\"]\n");
    desk.write("packs/mine.toml", "");
    assert_eq!(
        add(&["--line", "Sign in"]).exits(0).out().trim_end(),
        desk.path("packs/example.com.toml").canonicalize().unwrap().display().to_string()
    );
}
