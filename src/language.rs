//! Guesses the language of an article that does not tell it, from its longest line: that is prose
//! where anything is, and it is the last line that rules take.

use whatlang::{Lang, detect};

/// Bytes of a line that is long enough to guess from.
const SHORTEST: usize = 80;

/// Characters that are looked at.
const SAMPLE: usize = 500;

/// The line that the guess is made from.
pub(crate) fn longest_line(text: &str) -> &str {
    text.split('\n').max_by_key(|line| line.len()).unwrap_or_default().trim()
}

/// The language of a text as packs name it, guessed from its longest line; none where that is unsure.
///
/// ```
/// let text = "Der Rat von Port Ellery hat am Dienstag vier Stunden lang beraten, ob die neue Brücke über den \
///             Sund gebaut werden soll, und niemand hatte eine Abstimmung erwartet.";
/// assert_eq!(dechaff::guess_language(text), Some("de"));
/// assert_eq!(dechaff::guess_language("Port Ellery"), None);
/// ```
pub fn guess_language(text: &str) -> Option<&'static str> {
    guess(longest_line(text))
}

/// The language of a line as packs name it, or none where it is unsure.
pub(crate) fn guess(line: &str) -> Option<&'static str> {
    if line.len() < SHORTEST {
        return None;
    }
    let end = line.char_indices().nth(SAMPLE).map_or(line.len(), |(at, _)| at);
    let info = detect(&line[..end])?;
    info.is_reliable().then(|| code(info.lang()))
}

fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Ara => "ar",
        Lang::Ben => "bn",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Nob => "no",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Slk => "sk",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Vie => "vi",
        // Packs may be for any other language too; they name it by its ISO 639-3 code or not at all.
        other => other.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_known_and_little_is_not() {
        for (line, lang) in [
            (
                "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.",
                Some("en"),
            ),
            (
                "Der Gemeinderat von Oberkranzfeld hat am Dienstag vier Stunden lang über die neue Brücke beraten und abgestimmt.",
                Some("de"),
            ),
            (
                "市议会星期二就横跨海湾的新桥讨论了四个小时，没有人预料到会进行表决，但到傍晚时已有十一名议员举手赞成。",
                Some("zh"),
            ),
            ("Read also", None),
            ("123 456 789 123 456 789 123 456 789 123 456 789 123 456 789 123 456 789 123 456 789 123 456 789", None),
        ] {
            assert_eq!(guess(line), lang, "{line}");
        }
    }
}
