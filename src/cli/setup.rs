//! From flags and `dechaff.toml` to a cleaner: built-in packs, then the configuration's, then those
//! of `--rules`.

use super::args::{InputArgs, RuleArgs};
use crate::io::batch::STOPPED;
use anyhow::{Context, Result, bail};
use dechaff::{Article, Cleaner, Confidence, Config, Pack, Selection};
use std::{env, path::Path, sync::atomic::Ordering};

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

    /// A checksum of all that decides what comes of an article: version, rules, selection, flags.
    pub fn known_by(&self, rules: &RuleArgs, input: &InputArgs) -> String {
        let InputArgs { input_format, encoding, host_from, about, .. } = input;
        let fields = [&input.text_field, &input.url_field, &input.host_field, &input.title_field, &input.lang_field];
        let mut all = format!(
            "{} {rules:?} {:?} {:?} {:?} {input_format:?} {encoding:?} {host_from:?} {about:?} {fields:?}",
            env!("CARGO_PKG_VERSION"),
            self.selection,
            self.config.guard,
            self.config.rules,
        );
        for pack in &self.packs {
            all += &pack.path().display().to_string();
            all += &format!(" {:x} ", pack.fingerprint());
        }
        dechaff::checksum(&all)
    }

    pub fn cleaner(self) -> Result<Cleaner> {
        Ok(Cleaner::builder().packs(self.packs).selection(self.selection).guard(self.config.guard).build()?)
    }
}

/// The cleaner that the flags ask for.
pub fn cleaner(args: &RuleArgs) -> Result<Cleaner> {
    Setup::new(args)?.cleaner()
}

/// A cleaner for rules that others are compared with: those of a file or folder alone, or `builtin`.
pub fn others(path: &Path, rules: &RuleArgs) -> Result<Cleaner> {
    let builtin = path == Path::new("builtin");
    let packs = if builtin { Vec::new() } else { vec![path.to_owned()] };
    Setup::new(&RuleArgs { rules: packs, no_builtin: !builtin, isolated: true, ..rules.clone() })?.cleaner()
}

/// The host that `--site` names.
pub fn site(site: &str) -> Result<String> {
    let host = Article::new("").url(site).host().map(str::to_ascii_lowercase);
    host.with_context(|| format!("--site {site}: no host; its rules would apply nowhere; write it as in example.com"))
}

/// Lets Ctrl-C and SIGTERM end a run after what is under way; a second one ends it at once.
pub fn interruptible() {
    let stop = || {
        if STOPPED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    // Where no handler can be set, the default one ends the run at once, which loses nothing either.
    let _ = ctrlc::set_handler(stop);
}
