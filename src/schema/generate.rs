//! The schemas as they follow from the types that serde reads; what is committed must be the same.
//! `DECHAFF_UPDATE=1 cargo test --lib schema` writes them, and the reference in docs/rules.md.

use super::{CONFIG_SCHEMA, RULES_SCHEMA};
use crate::{
    config::RawConfig,
    rule::{
        Category, Confidence,
        raw::{Many, RawFile, Spanned},
    },
};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value, json};
use std::{borrow::Cow, fs, path::Path};

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Many{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut one = generator.subschema_for::<T>();
        if one.get("type").is_some_and(|it| it == "string") {
            one.insert("minLength".to_owned(), 1.into());
        }
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

macro_rules! named {
    ($type:ident) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let names: Vec<&str> = $type::ALL.iter().map(|it| it.name()).collect();
                json_schema!({ "type": "string", "enum": names })
            }
        }
    };
}

named!(Category);
named!(Confidence);

/// The schema of a type, as TOML has it: without null, and with the sizes of whole numbers left out.
fn schema<T: JsonSchema>() -> Value {
    let root = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    let mut schema = serde_json::to_value(root).unwrap();
    tidy(&mut schema);
    schema
}

fn tidy(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(map) => {
            map.values_mut().for_each(tidy);
            map.remove("format");
            if map.get("default").is_some_and(|it| it.is_null() || it.is_object()) {
                map.remove("default");
            }
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|it| it != "null");
                let only = types.pop().unwrap();
                map["type"] = only;
            }
            if let Some(Value::Array(mut any)) = map.remove("anyOf") {
                any.retain(|it| it["type"] != "null");
                match any.as_slice() {
                    [Value::Object(only)] if only.contains_key("$ref") => {
                        map.insert("allOf".to_owned(), json!([only]));
                    }
                    [Value::Object(only)] => map.extend(only.clone()),
                    _ => {
                        map.insert("anyOf".to_owned(), any.into());
                    }
                }
            }
        }
        _ => {}
    }
}

/// The schema of a rule file. What stands around a line only `[[weigh]]` may ask, what went there rules may too.
fn rules() -> Value {
    let mut schema = schema::<RawFile>();
    let definitions = schema["definitions"].as_object_mut().unwrap();
    let mut conditions = definitions["Signs"].clone();
    let keys = conditions["properties"].as_object_mut().unwrap();
    keys.retain(|_, key| key.get("x-around").is_none());
    for key in definitions["Signs"]["properties"].as_object_mut().unwrap().values_mut() {
        key.as_object_mut().unwrap().remove("x-around");
    }
    // Of another line only its words and its hits are asked.
    let of_place = ["head", "tail", "after", "before", "prose-above", "prose-below", "under", "over"];
    let mut of_line: Vec<&str> = conditions["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    of_line.retain(|key| !of_place.contains(key));
    of_line.push("hit");
    definitions["Weigh"]["if"] = json!({ "required": ["at"], "properties": { "at": { "not": { "const": 0 } } } });
    definitions["Weigh"]["then"] = json!({ "properties": { "when": { "propertyNames": { "enum": of_line } } } });
    definitions.insert("Conditions".to_owned(), conditions);
    for (name, definition) in definitions.iter_mut().filter(|(name, _)| *name != "Weigh") {
        let text = definition.to_string().replace("#/definitions/Signs", "#/definitions/Conditions");
        assert!(name != "Signs" || !text.contains("$ref\":\"#/definitions/Conditions"));
        *definition = serde_json::from_str(&text).unwrap();
    }
    schema
}

/// Every table of both files with its keys, by the name that docs/rules.md gives it.
pub fn tables() -> Vec<(String, Map<String, Value>)> {
    let (rules, config) = (rules(), schema::<RawConfig>());
    let mut tables = vec![("File".to_owned(), rules.clone()), ("Config".to_owned(), config.clone())];
    for schema in [&rules, &config] {
        tables.extend(schema["definitions"].as_object().unwrap().iter().map(|(name, it)| (name.clone(), it.clone())));
    }
    tables.retain(|(_, table)| table["type"] == "object");
    let object = |value: Value| if let Value::Object(map) = value { map } else { unreachable!() };
    tables.into_iter().map(|(name, table)| (name, object(table))).collect()
}

/// Is a file what it is to be? It is written where that is asked for.
#[track_caller]
pub fn pin(path: &str, committed: &str, wanted: &str) {
    if std::env::var_os("DECHAFF_UPDATE").is_some() {
        return fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), wanted).unwrap();
    }
    assert!(committed == wanted, "{path} is not what follows from the types; DECHAFF_UPDATE=1 cargo test --lib schema writes it");
}

#[test]
fn the_committed_schemas_follow_from_the_types() {
    let text = |schema: &Value| serde_json::to_string_pretty(schema).unwrap() + "\n";
    pin("schema/rules.json", RULES_SCHEMA, &text(&rules()));
    pin("schema/config.json", CONFIG_SCHEMA, &text(&schema::<RawConfig>()));
}
