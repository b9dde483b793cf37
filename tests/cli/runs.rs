//! Runs that are interrupted, killed, repeated, or get in each other's way.

use super::desk::*;
use std::{
    fs,
    io::{Read, Write},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Records of which every third is clean, one after another broken, of about `bytes` bytes in all.
fn crawl(bytes: usize) -> String {
    let mut out = String::with_capacity(bytes);
    for number in 0.. {
        let text = if number % 3 == 0 { PROSE.to_owned() } else { dirty() };
        let text = serde_json::to_string(&format!("{text}\nNumber {number}.\n")).unwrap();
        out += &format!("{{\"id\":{number},\"text\":{text}}}\n");
        if out.len() >= bytes {
            return out;
        }
    }
    out
}

impl Desk {
    /// Starts the binary with only the desk's rules.
    fn spawn(&self, args: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_dechaff"))
            .args([&args[..1], &["--no-builtin", "--rules", "mine.toml"], &args[1..]].concat())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Waits until a file is there.
    fn wait_for(&self, name: &str) {
        let start = Instant::now();
        while !self.path(name).exists() {
            assert!(start.elapsed() < Duration::from_secs(60), "{name} never came");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Kills a run behind each of the marks, a little later every time, and then lets one end.
fn kill_and_resume(desk: &Desk, args: &[&str], marks: &[&str]) {
    for (round, mark) in marks.iter().enumerate() {
        let mut child = desk.spawn(args);
        desk.wait_for(mark);
        thread::sleep(Duration::from_millis(20 * round as u64));
        let under_way = child.try_wait().unwrap().is_none();
        assert!(under_way || round > 0, "it was to be caught under way");
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
    }
    let output = desk.spawn(args).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let desk = Desk::new();
    let crawl = crawl(48 << 20);
    desk.write("in/a.jsonl", &crawl);
    desk.write("in/b.txt", dirty());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&crawl.as_bytes()[..crawl[..30 << 20].rfind('\n').unwrap() + 1]).unwrap();
    desk.write("in/c.jsonl.gz", packed.finish().unwrap());
    desk.run(&["clean", "-o", "whole", "--ledger", "whole.jsonl", "in"]).exits(0);

    let args = ["clean", "--resume", "-o", "out", "--ledger", "out.jsonl", "in"];
    let (first, last) = ("out/.a.jsonl.dechaff-mark", "out/.c.jsonl.gz.dechaff-mark");
    kill_and_resume(&desk, &args, &[first, first, last, last]);
    for name in ["a.jsonl", "b.txt", "c.jsonl.gz"] {
        assert!(desk.bytes(&format!("out/{name}")) == desk.bytes(&format!("whole/{name}")), "{name}");
    }
    assert!(desk.bytes("out.jsonl") == desk.bytes("whole.jsonl"), "the ledger too");
    assert_eq!(desk.names("out"), ["a.jsonl", "b.txt", "c.jsonl.gz"], "nothing is left over");

    // In place.
    fs::create_dir(desk.path("here")).unwrap();
    fs::copy(desk.path("in/a.jsonl"), desk.path("here/a.jsonl")).unwrap();
    let args = ["clean", "--resume", "-w", "--ledger", "here.jsonl", "here"];
    kill_and_resume(&desk, &args, &["here/.a.jsonl.dechaff-mark"]);
    assert!(desk.bytes("here/a.jsonl") == desk.bytes("whole/a.jsonl"));
    assert_eq!(desk.names("here"), ["a.jsonl"]);
    desk.run_bare(&["restore", "-w", "--ledger", "here.jsonl", "here"], "").exits(0);
    assert!(desk.read("here/a.jsonl") == crawl);
}

#[test]
fn what_changed_since_is_done_again() {
    let desk = Desk::new();
    let crawl = crawl(24 << 20);
    let stop = |desk: &Desk| {
        let mut child = desk.spawn(&["clean", "-o", "out", "in"]);
        desk.wait_for("out/.a.jsonl.dechaff-mark");
        child.kill().unwrap();
        child.wait().unwrap();
    };
    desk.write("in/a.jsonl", &crawl);
    desk.run(&["clean", "-o", "whole", "in"]).exits(0);
    // Other rules, another input, a part that is not what it was.
    stop(&desk);
    desk.run(&["clean", "-o", "out", "--resume", "--ignore", "ad", "in"]).exits(0);
    assert!(desk.read("out/a.jsonl") == crawl);
    stop(&desk);
    desk.write("in/a.jsonl", crawl.replace("Number", "number"));
    desk.run(&["clean", "-o", "out", "--resume", "in"]).exits(0);
    assert!(desk.read("out/a.jsonl") == desk.read("whole/a.jsonl").replace("Number", "number"));
    desk.write("in/a.jsonl", &crawl);
    stop(&desk);
    let part = desk.path("out/.a.jsonl.dechaff-part");
    let mut bytes = fs::read(&part).unwrap();
    bytes[1000] ^= 1;
    fs::write(&part, bytes).unwrap();
    desk.run(&["clean", "-o", "out", "--resume", "in"]).exits(0);
    assert!(desk.read("out/a.jsonl") == desk.read("whole/a.jsonl"));
    assert!(desk.run(&["clean", "--resume", "in/a.jsonl"]).exits(2).err().contains("-o DIR or -w"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_run_cleanly() {
    let desk = Desk::new();
    let crawl = crawl(48 << 20);
    for name in ["a", "b", "c"] {
        desk.write(&format!("in/{name}.jsonl"), &crawl);
    }
    let child = desk.spawn(&["clean", "-o", "out", "in"]);
    desk.wait_for("out/.b.jsonl.dechaff-mark");
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("stopped; ") && err.contains("of 3 files not done") && err.contains("--resume"), "{err}");
    assert!(desk.path("out/a.jsonl").exists() && !desk.path("out/b.jsonl").exists() && !desk.path("out/c.jsonl").exists());
    let done = fs::metadata(desk.path("out/a.jsonl")).unwrap().modified().unwrap();
    desk.run(&["clean", "-o", "out", "--resume", "in"]).exits(0);
    assert_eq!(fs::metadata(desk.path("out/a.jsonl")).unwrap().modified().unwrap(), done, "not done again");
    assert!(desk.read("out/b.jsonl") == desk.read("out/a.jsonl") && desk.read("out/c.jsonl") == desk.read("out/a.jsonl"));
    assert_eq!(desk.names("out").len(), 3);
}

#[cfg(unix)]
#[test]
fn two_runs_do_not_write_the_same() {
    let desk = Desk::new();
    desk.write("in/a.txt", dirty());
    // The first run waits for its standard input to end.
    let mut first = desk.spawn(&["clean", "-o", "out", "--ledger", "cuts.jsonl", "-"]);
    desk.wait_for("cuts.jsonl");
    let refused = |args: &[&str], what: &str| {
        let ran = desk.run(args).exits(2);
        assert!(ran.err().contains(what) && ran.err().contains("another run"), "{}", ran.err());
    };
    refused(&["clean", "-o", "out", "in"], "out: ");
    refused(&["clean", "-o", "other", "--ledger", "cuts.jsonl", "in"], "cuts.jsonl: ");
    first.stdin.take().unwrap().write_all(dirty().as_bytes()).unwrap();
    assert!(first.wait().unwrap().success());
    assert_eq!(desk.read("out/stdin"), PROSE);
    desk.run(&["clean", "-o", "out", "in"]).exits(0);
}

#[cfg(unix)]
#[test]
fn results_never_leave_their_folder() {
    let desk = Desk::new();
    desk.write("in/sub/a.txt", dirty());
    desk.write("in/b.txt", dirty());
    desk.write("elsewhere/b.txt", "mine");
    fs::create_dir(desk.path("out")).unwrap();
    std::os::unix::fs::symlink(desk.path("elsewhere"), desk.path("out/sub")).unwrap();
    std::os::unix::fs::symlink(desk.path("elsewhere/b.txt"), desk.path("out/b.txt")).unwrap();
    let ran = desk.run(&["clean", "-o", "out", "in"]).exits(2);
    assert!(ran.err().matches("leads out of").count() == 2, "{}", ran.err());
    assert_eq!((desk.names("elsewhere"), desk.read("elsewhere/b.txt")), (vec!["b.txt".to_owned()], "mine".to_owned()));
    // A name may be as long as the file system allows.
    let long = format!("{}.txt", "x".repeat(250));
    desk.write(&format!("long/{long}"), dirty());
    desk.run(&["clean", "-w", "long"]).exits(0);
    assert_eq!(desk.read(&format!("long/{long}")), PROSE);
    // Nor do paths that climb.
    desk.write("deep/down/x.txt", dirty());
    let ran = run_in(
        &desk.path("deep/down"),
        &["clean", "--no-builtin", "--rules", "../../mine.toml", "-o", "out", "../../in/sub/../b.txt"],
        "",
    );
    ran.exits(0);
    assert_eq!(desk.read("deep/down/out/b.txt"), PROSE);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_done_is_listed_and_the_rest_done() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    for name in ["a", "b", "c", "z"] {
        desk.write(&format!("in/{name}.txt"), dirty());
    }
    desk.write("in/gone.jsonl", "");
    fs::remove_file(desk.path("in/b.txt")).unwrap();
    std::os::unix::fs::symlink("nowhere", desk.path("in/b.txt")).unwrap();
    fs::remove_file(desk.path("in/gone.jsonl")).unwrap();
    std::os::unix::fs::symlink("nowhere", desk.path("in/gone.jsonl")).unwrap();
    // A folder stands where the result belongs.
    fs::create_dir_all(desk.path("out/c.txt/x")).unwrap();
    let ran = desk.run(&["clean", "-o", "out", "in"]).exits(2);
    for what in [
        "in/b.txt: cannot be read",
        "in/gone.jsonl: cannot be read",
        "c.txt: cannot be written",
        "not done: in/b.txt, in/c.txt, in/gone.jsonl",
    ] {
        assert!(ran.err().contains(what), "{what}: {}", ran.err());
    }
    assert_eq!((desk.read("out/a.txt"), desk.read("out/z.txt")), (PROSE.to_owned(), PROSE.to_owned()));
    assert!(desk.names("out").contains(&".dechaff-done".to_owned()), "for --resume, since something is left to do");

    desk.write("shut/a.txt", dirty());
    fs::set_permissions(desk.path("shut"), fs::Permissions::from_mode(0o000)).unwrap();
    // The super-user may go anywhere.
    if fs::read_dir(desk.path("shut")).is_err() {
        let ran = desk.run(&["clean", "-o", "out2", "shut", "in/a.txt"]).exits(2);
        assert!(ran.err().contains("cannot be searched") && desk.read("out2/a.txt") == PROSE, "{}", ran.err());
    }
    fs::set_permissions(desk.path("shut"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_old_file_and_the_others_are_done() {
    let desk = Desk::new();
    desk.write("in/a.jsonl", crawl(4 << 20));
    desk.write("in/b.txt", dirty());
    desk.write("out/a.jsonl", "old");
    // No file may grow beyond 1 MiB: writing more fails as it does on a full disk.
    let command = format!(
        "trap '' XFSZ; ulimit -f 1024; exec {} clean --no-builtin --rules mine.toml -o out in",
        env!("CARGO_BIN_EXE_dechaff")
    );
    let output = Command::new("bash").args(["-c", &command]).current_dir(desk.folder.path()).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("out/a.jsonl: cannot be written; what stood there still does"), "{err}");
    assert_eq!((desk.read("out/a.jsonl"), desk.read("out/b.txt")), ("old".to_owned(), PROSE.to_owned()));
    let names: Vec<String> = desk.names("out").into_iter().filter(|name| name != ".dechaff-done").collect();
    assert_eq!(names, ["a.jsonl", "b.txt"], "no part takes the room");

    let full = Command::new("bash")
        .args(["-c", &format!("{} clean --no-builtin --rules mine.toml in/a.jsonl >/dev/full", env!("CARGO_BIN_EXE_dechaff"))])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    assert_eq!(full.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&full.stderr).contains("standard output cannot be written"));
}

#[test]
fn a_slow_reader_holds_the_run_up() {
    let desk = Desk::new();
    let mut child = desk.spawn(&["clean", "-j", "2", "--input-format", "jsonl", "-"]);
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let record = crawl(1 << 20);
    let feed = thread::spawn(move || {
        for sent in 0.. {
            if stdin.write_all(record.as_bytes()).is_err() {
                return sent;
            }
        }
        0
    });
    let mut some = vec![0; 1 << 16];
    stdout.read_exact(&mut some).unwrap();
    // Nobody reads on: the reader is held up before the pipe has taken much more.
    thread::sleep(Duration::from_secs(2));
    drop(stdout);
    assert!(child.wait().unwrap().success());
    let sent = feed.join().unwrap();
    assert!(sent < 40, "{sent} MiB were taken while nothing was written");
}
