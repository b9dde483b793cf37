//! From flags and `dechaff.toml` to a cleaner: built-in packs, then the configuration's, then those
//! of `--rules`.

use super::args::RuleArgs;
use anyhow::{Context, Result, bail};
use dechaff::{Cleaner, Confidence, Config, Pack, Selection};
use std::env;

/// What holds after all layers.
pub struct Setup {
    pub config: Config,
    pub selection: Selection,
    pub packs: Vec<Pack>,
}

impl Setup {
    pub fn new(args: &RuleArgs) -> Result<Setup> {
        let config = if args.isolated {
            Config::default()
        } else {
            Config::find(&env::current_dir().context("the working directory cannot be read")?)?
        };
        let mut packs = if args.no_builtin { Vec::new() } else { Pack::builtin()? };
        for path in config.rules.iter().chain(&args.rules) {
            packs.extend(Pack::load(path)?);
        }
        let confidence = match args.confidence.as_deref() {
            None => config.confidence,
            Some(name) => match name.parse::<Confidence>() {
                Ok(confidence) => Some(confidence),
                Err(()) => bail!("--confidence {name}: no such level; no rule could be chosen by it; write high, medium or low"),
            },
        };
        let joined = |from_config: &[String], from_flags: &[String]| [from_config, from_flags].concat();
        let selection = Selection {
            select: if args.select.is_empty() { config.select.clone() } else { args.select.clone() },
            extend_select: joined(&config.extend_select, &args.extend_select),
            ignore: joined(&config.ignore, &args.ignore),
            confidence,
        };
        Ok(Setup { config, selection, packs })
    }

    pub fn cleaner(self) -> Result<Cleaner> {
        Ok(Cleaner::builder().packs(self.packs).selection(self.selection).guard(self.config.guard).build()?)
    }
}

/// The cleaner that the flags ask for.
pub fn cleaner(args: &RuleArgs) -> Result<Cleaner> {
    Setup::new(args)?.cleaner()
}
