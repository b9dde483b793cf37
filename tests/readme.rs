//! The README's commands, run as they stand there; its Rust code runs as a documentation test.

use std::{fs, path::Path, process::Command};

/// The picture is what the binary prints on a terminal, drawn. Where that has changed,
/// `DECHAFF_UPDATE=1 cargo test --test readme` draws it anew.
#[test]
fn the_picture_is_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let args = ["diff", "--isolated", "--color", "always", "tests/articles/06-en-council-library.txt"];
    let output = Command::new(env!("CARGO_BIN_EXE_dechaff")).args(args).current_dir(root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Red as terminals show it beside a dark ground: the bright one.
    let mut palette = anstyle_svg::WIN10_CONSOLE;
    palette.0[1] = palette.0[9];
    let picture = anstyle_svg::Term::new().palette(palette).render_svg(&String::from_utf8(output.stdout).unwrap());
    let path = root.join("docs/diff.svg");
    if std::env::var_os("DECHAFF_UPDATE").is_some() {
        fs::write(&path, &picture).unwrap();
    }
    let drawn = fs::read_to_string(&path).unwrap_or_default();
    assert!(drawn == picture, "docs/diff.svg shows another diff; DECHAFF_UPDATE=1 cargo test --test readme draws it anew");
}

#[test]
fn figures_are_those_of_the_documents() {
    let read = |file: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (readme, quality, performance) = (read("README.md"), read("docs/quality.md"), read("docs/performance.md"));
    let section = readme.split("## How good, how fast").nth(1).unwrap().split("\n## ").next().unwrap();
    let lines: Vec<&str> = section.lines().chain([""]).collect();
    let rows = lines.windows(2).filter(|row| row[0].starts_with("| ") && !row[1].starts_with("|-")).map(|row| row[0]);
    let (good, fast): (Vec<&str>, Vec<&str>) = rows.partition(|row| row.contains("dechaff eval"));
    assert!(good.len() > 2 && good.iter().all(|row| quality.contains(row)), "{good:?}");
    let figures: Vec<&str> = fast.iter().map(|row| row.trim_end_matches(" |").rsplit("| ").next().unwrap()).collect();
    assert!(figures.len() > 2 && figures.iter().all(|it| performance.contains(&format!("| {it} |"))), "{figures:?}");
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
