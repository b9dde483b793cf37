//! Machines that fail: processes killed at any moment, disks that are full or may not be written,
//! files that change under the reader, and readers that go away.

use super::desk::*;
use crate::invented::{ARTICLES, jsonl};
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How often runs are killed, unless `DECHAFF_KILLS` says otherwise.
const KILLS: usize = 24;

/// Bytes of the record files: enough for several marks that `--resume` goes on from.
const LARGE: usize = 20 << 20;

fn records(bytes: usize) -> String {
    let clean = serde_json::to_string(PROSE).unwrap();
    let dirty = serde_json::to_string(&dirty()).unwrap();
    let mut out = String::with_capacity(bytes + 1000);
    for number in 0.. {
        out += &format!("{{\"id\":{number},\"text\":{}}}\n", if number % 3 == 0 { &clean } else { &dirty });
        if out.len() >= bytes {
            break;
        }
    }
    out
}

/// Files by name.
type Tree = BTreeMap<String, Vec<u8>>;

impl Desk {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dechaff"));
        command.args([&args[..1], &["--no-builtin", "--rules", "mine.toml"], &args[1..]].concat());
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The files of a folder, not those of folders in it.
    fn tree(&self, folder: &str) -> Tree {
        let files = self.names(folder).into_iter().filter(|name| self.path(&format!("{folder}/{name}")).is_file());
        let read = |name: String| {
            let bytes = self.bytes(&format!("{folder}/{name}"));
            (name, bytes)
        };
        files.map(read).collect()
    }

    fn put(&self, folder: &str, tree: &Tree) {
        let _ = fs::remove_dir_all(self.path(folder));
        fs::create_dir(self.path(folder)).unwrap();
        tree.iter().for_each(|(name, bytes)| self.write(&format!("{folder}/{name}"), bytes));
    }
}

/// Texts and record files of two kinds, and what becomes of them.
fn before_and_after(desk: &Desk) -> (Tree, Tree) {
    for number in 0..24 {
        desk.write(&format!("in/{number:02}.txt"), dirty().replace("Tuesday", &format!("day {number}")));
    }
    let large = records(LARGE);
    desk.write("in/large.jsonl", &large);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&large.as_bytes()[..large[..LARGE / 2].rfind('\n').unwrap() + 1]).unwrap();
    desk.write("in/packed.jsonl.gz", packed.finish().unwrap());
    desk.run(&["clean", "-o", "whole", "--ledger", "whole.ledger", "in"]).exits(0);
    (desk.tree("in"), desk.tree("whole"))
}

/// A file is what it was or what it becomes; what is in the making has a name of its own.
#[track_caller]
fn old_or_new(now: &Tree, old: &Tree, new: &Tree) {
    for (name, bytes) in now {
        if !name.starts_with('.') {
            assert!(Some(bytes) == old.get(name) || Some(bytes) == new.get(name), "{name} is damaged");
        }
    }
    assert!(old.keys().all(|name| now.contains_key(name)), "none is lost: {:?}", now.keys());
}

/// The same with what is in the archive: packed again it may take other bytes.
fn unpacked(mut tree: Tree) -> Tree {
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(&tree["packed.jsonl.gz"][..]).read_to_end(&mut bytes).unwrap();
    tree.insert("packed.jsonl.gz".into(), bytes);
    tree
}

