//! The command line as clap reads it; nothing here decides anything.

mod learn;
mod own;

pub use learn::{LearnArgs, NewArgs};
pub use own::{AddArgs, ReviewArgs};

pub use crate::io::args::InputArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use dechaff::fit::Options;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dechaff diff articles/                  see what would go, and which rule takes it
  dechaff clean article.txt               the cleaned text on stdout
  dechaff clean -o cleaned articles/      a cleaned copy of the folder
  dechaff clean -w --ledger cuts.jsonl articles/
                                          clean in place and note every cut
  dechaff restore -w --ledger cuts.jsonl articles/
                                          put everything back
  dechaff clean --resume -o cleaned --ledger cuts.jsonl crawl/
                                          go on where that was interrupted
  dechaff diff --sample 40 crawl.jsonl    articles spread over rules and hosts
  dechaff diff --format html -o report.html crawl.jsonl
                                          the same as a page for a browser
  dechaff explain article.txt:12          why line 12 goes or stays
  dechaff rules new --site example.com    a pack for one more site
  dechaff learn -o packs crawl.jsonl      packs from what each site repeats
  dechaff diff --learned crawl.jsonl      what goes where articles of a site repeat too

Exit status: 0 done; 1 --check, --exit-code, rules test, rules lint: something to report;
2 trouble (a wrong flag, a bad rule, a file or record that could not be done; the others are).";

/// Takes the chaff out of scraped articles: ads, captions, share bars, comment widgets, links to
/// other stories. Only deletes, says which rule took what, and gives everything back.
#[derive(Parser)]
#[command(name = "dechaff", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Clean articles: text to stdout, in place, or into a folder
    Clean(CleanArgs),
    /// Show what would go and which rule takes it; never changes an article
    Diff(DiffArgs),
    /// Go through the cuts one by one in the terminal; a refusal becomes an exception in your rules
    Review(ReviewArgs),
    /// Put back what a ledger says was cut
    Restore(RestoreArgs),
    /// Say why a line goes or stays: each rule that came near it and what stopped it
    Explain(ExplainArgs),
    /// List, show, test and check rules, or start a pack for a site
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Score the rules on labelled articles: recall, precision, harm, by language, category and rule
    Eval(EvalArgs),
    /// Fit the weights of evidence to labelled articles
    Fit(FitArgs),
    /// Propose site packs from what the articles of a host repeat
    Learn(LearnArgs),
    /// Show the effective configuration and where each part comes from
    Config(ConfigArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man,
}

#[derive(Args)]
pub struct CleanArgs {
    /// Files or folders; `-` or nothing reads standard input
    pub paths: Vec<PathBuf>,
    /// Write each file in place (by an atomic rename; files without chaff are not touched)
    #[arg(short = 'w', long, conflicts_with_all = ["output", "check"])]
    pub write: bool,
    /// Write a cleaned copy of every article under this folder
    #[arg(short, long, value_name = "DIR", conflicts_with = "check")]
    pub output: Option<PathBuf>,
    /// Note every cut in this file, a JSON object for each article that lost something or was held;
    /// a table where its name ends in .parquet
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub ledger: Option<PathBuf>,
    /// Go on where the same command was interrupted or killed
    #[arg(long, conflicts_with = "check")]
    pub resume: bool,
    /// Count what was done in this file, as JSON: by rule, category, host, language; what was held
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write nothing; name the articles that hold chaff and exit with 1 if any does
    #[arg(long)]
    pub check: bool,
    /// Read the articles first, and cut what those of a host repeat, and titles of others, too
    #[arg(long)]
    pub learned: bool,
    /// Stop at the first bad record, and exit with 2 where an article is held
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Args)]
pub struct DiffArgs {
    /// Files or folders; `-` or nothing reads standard input
    pub paths: Vec<PathBuf>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = DiffFormat::Terminal)]
    pub format: DiffFormat,
    /// Only count, by category, rule and file
    #[arg(long, conflicts_with = "format")]
    pub stat: bool,
    /// Write it to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Show only N articles, spread over rules and hosts
    #[arg(long, value_name = "N", conflicts_with = "stat")]
    pub sample: Option<usize>,
    /// Show only what comes out otherwise than with other rules: a file or folder of them, or `builtin`
    #[arg(long, value_name = "RULES", conflicts_with_all = ["stat", "format", "context"])]
    pub against: Option<PathBuf>,
    /// Read the articles first, and cut what those of a host repeat, and titles of others, too
    #[arg(long)]
    pub learned: bool,
    /// Lines shown around a change
    #[arg(short = 'U', long, default_value_t = 1, value_name = "N")]
    pub context: usize,
    /// Exit with 1 if anything would be cut
    #[arg(long)]
    pub exit_code: bool,
    /// When to use colours (NO_COLOR is respected)
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    #[command(flatten)]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people: numbered lines, the rule at each cut
    Terminal,
    /// For `git apply` and `patch`
    Patch,
    /// A JSON object for each article, as in the ledger
    Json,
    /// One page for a browser, with filters and keys to walk from cut to cut
    Html,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Args)]
