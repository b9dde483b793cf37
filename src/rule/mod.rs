//! What a rule is once its file has been read and checked.

pub(crate) mod bytes;
pub(crate) mod check;
pub(crate) mod condition;
pub(crate) mod evidence;
pub(crate) mod examples;
pub(crate) mod file;
pub(crate) mod keys;
pub(crate) mod needs;
pub(crate) mod pattern;
pub(crate) mod raw;
pub(crate) mod regex;
pub(crate) mod stubs;
mod tables;
pub(crate) mod texts;
mod tree;
mod window;
mod words;

pub use examples::Case;

use crate::packed::Packed;
use condition::Conditions;
use pattern::Pattern;
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};
use texts::Texts;

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$vdoc:meta])* $variant:ident = $name:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $type { $($(#[$vdoc])* $variant),+ }

        impl $type {
            /// All of them, in the order of their definition.
            pub const ALL: &[$type] = &[$($type::$variant),+];

            /// The name that rule files, flags and ledgers use.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $type {
            type Err = ();
            fn from_str(name: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|it| it.name() == name).ok_or(())
            }
        }
    };
}

names! {
    /// What kind of chaff a rule takes.
    Category {
        /// Advertisement markers, promo boxes, affiliate notes.
        Ad = "ad",
        /// Captions and credits of pictures, videos and graphics.
        Caption = "caption",
        /// Links to other stories.
        Related = "related",
        /// Share bars, print and copy links, share counts.
        Share = "share",
        /// Comment widgets, their forms and policies, reader comments.
        Comments = "comments",
        /// Newsletters, paywalls, registration, donations, apps, "Follow us".
        Subscribe = "subscribe",
        /// Menus, breadcrumbs, tags, section labels, the site's own name.
        Nav = "nav",
        /// Copyright, terms, disclaimers, cookie notices.
        Legal = "legal",
        /// Where the text first appeared.
        Source = "source",
        /// Publication times, reading times, view counts.
        Stamp = "stamp",
        /// Authors and agencies; kept unless selected.
        Byline = "byline",
        /// Players, galleries, polls and other widgets.
        Media = "media",
        /// Lines that repeat another line out of place.
        Duplicate = "duplicate",
        /// Scripts, styles, markup, placeholders.
        Code = "code",
        /// Chaff that fits none of these.
        Other = "other",
        /// A first line that says what the known title says; kept unless selected.
        Headline = "headline",
    }
}

impl Category {
    /// Is it cut when nothing is selected? All but bylines and headlines are.
    pub fn by_default(self) -> bool {
        !matches!(self, Category::Byline | Category::Headline)
    }
}

names! {
    /// How sure a rule's record makes us; [`Ord`] puts the surest last.
    Confidence {
        /// Less sure than medium: off unless asked for.
        Low = "low",
        /// 98 % of what it cuts is chaff.
        Medium = "medium",
        /// Not one wrong cut on the labelled articles.
        High = "high",
    }
}

/// The full id of a rule: the id of its pack and its own, as in `en/read-also`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleId(Arc<str>);

impl RuleId {
    pub(crate) fn new(pack: &str, id: &str) -> RuleId {
        RuleId(if pack.is_empty() { id.into() } else { format!("{pack}/{id}").into() })
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is it the rule, or a rule of the pack or folder of packs, that `selector` names?
    pub(crate) fn is_in(&self, selector: &str) -> bool {
        self.0.strip_prefix(selector).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A checked rule.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Rule {
    pub(crate) id: RuleId,
    pub(crate) category: Category,
    pub(crate) confidence: Confidence,
    pub(crate) action: Action,
    pub(crate) when: Conditions,
    pub(crate) unless: Conditions,
    /// Languages it applies to; none means any.
    pub(crate) lang: Vec<String>,
    /// Hosts it applies to; none means any.
    pub(crate) sites: Vec<String>,
    pub(crate) origin: Origin,
    about: Packed<About>,
}

/// What a rule says of itself, which no run needs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct About {
    pub description: String,
    pub removes: Vec<String>,
    pub keeps: Vec<String>,
    pub cases: Vec<Case>,
    /// The checksum of its text as it was learned.
    pub learned: Option<String>,
    pub source: String,
}

/// Where a rule was read from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Origin {
    /// The file, as it was named; built-in packs start with `rules/`.
    pub path: PathBuf,
    /// The line of its `id`, from 1.
    pub line: usize,
    /// Is it compiled in?
    pub builtin: bool,
}

impl Rule {
    /// Its full id.
    pub fn id(&self) -> &RuleId {
        &self.id
    }

    /// What kind of chaff it takes.
    pub fn category(&self) -> Category {
        self.category
    }

    /// How sure it is.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// What it is for, in a sentence; empty where a user's rule says nothing.
    pub fn description(&self) -> &str {
        &self.about().description
    }

    /// The file and line it was read from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The checksum that its text had when it was learned; none of a rule that a person wrote.
    pub fn learned(&self) -> Option<&str> {
        self.about().learned.as_deref()
    }

    /// Its text in the file.
    pub fn source(&self) -> &str {
        &self.about().source
    }

    /// The languages it applies to; empty for any.
    pub fn lang(&self) -> &[String] {
        &self.lang
    }

    /// The hosts it applies to, each with its sub-domains; empty for any.
    pub fn sites(&self) -> &[String] {
        &self.sites
    }

    pub(crate) fn about(&self) -> &About {
        self.about.get()
    }

    /// The name of its action, as in the file.
    pub fn action(&self) -> &'static str {
        match self.action {
            Action::Line(_) => "line",
            Action::Span(_) => "span",
            Action::Block(_) => "block",
            Action::Run(_) => "run",
            Action::Repeat(_) => "repeat",
        }
    }

    /// What its action starts from: none for actions that look at several lines.
    pub(crate) fn entry(&self) -> Option<&Match> {
        match &self.action {
            Action::Line(entry) => Some(entry),
            Action::Block(block) => Some(&block.start),
            Action::Span(_) | Action::Run(_) | Action::Repeat(_) => None,
        }
    }
}

/// Characters of the longest line that a rule takes, or starts a block from, unless its `when` says
/// `max-chars`: an article that stands on one line must not go by how it starts or ends.
pub(crate) const LONGEST_LINE: usize = 600;

/// Characters of the longest part of a line that a span takes at once.
pub(crate) const LONGEST_SPAN: usize = 400;

/// What a rule takes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Action {
    Line(Match),
    Span(Span),
    Block(Block),
    Run(Run),
    Repeat(Repeat),
}

/// The match keys of an action: one table, all of whose keys must hold, or several, one of which must.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Match(pub Vec<Conditions>);

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Span {
    /// Folded literals.
    Contains(Texts),
    Regex(Vec<Pattern>),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Block {
    pub start: Match,
    pub until: Option<Until>,
    /// Takes all that follows; with `until`, where that is not found.
    pub until_end: bool,
    pub take: usize,
    pub lead: Option<Lead>,
    /// How many lines below its start, or at its end, other rules of its category must know.
    pub witnesses: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Until {
    pub line: Match,
    pub max_lines: usize,
    pub keep: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Lead {
    pub lines: usize,
    pub max_words: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub min_lines: usize,
    pub each: Conditions,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Repeat {
    pub adjacent: bool,
    pub drop: Drop,
    pub min_chars: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Drop {
    Later,
    First,
    All,
}
