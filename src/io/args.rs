//! What the command line says about the input.

use super::{encoding, format::Kind};
use clap::{Args, ValueEnum};

/// What is known about the articles.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "About the articles")]
pub struct AboutArgs {
    /// The host they come from, which switches its site packs on
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// The address they come from
    #[arg(long, value_name = "URL", conflicts_with = "host")]
    pub url: Option<String>,
    /// The headline, where the metadata tell it
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The language, as in `en`; without it, it is guessed, or the surest rules of all languages are used
    #[arg(long, value_name = "CODE")]
    pub lang: Option<String>,
}

/// How input is read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// The format [default: by extension, also in front of .gz and .zst; others are text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub input_format: Option<Kind>,
    /// In folders only files that match; `!` in front leaves files out; may be given more than once
    #[arg(long, value_name = "GLOB")]
    pub glob: Vec<String>,
    /// The encoding of text without a byte order mark: auto, or a name as in windows-1252
    #[arg(long, value_name = "NAME", default_value = "utf-8", value_parser = encoding::parse)]
    pub encoding: encoding::Choice,
    /// The field or column that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub text_field: String,
    /// The field or column that holds the address
    #[arg(long, value_name = "NAME", default_value = "url")]
    pub url_field: String,
    /// The field or column that holds the host
    #[arg(long, value_name = "NAME", default_value = "host")]
    pub host_field: String,
    /// The field or column that holds the title
    #[arg(long, value_name = "NAME", default_value = "title")]
    pub title_field: String,
    /// The field or column that holds the language
    #[arg(long, value_name = "NAME", default_value = "lang")]
    pub lang_field: String,
    /// Take the host from the folder the file is in, where it is named like one
    #[arg(long, value_enum, value_name = "WHERE")]
    pub host_from: Option<HostFrom>,
    /// Threads [default: one for each core]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    #[command(flatten)]
    pub about: AboutArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HostFrom {
    Dir,
}
