//! A folder to run the binary in.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

pub const PROSE: &str = "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.\n\n\
    Nobody had expected a vote, yet by nightfall eleven of the fifteen members had raised their hands for it.\n";

/// A folder to work in, with a pack of its own so that no built-in rule decides a test.
pub struct Desk {
    pub folder: TempDir,
}

impl Desk {
    pub fn new() -> Desk {
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

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// What a folder holds, hidden files too.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs the binary with only the desk's rules.
    pub fn run(&self, args: &[&str]) -> Ran {
        let mut all = vec![args[0], "--no-builtin", "--rules", "mine.toml"];
        all.extend(&args[1..]);
        self.run_bare(&all, "")
    }

    pub fn run_bare(&self, args: &[&str], stdin: &str) -> Ran {
        run_in(self.folder.path(), args, stdin)
    }
}

pub fn run_in(folder: &Path, args: &[&str], stdin: &str) -> Ran {
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

pub struct Ran(pub Output);

impl Ran {
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        assert_eq!(self.0.status.code(), Some(code), "stdout: {}\nstderr: {}", self.out(), self.err());
        self
    }

    pub fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }
}

pub fn dirty() -> String {
    format!("ADVERTISEMENT\n\n{PROSE}\nADVERTISEMENT\n")
}
