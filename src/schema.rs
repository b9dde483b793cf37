//! JSON schemas of the files that people write, for editors that complete and check TOML.

/// The JSON schema (draft 7) of a rule file.
pub const RULES_SCHEMA: &str = include_str!("../schema/rules.json");

/// The JSON schema (draft 7) of [`dechaff.toml`](crate::CONFIG_FILE).
pub const CONFIG_SCHEMA: &str = include_str!("../schema/config.json");

#[cfg(test)]
mod generate;
#[cfg(test)]
mod reference;
