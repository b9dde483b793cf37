//! Flags, help, and readers that leave.

use super::desk::*;
use std::{
    fs,
    process::{Command, Stdio},
};

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