pub struct RestoreArgs {
    /// Cleaned files or folders; `-` or nothing reads standard input
    pub paths: Vec<PathBuf>,
    /// The ledger that `clean --ledger` wrote
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Write each file in place
    #[arg(short = 'w', long, conflicts_with = "output")]
    pub write: bool,
    /// Write the originals under this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Args)]
pub struct ExplainArgs {
    /// A file, or a line of it as in `article.txt:12`; `-` reads standard input
    pub place: String,
    /// Articles to learn from first, as `clean --learned` does; may be given more than once
    #[arg(long, value_name = "PATH")]
    pub learned: Vec<PathBuf>,
    #[command(flatten)]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Subcommand)]
pub enum RulesCommand {
    /// List rules: id, category, confidence, action, description
    List {
        /// Also those that the selection leaves out
        #[arg(long)]
        all: bool,
        /// Instead: their version, as ledgers record it, and below it the checksum of each file
        #[arg(long, conflicts_with = "all")]
        version: bool,
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// Show a rule as its file has it
    Show {
        /// The full id, as in `en/read-also`
        id: String,
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// Run every rule on its own examples; exit with 1 where one fails
    Test {
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// Check rules for what is likely to go wrong; exit with 1 where something is found
    Lint {
        /// Labelled articles: also say which rules claim more confidence than their record supports
        #[arg(long, value_name = "FILE")]
        gold: Vec<PathBuf>,
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// Count on how many hosts of a corpus each rule finds something
    Reach(Box<ReachArgs>),
    /// Add a rule for a line that is chaff to your own rules
    Add(Box<AddArgs>),
    /// Print the JSON schema of rule files, for editors that complete and check TOML
    Schema,
    /// Print a pack to start from
    New(Box<NewArgs>),
}

#[derive(Args)]
pub struct FitArgs {
    /// Labelled articles, JSON objects one a line: with `cuts`, or with the true body in `gold`
    #[arg(required = true)]
    pub gold: Vec<PathBuf>,
    /// Write the weights here as a rule file instead of to stdout
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Weights at most
    #[arg(long, default_value_t = Options::default().max_weights, value_name = "N")]
    pub max_weights: usize,
    /// Parts that hosts are dealt out to; each is judged by what the others taught
    #[arg(long, default_value_t = Options::default().folds, value_name = "N")]
    pub folds: usize,
    /// How much a line counts that is judged by the true body only
    #[arg(long, default_value_t = Options::default().body_weight, value_name = "X")]
    pub body_weight: f64,
    /// Labelled articles that were written to try the rules: they are fitted to, no threshold is judged by them
    #[arg(long, num_args = 1.., value_name = "GOLD")]
    pub invented: Vec<PathBuf>,
    /// How much a line of those counts
    #[arg(long, default_value_t = Options::default().invented_weight, value_name = "X")]
    pub invented_weight: f64,
    /// Also show so many lines that go or stay, of hosts that were not fitted on
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub lines: usize,
    #[command(flatten)]
    pub rules: RuleArgs,
}

#[derive(Args)]
pub struct EvalArgs {
    /// Labelled articles, a JSON object a line: text, cuts [[start, end, category]], either [[start, end]]
    #[arg(required = true)]
    pub gold: Vec<PathBuf>,
    /// Show the text of every wrong cut
    #[arg(long)]
    pub wrong: bool,
    /// Show the lines that come out otherwise than with these rules, or than in this ledger (.jsonl)
    #[arg(long, value_name = "PATH")]
    pub against: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RuleArgs,
}

#[derive(Args)]
pub struct ReachArgs {
    /// Articles with hosts: JSONL, or folders named like hosts with --host-from dir
    pub paths: Vec<PathBuf>,
    /// Only rules whose id starts so; may be given more than once
    #[arg(long, value_name = "ID")]
    pub rule: Vec<String>,
    /// Show what a rule takes, from so many hosts
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub samples: usize,
    #[command(flatten)]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Args)]
pub struct ConfigArgs {
    /// Print the JSON schema of dechaff.toml instead
    #[arg(long)]
    pub schema: bool,
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// Which rules are used.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Rules")]
pub struct RuleArgs {
    /// Use only these: `all`, categories, packs, rule ids [default: all but byline, headline]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Use these too
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub extend_select: Vec<String>,
    /// Do not use these
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Use rules at least this sure: high, medium, low [default: medium]
    #[arg(long, value_name = "LEVEL")]
    pub confidence: Option<String>,
    /// Load a rule file, or a folder of them; may be given more than once
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Leave the built-in rules out
    #[arg(long)]
    pub no_builtin: bool,
    /// Ignore every dechaff.toml
    #[arg(long)]
    pub isolated: bool,
}
