//! Cleaning text: to standard output, in place, into a folder.

use super::desk::*;
use std::fs;

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
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let desk = Desk::new();
    desk.write("in/dirty.txt", dirty());
    desk.write("in/clean.txt", PROSE);
    desk.write("in/records.jsonl", "{\"text\":\"nothing\"}\n");
    fs::set_permissions(desk.path("in/dirty.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    // Only root may; for others the file is theirs before and after.
    let _ = chown(desk.path("in/dirty.txt"), Some(4711), Some(4712));
    let before = |name: &str| fs::metadata(desk.path(name)).unwrap();
    let owner = |name: &str| (before(name).uid(), before(name).gid());
    let owned = owner("in/dirty.txt");
    let untouched: Vec<_> = ["in/clean.txt", "in/records.jsonl"].map(|name| (name, before(name))).into();
    desk.run(&["clean", "-w", "in"]).exits(0);
    assert_eq!(desk.read("in/dirty.txt"), PROSE);
    assert_eq!((owner("in/dirty.txt"), before("in/dirty.txt").mode() & 0o777), (owned, 0o640));
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
