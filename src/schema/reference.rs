//! The reference in docs/rules.md: a table for each table of a file, with every key that the types have
//! and none besides. Their order is the document's own.

use super::{
    CONFIG_SCHEMA, RULES_SCHEMA,
    generate::{pin, tables},
};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_reference_has_every_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let committed = fs::read_to_string(path).unwrap();
    let (mut wanted, mut missing) = (String::new(), BTreeSet::new());
    let tables = tables();
    missing.extend(tables.iter().map(|(name, _)| name.as_str()));
    let mut rest = committed.as_str();
    while let Some(start) = rest.find("<!-- keys of ") {
        let (before, section) = rest.split_at(start);
        let (mark, section) = section.split_once('\n').unwrap();
        let names: Vec<&str> = mark["<!-- keys of ".len()..].trim_end_matches(" -->").split(" without ").collect();
        let find = |name: &str| &tables.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no table {name}")).1;
        assert!(missing.remove(names[0]), "{} stands twice", names[0]);
        let mut keys = find(names[0])["properties"].as_object().unwrap().clone();
        // What another table has too is told there.
        names[1..].iter().for_each(|name| keys.retain(|key, _| find(name)["properties"].get(key).is_none()));
        let (old, after) =
            section.split_at(if section.starts_with('\n') { 0 } else { section.find("\n\n").unwrap_or(section.len()) });
        wanted += &format!("{before}{mark}\n{}", table(find(names[0]), &keys, old));
        rest = after;
    }
    wanted += rest;
    assert!(missing.is_empty(), "docs/rules.md has no table for {missing:?}");
    pin("docs/rules.md", &committed, &wanted);
}

fn table(table: &Map<String, Value>, keys: &Map<String, Value>, old: &str) -> String {
    let known: Vec<&str> = old.lines().filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect();
    let mut names: Vec<&String> = keys.keys().collect();
    names.sort_by_key(|name| known.iter().position(|it| it == name).unwrap_or(known.len()));
    let mut out = String::from("| key | type | default | |\n|---|---|---|---|");
    for name in names {
        let key = &keys[name];
        let required = table.get("required").is_some_and(|it| it.as_array().unwrap().contains(&Value::from(name.as_str())));
        let default = match key.get("default") {
            _ if required => "required".to_owned(),
            None if key["type"] == "array" => "none".to_owned(),
            None => String::new(),
            Some(Value::Array(items)) if items.is_empty() => "none".to_owned(),
            Some(Value::String(text)) if text.is_empty() => "none".to_owned(),
            Some(value) => format!("`{value}`"),
        };
        let says = key["description"].as_str().unwrap_or_default().replace('|', "\\|");
        out += &format!("\n| `{name}` | {} | {default} | {says} |", kind(key));
    }
    out
}

/// A type in the words of the document.
fn kind(key: &Value) -> String {
    if let Some(names) = key.get("enum") {
        let names: Vec<String> = names.as_array().unwrap().iter().map(|name| format!("`{name}`")).collect();
        return names.join(", ");
    }
    if let Some(value) = key.get("const") {
        return format!("`{value}`");
    }
    if let Some(name) = reference(key).or_else(|| reference(key.get("allOf")?.get(0)?)) {
        return match name.as_str() {
            "Category" => "a category".to_owned(),
            "Confidence" => "`\"high\"`, `\"medium\"`, `\"low\"`".to_owned(),
            _ => format!("[table](#{})", name.to_lowercase()),
        };
    }
    if let Some(one) = key.get("anyOf").and_then(|any| any.get(0)) {
        return format!("{}, or a list", kind(one));
    }
    let (min, max) = (key.get("minimum").and_then(Value::as_f64), key.get("maximum").and_then(Value::as_f64));
    let between = match (min, max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) if min > 0.0 => format!(" from {min}"),
        (None, Some(max)) => format!(" to {max}"),
        _ => String::new(),
    };
    match key["type"].as_str().unwrap() {
        "string" => "text".to_owned(),
        "boolean" => "true, false".to_owned(),
        "integer" => format!("whole number{between}"),
        "number" if between == " from 0 to 1" => "share, 0 to 1".to_owned(),
        "number" => format!("number{between}"),
        "array" if kind(&key["items"]).contains("(#") => format!("{}s", kind(&key["items"])),
        "array" => format!("list of {}", kind(&key["items"]).replace("text", "texts").replace("a category", "categories")),
        other => panic!("{other} has no name in the document"),
    }
}

fn reference(key: &Value) -> Option<String> {
    Some(key.get("$ref")?.as_str()?.rsplit('/').next()?.to_owned())
}

/// What is said of a key ends in an example; it must be valid TOML for that key.
#[test]
fn every_example_is_valid() {
    let definitions = |schema: &str| serde_json::from_str::<Value>(schema).unwrap()["definitions"].clone();
    for (name, table) in tables() {
        let mine = if ["Config", "Guard"].contains(&name.as_str()) { CONFIG_SCHEMA } else { RULES_SCHEMA };
        for (key, schema) in table["properties"].as_object().unwrap() {
            let says = schema["description"].as_str().unwrap_or_else(|| panic!("{name}.{key}: nothing is said of it"));
            let example = says.split('`').find(|code| code.starts_with(&format!("{key} = ")));
            let example = example.unwrap_or_else(|| panic!("{name}.{key}: no example in {says:?}"));
            let value: toml::Table = toml::from_str(example).unwrap_or_else(|error| panic!("{example}: {error}"));
            let mut whole = schema.clone();
            whole["definitions"] = definitions(mine);
            whole["$schema"] = "http://json-schema.org/draft-07/schema#".into();
            let json = serde_json::to_value(&value[key]).unwrap();
            if let Err(error) = jsonschema::validate(&whole, &json) {
                panic!("{name}.{key}: {example}: {error}");
            }
        }
    }
}
