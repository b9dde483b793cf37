//! The signs that may turn out to weigh something: a fixed set of shapes, places and neighbours, and
//! the words that short lines of many hosts share.

use crate::{
    engine::{in_word, is_unspaced},
    fold::fold,
    rule::Category,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// A sign that is tried.
pub(super) struct Candidate {
    pub at: isize,
    /// Its `when` as a rule file writes it.
    pub when: String,
    pub family: Family,
}

/// Signs of a kind stand together in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Rules,
    Neighbourhood,
    Shape,
    Neighbours,
    Article,
    Together,
    Words,
}

impl Family {
    pub fn title(self) -> &'static str {
        match self {
            Family::Rules => "What rules know of the line and of those around it, also rules too weak to cut alone.",
            Family::Neighbourhood => "How far it stands from the prose, and among what rows of lines.",
            Family::Shape => "What the line looks like.",
            Family::Neighbours => "What the lines next to it look like.",
            Family::Article => "What it shares with the rest of the article.",
            Family::Together => "Shape and place together.",
            Family::Words => {
                "Words. They only ever speak for a cut: a language that nobody labelled must not pay for lacking them."
            }
        }
    }
}

const NO_LETTER: &str = r"\P{L}+";
const DATED: &str = r"\d.*\p{L}.*";
const GOES_ON: &str = r"\p{Ll}.*";
const SENTENCES: &str = r".*\p{Ll}[.!?…][\x22”»’)]* +[\x22“«‘(]?\p{Lu}.*";

/// Shapes, places and neighbours. Places are told by the prose and never by the article's ends: those
/// come nearer to a line with each line that goes.
pub(super) fn fixed() -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut add = |family, at: isize, when: String| all.push(Candidate { at, when, family });
    for category in Category::ALL {
        for at in [0, -1, 1, -2, 2] {
            add(Family::Rules, at, format!("hit = \"{category}\""));
        }
        add(Family::Rules, 0, format!("under = \"{category}\""));
        add(Family::Rules, 0, format!("over = \"{category}\""));
    }
    for (key, values) in [
        ("prose-above", &["false"][..]),
        ("prose-below", &["false"]),
        ("since-prose", &["1", "2", "3", "5", "8", "12"]),
        ("until-prose", &["1", "2", "3", "5", "8", "12"]),
        ("run", &["2", "3", "4", "6", "10", "20"]),
        ("unended", &["2", "3", "4", "6", "10", "20"]),
        ("alike", &["2", "3", "4", "6", "10"]),
        ("known", &["0.1", "0.2", "0.3", "0.5", "0.7"]),
    ] {
        values.iter().for_each(|value| add(Family::Neighbourhood, 0, format!("{key} = {value}")));
    }
    for (key, values) in [
        ("max-words", &["1", "2", "3", "4", "6", "8", "10", "12", "15"][..]),
        ("min-chars", &["50", "80", "100", "150", "200"]),
        ("sentence", &["false"]),
        ("prose", &["true"]),
        ("bullet", &["true"]),
        ("upper", &["0.3", "0.6", "0.9"]),
        ("capitals", &["0.5", "0.8", "1.0"]),
        ("digits", &["0.05", "0.2", "0.4"]),
        ("ends", &["':'", "'...'", "'?'", "'!'", "','", "'\"'", "')'", "'>'", "'»'"]),
        ("starts", &["'\"'", "'@'"]),
        (
            "contains",
            &[
                "'|'", "'/'", "'@'", "'#'", "'©'", "'»'", "'>'", "'·'", "'•'", "'...'", "'http'", "'www'", "'.com'", "'('",
                "'\"'", "':'", "'&'", "'+'", "'%'", "'$'", "'→'", "'='",
            ],
        ),
    ] {
        values.iter().for_each(|value| add(Family::Shape, 0, format!("{key} = {value}")));
    }
    for regex in [NO_LETTER, DATED, GOES_ON, SENTENCES] {
        [0, -1, 1].into_iter().for_each(|at| add(Family::Shape, at, format!("regex = '{regex}', case = \"exact\"")));
    }
    for at in [-1, 1, -2, 2] {
        for when in [
            "prose = true",
            "sentence = false",
            "max-words = 3",
            "max-words = 6",
            "max-words = 12",
            "min-chars = 150",
            "ends = ':'",
            "starts = '\"'",
            "bullet = true",
            "digits = 0.1",
            "capitals = 0.8",
        ] {
            add(Family::Neighbours, at, when.to_owned());
        }
    }
    for (key, values) in [
        ("in-body", &["0.3", "0.5", "0.75", "1.0"][..]),
        ("in-title", &["0.3", "0.5", "0.8"]),
        ("repeats", &["true"]),
        ("title", &["true"]),
    ] {
        values.iter().for_each(|value| add(Family::Article, 0, format!("{key} = {value}")));
    }
    for shape in ["sentence = false", "sentence = true", "max-words = 4", "min-words = 5, sentence = false", "in-body = 0.5"] {
        for place in [
            "prose-below = false",
            "prose-above = false",
            "run = 3",
            "run = 6",
            "run = 12",
            "since-prose = 1",
            "until-prose = 1",
            "alike = 4",
            "unended = 6",
            "known = 0.2, run = 4",
            "known = 0.4, run = 4",
        ] {
            add(Family::Together, 0, format!("{shape}, {place}"));
        }
    }
    for shape in [
        "sentence = true",
        "sentence = true, min-words = 8",
        "sentence = false, max-words = 3",
        "sentence = false, min-words = 4",
    ] {
        for side in ["under", "over"] {
            for category in
                [Category::Related, Category::Nav, Category::Share, Category::Subscribe, Category::Comments, Category::Stamp]
            {
                add(Family::Together, 0, format!("{shape}, {side} = \"{category}\""));
            }
        }
        for known in ["0.1", "0.3", "0.5", "0.7"] {
            add(Family::Together, 0, format!("{shape}, known = {known}"));
        }
    }
    all
}

