//! Titles: a line that says another article's title is a link to it, though nothing marks it as one.

use super::mask::mask_folded;
use crate::{
    engine::count_words,
    fold::{core, fold_core},
};

/// Words of a title that no other article has by chance.
const WORDS: usize = 4;

/// Characters of one.
const CHARS: usize = 12;

/// What stands between a title and the name of the site.
const MARKS: [&str; 6] = [" | ", " - ", " :: ", " » ", " · ", " / "];

/// What lines may say who name this title: all of it, and without the site's name at its end.
pub(crate) fn sayings(title: &str) -> Vec<String> {
    let whole = fold_core(title);
    let whole = whole.as_str();
    let cut = MARKS.iter().filter_map(|mark| whole.rfind(mark)).max();
    let short = cut.map(|at| &whole[..at]).map(|text| &text[core(text)]);
    let mut all: Vec<String> = [Some(whole), short].into_iter().flatten().map(mask_folded).collect();
    all.retain(|saying| is_telling(saying));
    all.dedup();
    all
}

/// Is it long enough to name one article?
pub(crate) fn is_telling(saying: &str) -> bool {
    count_words(saying) >= WORDS && saying.chars().nth(CHARS).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_s_name_is_no_part_of_the_title() {
        assert_eq!(
            sayings("Storm closes all 12 ports | The Courier"),
            ["storm closes all 0 ports | the courier", "storm closes all 0 ports"]
        );
        assert_eq!(sayings("Storm closes all ports"), ["storm closes all ports"]);
        assert!(sayings("Sport | The Courier").is_empty());
        assert_eq!(sayings("市议会星期二讨论了新桥的建设计划").len(), 1);
    }
}
