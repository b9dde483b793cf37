//! What is published: the crate with its rules and nothing else, and a reason for each dependency.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Files outside of the folders that are published whole.
const FILES: &[&str] = &[
    ".cargo_vcs_info.json",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "build.rs",
    "docs/crate.md",
];

/// Folders, and what the files in them are.
const FOLDERS: &[(&str, &[&str])] =
    &[("rules/", &["toml"]), ("schema/", &["json"]), ("src/", &["css", "js", "rs"]), ("templates/", &["html"])];

#[test]
fn the_package_holds_the_rules_and_no_stray_file() {
    let args = ["package", "--list", "--offline", "--locked", "--allow-dirty", "--quiet"];
    let output = Command::new(env!("CARGO")).args(args).current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).unwrap();
    let listed: BTreeSet<&str> = listed.lines().collect();
    for path in &listed {
        let extension = Path::new(path).extension().and_then(|it| it.to_str()).unwrap_or_default();
        let belongs = |(folder, extensions): &(&str, &[&str])| path.starts_with(folder) && extensions.contains(&extension);
        assert!(FILES.contains(path) || FOLDERS.iter().any(belongs), "{path} would be published");
    }
    for rules in files(&Path::new(ROOT).join("rules")) {
        let path = rules.strip_prefix(ROOT).unwrap().to_str().unwrap().replace('\\', "/");
        assert!(listed.contains(path.as_str()), "{path} would not be published");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_dependency_has_its_reason() {
    let read = |file: &str| fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let names = |key: &str| manifest.get(key).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys).cloned();
    let wanted: BTreeSet<String> =
        ["dependencies", "build-dependencies", "dev-dependencies"].into_iter().flat_map(names).collect();
    let told = read("CONTRIBUTING.md");
    let rows = told.lines().filter(|row| row.starts_with("| `"));
    let cells = rows.map(|row| row.split(" | ").next().unwrap());
    let told: BTreeSet<String> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect();
    assert_eq!(told, wanted);
}
