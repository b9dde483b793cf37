//! The JSON schemas of rule files and dechaff.toml, held against files that are right and files that are not.

use dechaff::{CONFIG_SCHEMA, RULES_SCHEMA};
use jsonschema::Validator;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Files that only the loader can refuse, because the defect is no matter of structure.
const BEYOND: &[&str] = &[
    "bad-case",
    "bad-learned",
    "bad-regex",
    "company-in-unless",
    "empty-literal",
    "evidence-thresholds-fall",
    "lookahead",
    "regex-too-large",
    "rule-widens-lang",
    "rule-widens-sites",
    "same-id-twice",
    "unknown-id-in-disable",
    "weigh-unknown-rule",
    "weigh-without-evidence",
];

fn validator(schema: &str) -> Validator {
    let schema = serde_json::from_str(schema).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// A TOML file as JSON; none where it is not TOML.
fn json(path: &Path) -> Option<serde_json::Value> {
    let value: toml::Value = toml::from_str(&fs::read_to_string(path).unwrap()).ok()?;
    Some(serde_json::to_value(value).unwrap())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn every_pack_is_valid() {
    let schema = validator(RULES_SCHEMA);
    let mut packs = Vec::new();
    files(&Path::new(ROOT).join("rules"), &mut packs);
    files(&Path::new(ROOT).join("tests/packs"), &mut packs);
    assert!(packs.len() > 100);
    for path in packs {
        let errors: Vec<String> =
            schema.iter_errors(&json(&path).unwrap()).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {}", path.display(), errors.join("\n"));
    }
}

#[test]
fn a_defect_of_structure_is_refused() {
    let schema = validator(RULES_SCHEMA);
    let mut accepted = BTreeSet::new();
    for entry in fs::read_dir(Path::new(ROOT).join("tests/invalid")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && json(&path).is_some_and(|json| schema.is_valid(&json)) {
            accepted.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
        }
    }
    assert_eq!(accepted, BEYOND.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn a_wrong_configuration_is_refused() {
    let schema = validator(CONFIG_SCHEMA);
    let mut wrong = Vec::new();
    files(&Path::new(ROOT).join("tests/invalid/config"), &mut wrong);
    assert!(wrong.len() > 2);
    for path in wrong {
        assert!(!json(&path).is_some_and(|json| schema.is_valid(&json)), "{}", path.display());
    }
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let example = readme.split("```toml\n").find(|block| block.contains("[guard]")).unwrap().split("```").next().unwrap();
    let value: toml::Value = toml::from_str(example).unwrap();
    assert!(schema.is_valid(&serde_json::to_value(value).unwrap()));
}
