//! A line with what changes from article to article masked: numbers, and the month between a day and
//! a year. What is left is compared.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Stands for a run of digits.
const NUMBER: char = '0';

/// Stands for a word of a date.
const WORD: &str = "@";

/// Words that a date has between its day and its year: "24 de mayo de 2024".
const DATE_WORDS: usize = 3;

/// How a year begins; few lines have one and need a look at their words.
const CENTURIES: [&str; 2] = ["19", "20"];

/// The masked form of a folded text; empty where it holds no letter.
pub(crate) fn mask_folded(folded: &str) -> String {
    if !folded.contains(char::is_alphabetic) {
        return String::new();
    }
    if !CENTURIES.iter().any(|century| folded.contains(century)) {
        return digits_masked(folded);
    }
    let words = marked(folded.split(' ').map(Word::of).collect());
    let masked: Vec<&str> = words.iter().map(|word| if word.dated { WORD } else { &word.text }).collect();
    masked.join(" ")
}

/// The words of a line, those of its dates marked.
fn marked(mut words: Vec<Word>) -> Vec<Word> {
    for at in 0..words.len() {
        if words[at].number == Number::Year {
            mark_date(&mut words, at);
        }
    }
    words
}

/// Marks the words of the date that ends with this year.
fn mark_date(words: &mut [Word], year: usize) {
    let is_word = |word: &Word| word.number == Number::None && word.text.chars().any(char::is_alphabetic);
    let day = (year.saturating_sub(DATE_WORDS + 1)..year).rev().find(|&at| words[at].number == Number::Day);
    let Some(day) = day else { return };
    // "24 May 2024" has its month behind the day, "May 24, 2024" in front of it.
    let month = if day + 1 == year { day.saturating_sub(1)..day } else { day + 1..year };
    let first = month.start.min(day);
    for word in words[month].iter_mut().filter(|word| is_word(word)) {
        word.dated = true;
    }
    // "Saturday, 25 May": the day of the week.
    if let Some(before) = first.checked_sub(1).map(|at| &mut words[at])
        && is_word(before)
        && before.text.ends_with(',')
    {
        before.dated = true;
    }
}

struct Word {
    /// Its text with digits masked.
    text: String,
    number: Number,
    /// Is it masked as part of a date?
    dated: bool,
}

#[derive(PartialEq, Eq)]
enum Number {
    None,
    Day,
    Year,
}

impl Word {
    fn of(word: &str) -> Word {
        let bare = word.trim_end_matches([',', '.', ')', ':']).trim_start_matches('(');
        let digits = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        let number = match bare.len() {
            1..=2 if digits => Number::Day,
            4 if digits && CENTURIES.iter().any(|century| bare.starts_with(century)) => Number::Year,
            _ => Number::None,
        };
        Word { text: digits_masked(word), number, dated: false }
    }
}

fn digits_masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_numeric() {
            masked.push(c);
        } else if !masked.ends_with(NUMBER) {
            masked.push(NUMBER);
        }
    }
    masked
}

/// A regex for lines that are masked like this one, as a rule writes it.
pub(crate) fn pattern(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let marked = marked(words.iter().map(|word| Word::of(&word.to_lowercase())).collect());
    let one = |(word, mark): (&&str, &Word)| {
        if mark.dated {
            let end = word.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
            return format!(r"[^\s\d]+{}", regex_syntax::escape(&word[end..]));
        }
        let mut out = String::new();
        for part in word.split_inclusive(char::is_numeric) {
            let text = part.trim_end_matches(char::is_numeric);
            out += &regex_syntax::escape(text);
            if text.len() < part.len() && !(text.is_empty() && out.ends_with(r"\d+")) {
                out += r"\d+";
            }
        }
        out
    };
    words.iter().zip(&marked).map(one).collect::<Vec<_>>().join(" ")
}

/// What is compared: a text of a kind on a host.
pub(crate) fn key(host: u64, kind: u8, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (host, kind, text).hash(&mut hasher);
    hasher.finish()
}

/// A number for a text.
pub(crate) fn number(text: &str) -> u64 {
    key(0, 0, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold_core;

    fn mask(line: &str) -> String {
        mask_folded(&fold_core(line))
    }

    #[test]
    fn numbers_and_dates_are_masked() {
        for (line, masked) in [
            ("• READ ALSO: Storm", "read also: storm"),
            ("1,204 shares", "0,0 shares"),
            ("Updated 24 May 2031 at 09:15", "updated 0 @ 0 at 0:0"),
            ("Updated 3 November 2029 at 17:40", "updated 0 @ 0 at 0:0"),
            ("Saturday, May 25, 2031", "@ @ 0, 0"),
            ("Publicado el 4 de mayo de 2031", "publicado el 0 @ @ @ 0"),
            ("The council met in 2031", "the council met in 0"),
            ("— 12 —", ""),
        ] {
            assert_eq!(mask(line), masked, "{line}");
        }
    }

    #[test]
    fn a_pattern_covers_what_is_masked_alike() {
        for lines in [
            ["Updated 24 May 2031 at 09:15", "Updated 3 November 2029 at 17:40"],
            ["1,204 shares (so far)", "9,8 shares (so far)"],
            ["Saturday, May 25, 2031", "Monday, June 3, 2030"],
        ] {
            let regex = regex::Regex::new(&format!("^(?:{})$", pattern(lines[0]))).unwrap();
            for line in lines {
                assert!(regex.is_match(line), "{regex} {line}");
            }
        }
    }
}
