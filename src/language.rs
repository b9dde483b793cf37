//! Guesses the language of an article that does not tell it, from its longest line: that is prose
//! where anything is, and it is the last line that rules take.

use once_cell::sync::Lazy;
use rustc_hash::FxHashMap;
use whatlang::{Lang, detect};

/// Bytes of a line that is long enough to guess from.
const SHORTEST: usize = 80;

/// Characters that are looked at.
const SAMPLE: usize = 500;

/// Small words of the languages that most articles are in. Counting them takes a hundredth of the time of
/// a guess from letters.
const WORDS: [(&str, &str); 7] = [
    ("en", "an and are as at be by for from has have is of said that the their this to was which who with"),
    ("de", "am auch auf bei das dass dem der ein eine für im ist mit nach nicht sich und von werden wie wird zu"),
    (
        "fr",
        "aux avec ce cette dans de des du elle en est et il la le les leur mais ont par pas plus pour qui ses son sur un une été",
    ),
    ("es", "como con de del el en está fue ha la las los más para pero por que se su sus también un una"),
    ("pt", "ao com como da das de dos em foi mais mas na no não os para pela pelo por que seu são um uma"),
    ("it", "alla anche che come con dal dei della di gli ha il la le nel non per più si sono un una"),
    ("nl", "aan bij dat de een en het maar met naar niet ook van voor werd wordt zijn"),
];

/// Of them a text must have so many different ones, and so many that none of the other languages has.
const DISTINCT: [usize; 2] = [5, 3];

/// For each of them the languages that have it, as bits.
static SMALL: Lazy<FxHashMap<&str, u8>> = Lazy::new(|| {
    let mut all = FxHashMap::default();
    for (lang, (_, words)) in WORDS.iter().enumerate() {
        words.split(' ').for_each(|word| *all.entry(word).or_insert(0) |= 1 << lang);
    }
    all
});

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
    by_words(&line[..end]).or_else(|| by_letters(&line[..end]))
}

/// The language whose small words leave no doubt: every eighth word is one, and of those that it lacks
/// no other language has a quarter as many.
fn by_words(text: &str) -> Option<&'static str> {
    let words = || text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().nth(1).is_some());
    let mut found: Vec<(&str, u8)> = words().filter_map(|word| Some((word, *SMALL.get(word)?))).collect();
    let count = |lang: usize, but: u8| found.iter().filter(|(_, langs)| langs >> lang & 1 == 1 && langs & but == 0).count();
    let (best, hits) = (0..WORDS.len()).map(|lang| (lang, count(lang, 0))).max_by_key(|(_, hits)| *hits)?;
    let others = (0..WORDS.len()).map(|lang| count(lang, 1 << best)).max()?;
    if 8 * hits < words().count() || hits < 4 * others {
        return None;
    }
    found.sort_unstable();
    found.dedup();
    let distinct = |is: fn(u8, u8) -> bool| found.iter().filter(|(_, langs)| is(*langs, 1 << best)).count();
    let is_clear =
        distinct(|langs, best| langs & best != 0) >= DISTINCT[0] && distinct(|langs, best| langs == best) >= DISTINCT[1];
    is_clear.then_some(WORDS[best].0)
}

/// The most likely language by its letters, where it is much likelier than others.
fn by_letters(text: &str) -> Option<&'static str> {
    let info = detect(text)?;
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

    #[test]
    fn words_say_what_letters_say() {
        let all: String = WORDS.iter().map(|(_, words)| *words).collect::<Vec<_>>().join(" ");
        assert_eq!(by_words(&all), None, "where languages mix, words say nothing");
        for (line, lang) in [
            (
                "The council of Port Ellery met on Tuesday and talked for four hours about the bridge that was to be built by the sound.",
                "en",
            ),
            (
                "Der Gemeinderat von Oberkranzfeld hat am Dienstag über die Brücke beraten, und das ist nicht mit dem Land abgestimmt.",
                "de",
            ),
            (
                "Le conseil de Port-Ellery est réuni pour les travaux du pont, qui sont une affaire dans la région et pas sur le papier.",
                "fr",
            ),
            (
                "El ayuntamiento habló el martes con los vecinos por las obras del puente, pero una parte pide más tiempo para ello.",
                "es",
            ),
            (
                "A câmara não falou com os moradores dos bairros pela manhã, mas uma parte já espera pelo começo das obras em maio.",
                "pt",
            ),
            (
                "Il consiglio di Porto Ellera ha discusso della riforma che non piace ai residenti, e gli altri sono con il sindaco per una volta.",
                "it",
            ),
            (
                "Het bestuur van de haven sprak met een groep bewoners, maar niet over de brug die voor de kust wordt gebouwd, zei het ook.",
                "nl",
            ),
        ] {
            assert_eq!(by_words(line), Some(lang), "{line}");
            assert_eq!(by_letters(line).unwrap_or(lang), lang, "{line}");
        }
        for line in [
            "Kommunestyret i Nordvik møttes tirsdag og snakket i fire timer om den nye broen over sundet, og det var ikke ventet noe vedtak.",
            "El consell de Port Ellera es va reunir dimarts amb els veïns per parlar de les obres del pont, però no hi va haver cap acord.",
            "Die raad van Port Ellery het Dinsdag vier uur lank gepraat oor die nuwe brug, maar niemand het gedink dat daar gestem sou word nie.",
        ] {
            assert_eq!(by_words(line), None, "{line}");
        }
    }
}
