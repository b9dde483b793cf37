//! What the articles of a host repeat is furniture: rules and facts learned from a corpus.
//!
//! Articles are read twice. A [`Survey`] notes titles, copies of articles and, in a sketch of bounded size,
//! how often each line could stand; [`Counts`] then counts exactly what could stand often enough, after
//! the rules at hand took theirs. Neither depends on the order of the articles. What repeats is
//! judged by its looks, its place and what the rules make of it ([`Site`]); the result is a rule file
//! for a person to read ([`Site::pack`]), or [`Facts`] to clean the same articles with.
//!
//! ```
//! use dechaff::{Article, Cleaner, learn::{Counts, Glance, Options, Survey}};
//!
//! let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
//! let text = |day: &&str| format!("The harbour of Port Ellery opened on {day}, {}.\n\nEllery reads us every day\n", "a week after the storm ".repeat(6));
//! let texts: Vec<String> = days.iter().map(text).collect();
//! let articles = || texts.iter().map(|text| Article::new(text).host_name("example.com")).zip(days);
//!
//! let cleaner = Cleaner::builtin()?;
//! let mut survey = Survey::new(Options::default());
//! articles().filter_map(|(article, name)| Glance::of(&article, name)).for_each(|glance| survey.add(glance));
//! let overview = survey.close();
//! let mut counts = Counts::new(&overview, 0);
//! let found: Vec<_> = articles().filter_map(|(article, name)| counts.look(&cleaner, &article, name, None)).collect();
//! found.into_iter().for_each(|found| counts.add(found));
//! assert!(counts.judge()[0].pack().is_some_and(|pack| pack.contains("ellery reads us every day")));
//! # Ok::<(), dechaff::Error>(())
//! ```

mod content;
mod count;
pub(crate) mod facts;
mod judged;
mod lines;
mod mask;
mod month;
mod overview;
mod propose;
mod sketch;
mod sorted;
mod survey;
mod titles;
mod write;

pub(crate) use content::Place;
pub use count::{Counts, Found};
pub use facts::Facts;
pub use judged::Site;
pub use month::month_of;
pub use overview::Overview;
pub use survey::{Glance, Survey};
pub use write::Merged;

/// When a line counts as repeated.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Articles of a host that it must stand in at least.
    pub min_docs: usize,
    /// The share of the host's articles that it must stand in, from 0 to 1.
    pub min_share: f64,
    /// Articles below which all that is learned is of low confidence.
    pub sure_docs: usize,
    /// Bytes that counting may take.
    pub memory: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { min_docs: 4, min_share: 0.05, sure_docs: 4, memory: 512 << 20 }
    }
}

impl Options {
    /// The least count that the sketch has to tell.
    fn least(&self) -> u8 {
        self.min_docs.clamp(1, sketch::MOST.into()) as u8
    }
}
