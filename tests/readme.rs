//! The README's commands, run as they stand there; its Rust code runs as a documentation test.

use std::{fs, path::Path, process::Command};

#[test]
fn the_diff_in_the_readme_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let args = ["diff", "--isolated", "tests/articles/05-en-night-train.txt"];
    let output = Command::new(env!("CARGO_BIN_EXE_dechaff")).args(args).current_dir(root).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let block = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(block, shown);
}

#[test]
fn every_command_of_the_readme_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let desk = tempfile::TempDir::new().unwrap();
    fs::create_dir(desk.path().join("articles")).unwrap();
    let sample = fs::read_to_string(root.join("tests/articles/05-en-night-train.txt")).unwrap();
    fs::write(desk.path().join("articles/a.txt"), &sample).unwrap();
    let record = format!("{{\"text\":{}}}\n", serde_json::to_string(&sample).unwrap());
    fs::write(desk.path().join("crawl.jsonl"), record).unwrap();

    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = readme.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands: Vec<&str> = blocks.flat_map(str::lines).filter(|line| line.starts_with("dechaff ")).collect();
    assert!(commands.len() > 10);
    let folder = Path::new(env!("CARGO_BIN_EXE_dechaff")).parent().unwrap();
    let path = std::env::join_paths(
        [folder].into_iter().map(Path::to_owned).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    for command in commands {
        let output = Command::new("sh")
            .args(["-ec", command])
            .current_dir(desk.path())
            .env("PATH", path.as_ref().unwrap())
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(fs::read_to_string(desk.path().join("articles/a.txt")).unwrap(), sample, "put back");
    let cleaned = fs::read_to_string(desk.path().join("cleaned/a.txt")).unwrap();
    assert!(cleaned.len() < sample.len());
}
