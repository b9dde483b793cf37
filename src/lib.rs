#![doc = include_str!("../docs/crate.md")]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod article;
mod builtin;
mod cleaner;
mod config;
mod diff;
mod draw;
mod edit;
mod engine;
mod error;
pub mod eval;
mod examples;
pub mod fit;
mod fold;
mod grams;
mod guard;
mod language;
pub mod learn;
mod ledger;
mod lint;
mod own;
mod pack;
mod packed;
mod rule;
mod schema;
mod selection;
mod site;
mod tuned;
mod visible;
mod work;

pub use article::Article;
pub use cleaner::{Cleaner, CleanerBuilder};
pub use config::{CONFIG_FILE, Config};
pub use diff::{DiffLine, LineDiff};
pub use draw::{Look, Piece, draw};
pub use engine::explain::{Explanation, Near};
pub use error::{Error, Result};
pub use examples::{Failure, Outcome, test_rules};
pub use guard::{Guard, Reason};
pub use language::guess_language;
pub use ledger::{Cleaned, Cut, Entry, EntryCut, Term, Weighing, checksum};
pub use lint::{Advice, lint};
pub use own::OwnRules;
pub use pack::Pack;
pub use rule::{Case, Category, Confidence, Origin, Rule, RuleId};
pub use schema::{CONFIG_SCHEMA, RULES_SCHEMA};
pub use selection::Selection;
pub use visible::visible;
