//! The diff for people: numbered lines, and at each cut the category and the rule. It is drawn as pieces
//! of text, so that a terminal, a plain text and a page show the same.

use crate::{
    diff::{DiffLine, LineDiff},
    ledger::Cleaned,
    visible::visible,
};

/// What a piece of a drawn diff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece {
    /// The name of the article.
    Name,
    /// Why the article was held.
    Held,
    /// Line numbers, and marks between stretches.
    Margin,
    /// A line that goes, or the sign of one that goes in part.
    Gone,
    /// The part of a line that goes, in brackets.
    GonePart,
    /// The category and rule of a cut.
    Rule,
    /// Everything else.
    Plain,
}

/// How a diff is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Lines around each change.
    pub context: usize,
    /// Columns that a line which stays may take.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Self {
        Look { context: 1, width: 100 }
    }
}

/// Draws the diff of an article piece by piece; nothing where nothing goes. Where the article was held
/// it shows what would have gone.
///
/// ```
/// use dechaff::{Article, Cleaner, Look, draw};
///
/// let text = format!("Ports reopen\n\nADVERTISEMENT\n\n{}\n", "The harbour opened on Monday. ".repeat(9));
/// let cleaner = Cleaner::builtin()?;
/// let mut plain = String::new();
/// draw("ports.txt", &cleaner.clean(&Article::new(&text)), Look::default(), |_, piece| plain.push_str(piece));
/// assert!(plain.contains("- ADVERTISEMENT  ← ad"));
/// # Ok::<(), dechaff::Error>(())
/// ```
pub fn draw(name: &str, cleaned: &Cleaned<'_>, look: Look, mut put: impl FnMut(Piece, &str)) {
    let cuts = cleaned.proposed();
    if cuts.is_empty() {
        return;
    }
    let all = cleaned.original().chars().count();
    let gone: usize = cuts.iter().map(|cut| cleaned.taken(cut).chars().count()).sum();
    put(Piece::Name, &visible(name));
    let plural = if cuts.len() == 1 { "" } else { "s" };
    put(Piece::Plain, &format!("  {} cut{plural}, {gone} of {all} characters\n", cuts.len()));
    if let Some(reason) = cleaned.held() {
        put(Piece::Held, &format!("held, nothing is cut: {reason}"));
        put(Piece::Plain, "\n");
    }
    let diff = LineDiff::new(cleaned);
    let digits = diff.lines().len().to_string().len();
    for (hunk, (range, _)) in diff.hunks(look.context).into_iter().enumerate() {
        if hunk > 0 {
            put(Piece::Margin, &format!("{:>digits$} ⋮", ""));
            put(Piece::Plain, "\n");
        }
        for at in range {
            put(Piece::Margin, &format!("{:>digits$}", at + 1));
            draw_line(&diff.lines()[at], look.width.saturating_sub(digits + 3), &mut put);
            put(Piece::Plain, "\n");
        }
    }
}

fn draw_line(line: &DiffLine<'_, '_>, width: usize, put: &mut impl FnMut(Piece, &str)) {
    let text = line.old.trim_end_matches(['\r', '\n']);
    if !line.is_touched() {
        put(Piece::Plain, format!("   {}", shorten(text, width)).trim_end());
        return;
    }
    put(Piece::Plain, " ");
    if line.is_gone() {
        let blank = text.trim().is_empty();
        put(Piece::Gone, &if blank { "-".to_owned() } else { format!("- {}", visible(text)) });
    } else {
        put(Piece::Gone, "~");
        put(Piece::Plain, " ");
        draw_marked(line, text, put);
    }
    if !text.trim().is_empty() {
        draw_labels(line, put);
    }
}

/// A line of which parts go, these in brackets.
fn draw_marked(line: &DiffLine<'_, '_>, text: &str, put: &mut impl FnMut(Piece, &str)) {
    let mut at = 0;
    for range in &line.gone {
        let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
        put(Piece::Plain, &visible(&text[at..start]));
        if start < end {
            put(Piece::GonePart, &format!("[-{}-]", visible(&text[start..end])));
        }
        at = end;
    }
    put(Piece::Plain, &visible(&text[at..]));
}

/// The category and rule of each cut that takes words of the line.
fn draw_labels(line: &DiffLine<'_, '_>, put: &mut impl FnMut(Piece, &str)) {
    for (at, cut) in line.cuts.iter().enumerate() {
        if line.cuts[..at].iter().all(|before| before.rule() != cut.rule() || before.category() != cut.category()) {
            put(Piece::Plain, "  ");
            put(Piece::Rule, &format!("← {}, {}", cut.category(), cut.rule()));
        }
    }
}

/// The start of a line that stays, enough to know it by.
fn shorten(text: &str, width: usize) -> String {
    let text = visible(text);
    if text.chars().count() <= width {
        return text.into_owned();
    }
    let cut: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}