fn kills() -> usize {
    std::env::var("DECHAFF_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

/// Kills runs at moments spread over the time that a run takes, each after `prepare` and before
/// `check`; says how many were caught under way.
fn kill(desk: &Desk, args: &[&str], times: usize, prepare: impl Fn(), mut check: impl FnMut()) -> usize {
    prepare();
    let start = Instant::now();
    assert!(desk.command(args).status().unwrap().success());
    let takes = start.elapsed();
    let mut caught = 0;
    for time in 0..times {
        prepare();
        let mut child = desk.command(args).spawn().unwrap();
        // The golden ratio spreads any number of moments evenly; the machine's noise does the rest.
        thread::sleep(takes.mul_f64((0.618_034 * time as f64 + 0.5).fract()));
        caught += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        check();
    }
    caught
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_file_or_the_new() {
    let desk = Desk::new();
    let (old, new) = before_and_after(&desk);
    let times = kills().div_ceil(3);

    // In place, from the start each time.
    let args = ["clean", "-w", "here"];
    let caught = kill(&desk, &args, times, || desk.put("here", &old), || old_or_new(&desk.tree("here"), &old, &new));
    assert!(caught > 0, "-w was never caught under way");
    assert!(desk.command(&args).status().unwrap().success());
    assert!(desk.tree("here") == new, "the next run does the rest and leaves nothing over");

    // Into a folder where the results of other rules stand.
    let stale: Tree = old.keys().map(|name| (name.clone(), b"stale".to_vec())).collect();
    let args = ["clean", "-o", "out", "in"];
    let caught = kill(&desk, &args, times, || desk.put("out", &stale), || old_or_new(&desk.tree("out"), &stale, &new));
    assert!(caught > 0, "-o was never caught under way");
    assert!(desk.command(&args).status().unwrap().success());
    assert!(desk.tree("out") == new);
}

#[test]
fn runs_that_go_on_end_as_if_nothing_had_happened() {
    let desk = Desk::new();
    let (old, new) = before_and_after(&desk);
    let ledger = desk.bytes("whole.ledger");
    let none = Tree::new();
    let (mut left, mut caught) = (kills().div_ceil(3), 0);
    for round in 0.. {
        if left == 0 {
            break;
        }
        // Every other round in place.
        let in_place = round % 2 == 1;
        let (folder, old) = if in_place { ("here", &old) } else { ("out", &none) };
        desk.put(folder, old);
        let _ = fs::remove_file(desk.path("led"));
        let args: &[&str] = if in_place {
            &["clean", "--resume", "-w", "--ledger", "led", "here"]
        } else {
            &["clean", "--resume", "-o", "out", "--ledger", "led", "in"]
        };
        let mut ended = false;
        while !ended {
            let mut child = desk.command(args).spawn().unwrap();
            let start = Instant::now();
            let patience = if left > 0 { Duration::from_millis(20 + 37 * (left as u64 % 17)) } else { Duration::from_secs(600) };
            while !ended && start.elapsed() < patience {
                thread::sleep(Duration::from_millis(1));
                ended = child.try_wait().unwrap().is_some_and(|status| status.success());
            }
            if !ended {
                child.kill().unwrap();
            }
            child.wait().unwrap();
            if !ended {
                (left, caught) = (left - 1, caught + 1);
                old_or_new(&desk.tree(folder), old, &new);
            }
        }
        assert!(desk.tree(folder) == new, "the same bytes, and nothing left over");
        if in_place {
            // What is in place and was replaced already is read again and adds nothing.
            desk.run_bare(&["restore", "-w", "--ledger", "led", "here"], "").exits(0);
            assert!(unpacked(desk.tree("here")) == unpacked(old.clone()), "every cut is in the ledger");
        } else {
            assert!(desk.bytes("led") == ledger, "the ledger too");
        }
    }
    assert!(caught > 0);
}

/// A small file system of its own, where this machine lets us mount one.
#[cfg(target_os = "linux")]
struct Disk(PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn mount(path: PathBuf, kib: usize) -> Option<Disk> {
        fs::create_dir_all(&path).unwrap();
        let size = format!("size={kib}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Disk(path));
        }
        eprintln!("skipped: only root may mount a disk to fill");
        None
    }

    /// Takes all room but so many KiB.
    fn fill(&self, leave: usize) {
        fs::write(self.0.join("room"), vec![0; leave << 10]).unwrap();
        let mut filler = fs::File::create(self.0.join("filler")).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
        fs::remove_file(self.0.join("room")).unwrap();
    }

    fn read_only(&self) {
        assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status().unwrap().success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// What stands in a folder, the room taken aside.
#[cfg(target_os = "linux")]
fn standing(desk: &Desk, folder: &str) -> Tree {
    let mut tree = desk.tree(folder);
    tree.retain(|name, _| name != "filler" && name != ".dechaff-done");
    tree
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_what_stood_there() {
    let desk = Desk::new();
    let Some(disk) = Disk::mount(desk.path("disk"), 1024) else { return };
    let half = records(600 << 10);
    desk.write("disk/a.jsonl", &half);
    desk.write("disk/b.txt", dirty());
    disk.fill(8);
    let refused = |args: &[&str], what: &str| {
        // A ledger is added to: what it took stays, and a line cut short is ended by the next run.
        let standing = || standing(&desk, "disk").into_iter().filter(|(name, _)| name != "cuts.jsonl").collect::<Tree>();
        let before = standing();
        let ran = desk.run(args).exits(2);
        assert!(ran.err().contains(what) && ran.err().contains("No space left"), "{args:?}: {}", ran.err());
        let after = standing();
        assert!(after == before, "{args:?}: {:?}", after.keys());
    };
    refused(&["clean", "-w", "disk/a.jsonl"], "disk/a.jsonl: cannot be written; what stood there still does");
    desk.write("in/a.jsonl", &half);
    refused(&["clean", "-o", "disk", "in"], "a.jsonl: cannot be written; what stood there still does");
    refused(&["clean", "-o", "out", "--ledger", "disk/cuts.jsonl", "in"], "disk/cuts.jsonl: the ledger cannot be written");
    // Where the ledger cannot be written nothing is replaced.
    desk.write("here/a.jsonl", &half);
    refused(&["clean", "-w", "--ledger", "disk/cuts.jsonl", "here"], "disk/cuts.jsonl: the ledger cannot be written");
    assert!(desk.read("here/a.jsonl") == half);
    assert_eq!(desk.names("here"), ["a.jsonl"]);
    // What fits is done.
    let _ = fs::remove_file(desk.path("disk/cuts.jsonl"));
    desk.run(&["clean", "-w", "disk/b.txt"]).exits(0);
    assert_eq!(desk.read("disk/b.txt"), PROSE);

    fs::remove_file(desk.path("disk/filler")).unwrap();
    desk.write("disk/report.json", "{}");
    desk.write("disk/packs/courier.example.com.toml", "# old\n");
    desk.write("crawl.jsonl", jsonl(0..ARTICLES));
    disk.fill(0);
    refused(&["clean", "--check", "--report", "disk/report.json", "in"], "disk/report.json: cannot be written");
    refused(&["diff", "-o", "disk/report.json", "in"], "disk/report.json: cannot be written");
    refused(&["learn", "-o", "disk/new-packs", "crawl.jsonl"], "courier.example.com.toml");
    let before = desk.tree("disk/packs");
    refused(&["learn", "--merge", "-o", "disk/packs", "crawl.jsonl"], "courier.example.com.toml");
    assert!(desk.tree("disk/packs") == before);
}

#[cfg(target_os = "linux")]
#[test]
fn what_may_not_be_written_is_named_and_the_rest_is_done() {
    let desk = Desk::new();
    let Some(disk) = Disk::mount(desk.path("disk"), 1024) else { return };
    desk.write("disk/a.txt", dirty());
    desk.write("disk/packs/courier.example.com.toml", "# old\n");
    desk.write("in/b.txt", dirty());
    desk.write("crawl.jsonl", jsonl(0..ARTICLES));
    disk.read_only();
    let before = desk.tree("disk/packs");
    let refused = |args: &[&str], what: &str| {
        let ran = desk.run(args).exits(2);
        assert!(ran.err().contains(what) && ran.err().contains("Read-only"), "{args:?}: {}", ran.err());
        assert_eq!((desk.read("disk/a.txt"), desk.names("disk")), (dirty(), vec!["a.txt".to_owned(), "packs".to_owned()]));
    };
    refused(&["clean", "-w", "disk", "in"], "disk/a.txt: cannot be written");
    assert_eq!(desk.read("in/b.txt"), PROSE, "the rest is done");
    desk.write("in/b.txt", dirty());
    refused(&["clean", "-o", "disk", "in"], "disk");
    refused(&["clean", "-o", "disk/below", "in"], "disk/below: cannot be made");
    refused(&["clean", "-w", "--ledger", "disk/cuts.jsonl", "in"], "disk/cuts.jsonl: the ledger cannot be written");
    assert_eq!(desk.read("in/b.txt"), dirty(), "without its ledger nothing is begun");
    refused(&["clean", "--check", "--report", "disk/report.json", "in"], "disk/report.json");
    refused(&["learn", "--merge", "-o", "disk/packs", "crawl.jsonl"], "disk/packs");
    assert!(desk.tree("disk/packs") == before);
}

/// A run over a large file, and what happens once its first mark is there.
fn while_reading(desk: &Desk, args: &[&str], mark: &str, meanwhile: impl FnOnce()) -> Ran {
    let mut command = desk.command(args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while !desk.path(mark).exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "{mark} never came");
        thread::sleep(Duration::from_millis(1));
    }
    meanwhile();
    Ran(child.wait_with_output().unwrap())
}

#[test]
fn a_file_that_changes_under_the_reader_is_left_as_it_is() {
    let desk = Desk::new();
    let large = records(3 * LARGE);
    let last = "{\"id\":0,\"text\":\"Written meanwhile.\"}\n";
    let append = |path: &Path| fs::OpenOptions::new().append(true).open(path).unwrap().write_all(last.as_bytes()).unwrap();
    let halve = |path: &Path| fs::OpenOptions::new().write(true).open(path).unwrap().set_len(LARGE as u64 / 2).unwrap();
    let rewrite = |path: &Path| {
        fs::write(path.with_extension("new"), last).unwrap();
        fs::rename(path.with_extension("new"), path).unwrap();
    };
    for (what, change) in [("appended to", &append as &dyn Fn(&Path)), ("halved", &halve), ("replaced", &rewrite)] {
        desk.write("here/a.jsonl", &large);
        let mut changed = Vec::new();
        let ran = while_reading(&desk, &["clean", "-w", "here"], "here/.a.jsonl.dechaff-mark", || {
            change(&desk.path("here/a.jsonl"));
            changed = desk.bytes("here/a.jsonl");
        });
        assert!(ran.err().contains("a.jsonl: changed while it was read"), "{what}: {}", ran.err());
        ran.exits(2);
        assert!(desk.bytes("here/a.jsonl") == changed, "{what}: what was written meanwhile is not lost");
        assert_eq!(desk.names("here"), ["a.jsonl"]);
    }
    // Into a folder: no result that belongs to neither state, and the next run does the file.
    desk.write("in/a.jsonl", &large);
    let ran =
        while_reading(&desk, &["clean", "-o", "out", "in"], "out/.a.jsonl.dechaff-mark", || append(&desk.path("in/a.jsonl")));
    ran.exits(2);
    assert_eq!(desk.names("out"), [".dechaff-done"]);
    desk.run(&["clean", "--resume", "-o", "out", "in"]).exits(0);
    assert!(desk.read("out/a.jsonl").ends_with(last));
    // One that is gone stays gone.
    desk.write("here/a.jsonl", &large);
    let mark = "here/.a.jsonl.dechaff-mark";
    let ran = while_reading(&desk, &["clean", "-w", "here"], mark, || fs::remove_file(desk.path("here/a.jsonl")).unwrap());
    ran.exits(2);
    assert!(desk.names("here").is_empty());
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_a_command_quietly() {
    let desk = Desk::new();
    desk.write("crawl.jsonl", records(4 << 20));
    desk.write("a.txt", format!("{}{}", "ADVERTISEMENT\n\nA line that stays.\n\n".repeat(20_000), PROSE));
    let binary = env!("CARGO_BIN_EXE_dechaff");
    for command in [
        "clean crawl.jsonl",
        "clean a.txt",
        "clean --check crawl.jsonl",
        "diff crawl.jsonl",
        "diff --format json crawl.jsonl",
        "diff --format patch a.txt",
        "diff --format html crawl.jsonl",
        "diff --stat crawl.jsonl",
        "explain a.txt",
        "rules list",
        "rules show mine/ad",
        "config",
        "--help",
    ] {
        let rules = if command.starts_with("-") { "" } else { "--no-builtin --rules mine.toml" };
        let line = format!("{binary} {command} {rules}");
        for reader in ["head -n 1", "true"] {
            let script = format!("{line} | {reader} >/dev/null; echo ${{PIPESTATUS[0]}}");
            let output = Command::new("bash").args(["-c", &script]).current_dir(desk.folder.path()).output().unwrap();
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(matches!(out.trim(), "0" | "1") && err.is_empty(), "{script}: {out}{err}");
        }
        // Nor is it a reason to fall over where there never was one.
        let script = format!("{line} >&-");
        let output = Command::new("bash").args(["-c", &script]).current_dir(desk.folder.path()).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0..=2)) && !err.contains("panicked"), "{script}: {err}");
    }
}

/// A pipe or a device in the place of a file is written into; a file of that name would push it aside.
#[test]
#[cfg(unix)]
fn pipes_and_devices_stay_what_they_are() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    let pipe = desk.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for (args, written) in [
        (["clean", "a.txt", "--report", "pipe"], "\"changed\": 1"),
        (["clean", "a.txt", "--ledger", "pipe"], "\"rule\":\"mine/ad\""),
        (["diff", "a.txt", "-o", "pipe"], "mine/ad"),
    ] {
        // Opened for both, so that nobody waits for a run that never opens its end.
        let mut end = fs::File::options().read(true).write(true).open(&pipe).unwrap();
        let done = desk.command(&args).status().unwrap();
        assert!(done.success(), "{args:?}: {done}");
        assert!(!fs::metadata(&pipe).unwrap().is_file(), "{args:?}");
        let mut read = vec![0; 1 << 16];
        end.write_all(b"end").unwrap();
        let len = end.read(&mut read).unwrap();
        let text = String::from_utf8_lossy(&read[..len]);
        assert!(text.contains(written), "{args:?}: {text}");
    }
    assert_eq!(desk.names("."), ["a.txt", "mine.toml", "pipe"]);
}
