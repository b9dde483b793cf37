//! Lists every file under `rules/` that is on by default, so that the library can carry them inside.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("rules");
    let mut files = Vec::new();
    collect(&root, "", &mut files);
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let path = root.join(file);
        writeln!(code, "    ({file:?}, include_str!({path:?})),").unwrap();
    }
    code.push_str("]\n");
    let target = Path::new(&env::var("OUT_DIR").unwrap()).join("builtin.rs");
    fs::write(target, code).unwrap();
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
}

/// `compat/` holds opt-in packs: a user loads them with `--rules`.
fn collect(root: &Path, under: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(under)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().expect("rule files have UTF-8 names");
        let path = if under.is_empty() { name.clone() } else { format!("{under}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            if path != "compat" {
                collect(root, &path, files);
            }
        } else if name.ends_with(".toml") {
            files.push(path);
        }
    }
}