/// Finds words and pairs of them that short lines of several hosts share and that are no one
/// language's function words.
#[derive(Default)]
pub(super) struct Words {
    /// For each word or pair the hosts with a short line that holds it.
    hosts: FxHashMap<String, FxHashSet<usize>>,
    /// For each language its articles, and in how many of them prose holds a word.
    prose: FxHashMap<String, (usize, FxHashMap<String, usize>)>,
}

/// Characters of a line whose words are looked at.
const SHORT: usize = 150;

/// Hosts that must share a word.
const HOSTS: usize = 4;

/// A word that stands in the prose of more than this share of a language's articles is a function word.
const FUNCTION: f64 = 0.5;

impl Words {
    pub fn read(&mut self, text: &str, lang: &str, host: usize) {
        let mut of_prose = FxHashSet::default();
        for line in text.lines() {
            let folded = fold(line);
            let bounds: Vec<(usize, usize)> = word_bounds(&folded).collect();
            let word = |&(start, end): &(usize, usize)| &folded[start..end];
            if line.chars().count() > SHORT {
                of_prose.extend(bounds.iter().map(|it| word(it).to_owned()));
                continue;
            }
            for (at, &(start, end)) in bounds.iter().enumerate() {
                self.hosts.entry(folded[start..end].to_owned()).or_default().insert(host);
                if let Some(&(second, end)) = bounds.get(at + 1)
                    && &folded[bounds[at].1..second] == " "
                {
                    self.hosts.entry(folded[start..end].to_owned()).or_default().insert(host);
                }
            }
        }
        let (articles, words) = self.prose.entry(lang.to_owned()).or_default();
        *articles += 1;
        of_prose.into_iter().for_each(|word| *words.entry(word).or_default() += 1);
    }

    pub fn candidates(self) -> Vec<Candidate> {
        let is_function = |word: &str| {
            self.prose
                .values()
                .any(|(articles, words)| words.get(word).is_some_and(|&n| n >= 3 && n as f64 > FUNCTION * *articles as f64))
        };
        let means = |word: &str| word.chars().all(char::is_alphabetic) && word.chars().count() > 1 && !is_function(word);
        let mut words: Vec<String> = self
            .hosts
            .iter()
            .filter(|(text, hosts)| {
                hosts.len() >= HOSTS
                    && match text.split_once(' ') {
                        Some((first, second)) => means(first) || means(second),
                        None => means(text),
                    }
            })
            .map(|(text, _)| text.clone())
            .collect();
        words.sort();
        words.into_iter().map(|word| Candidate { at: 0, when: format!("contains = '{word}'"), family: Family::Words }).collect()
    }
}

/// Where words of a folded line start and end; scripts without spaces have none.
fn word_bounds(folded: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut rest = folded.char_indices().peekable();
    std::iter::from_fn(move || {
        let is_part = |c: char| in_word(c) && !is_unspaced(c);
        let (start, _) = rest.find(|&(_, c)| is_part(c))?;
        let mut end = start + folded[start..].chars().next().map_or(0, char::len_utf8);
        while let Some(&(at, c)) = rest.peek()
            && is_part(c)
        {
            end = at + c.len_utf8();
            rest.next();
        }
        Some((start, end))
    })
}
