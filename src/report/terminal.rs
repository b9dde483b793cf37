//! The diff for people: numbered lines, and at each cut the category and the rule.

use super::{count, visible};
use anstyle::{AnsiColor, Effects, Style};
use dechaff::{Cleaned, DiffLine, LineDiff};
use std::fmt::Write;

/// How the diff is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub context: usize,
    /// Columns that a line which stays may take.
    pub width: usize,
}

pub const GONE: Style = AnsiColor::Red.on_default();
const GONE_PART: Style = GONE.effects(Effects::STRIKETHROUGH);
pub const RULE: Style = AnsiColor::Cyan.on_default();
pub const FAINT: Style = Style::new().effects(Effects::DIMMED);
pub const HEAD: Style = Style::new().bold();
pub const HELD: Style = AnsiColor::Yellow.on_default();

/// The diff of an article; empty where nothing goes.
pub fn render(name: &str, cleaned: &Cleaned<'_>, look: Look) -> String {
    let mut out = String::new();
    let cuts = cleaned.proposed();
    if cuts.is_empty() {
        return out;
    }
    let all = cleaned.original().chars().count();
    let gone: usize = cuts.iter().map(|cut| cleaned.taken(cut).chars().count()).sum();
    let _ = writeln!(out, "{HEAD}{}{HEAD:#}  {}, {gone} of {all} characters", visible(name), count(cuts.len(), "cut"));
    if let Some(reason) = cleaned.held() {
        let _ = writeln!(out, "{HELD}held, nothing is cut: {reason}{HELD:#}");
    }
    let diff = LineDiff::new(cleaned);
    let digits = diff.lines().len().to_string().len();
    for (hunk, (range, _)) in diff.hunks(look.context).into_iter().enumerate() {
        if hunk > 0 {
            let _ = writeln!(out, "{FAINT}{:>digits$} ⋮{FAINT:#}", "");
        }
        for at in range {
            let line = &diff.lines()[at];
            let number = at + 1;
            let text = line.old.trim_end_matches(['\r', '\n']);
            if !line.is_touched() {
                let shown = shorten(text, look.width.saturating_sub(digits + 3));
                let _ = writeln!(out, "{}", format!("{FAINT}{number:>digits$}{FAINT:#}   {shown}").trim_end());
            } else if line.is_gone() {
                let _ = writeln!(out, "{FAINT}{number:>digits$}{FAINT:#} {GONE}-{}{GONE:#}{}", spaced(text), labels(line, text));
            } else {
                let _ = writeln!(
                    out,
                    "{FAINT}{number:>digits$}{FAINT:#} {GONE}~{GONE:#}{}{}",
                    marked(line, text),
                    labels(line, text)
                );
            }
        }
    }
    out
}

fn spaced(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!(" {}", visible(text)) }
}

/// The category and rule of each cut that takes words of the line.
fn labels(line: &DiffLine<'_, '_>, text: &str) -> String {
    let mut out = String::new();
    for cut in line.cuts.iter().filter(|_| !text.trim().is_empty()) {
        let label = format!("  {RULE}← {}, {}{RULE:#}", cut.category(), cut.rule());
        if !out.contains(&label) {
            out.push_str(&label);
        }
    }
    out
}

/// A line of which parts go, these in brackets and struck through.
fn marked(line: &DiffLine<'_, '_>, text: &str) -> String {
    let mut out = String::from(" ");
    let mut at = 0;
    for range in &line.gone {
        let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
        out.push_str(&visible(&text[at..start]));
        if start < end {
            let _ = write!(out, "{GONE_PART}[-{}-]{GONE_PART:#}", visible(&text[start..end]));
        }
        at = end;
    }
    out.push_str(&visible(&text[at..]));
    out
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
