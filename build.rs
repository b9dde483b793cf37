//! Reads and checks every rule file that is on by default, as the library would, and packs what comes
//! of it, so that no run has to (src/builtin.rs).

#![allow(dead_code, unused_imports)]

#[path = "src/error.rs"]
mod error;
#[path = "src/fold.rs"]
mod fold;
#[path = "src/pack.rs"]
mod pack;
#[path = "src/packed.rs"]
mod packed;
#[path = "src/rule/mod.rs"]
mod rule;
#[path = "src/site.rs"]
mod site;
#[path = "src/visible.rs"]
mod visible;
#[path = "src/work.rs"]
mod work;

use pack::{Pack, id_of};
use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let rules = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("rules");
    let mut packs = Vec::new();
    for file in Pack::files(&rules).unwrap() {
        let inside = file.strip_prefix(&rules).unwrap();
        // `compat/` holds opt-in packs: a user loads them with `--rules`.
        if inside.starts_with("compat") {
            continue;
        }
        match Pack::read(&id_of(inside), &Path::new("rules").join(inside), &fs::read_to_string(&file).unwrap(), true) {
            Ok(pack) => packs.push(pack),
            Err(error) => println!("cargo::error={error}"),
        }
    }
    let target = Path::new(&env::var("OUT_DIR").unwrap()).join("builtin");
    let rules: Vec<Vec<u8>> = packs.iter().map(|pack| postcard::to_stdvec(pack.rules()).unwrap()).collect();
    let heads: Vec<(&Pack, usize)> = packs.iter().zip(&rules).map(|(pack, rules)| (pack, rules.len())).collect();
    fs::write(target, [postcard::to_stdvec(&heads).unwrap(), rules.concat()].concat()).unwrap();
}
