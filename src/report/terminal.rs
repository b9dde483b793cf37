//! The diff for a terminal: its pieces in colours.

use anstyle::{AnsiColor, Effects, Style};
use dechaff::{Cleaned, Look, Piece, draw};
use std::fmt::Write;

pub const GONE: Style = AnsiColor::Red.on_default();
const GONE_PART: Style = GONE.effects(Effects::STRIKETHROUGH);
pub const RULE: Style = AnsiColor::Cyan.on_default();
pub const FAINT: Style = Style::new().effects(Effects::DIMMED);
pub const HEAD: Style = Style::new().bold();
pub const HELD: Style = AnsiColor::Yellow.on_default();

/// The diff of an article; empty where nothing goes.
pub fn render(name: &str, cleaned: &Cleaned<'_>, look: Look) -> String {
    let mut out = String::new();
    draw(name, cleaned, look, |piece, text| {
        let style = match piece {
            Piece::Name => HEAD,
            Piece::Held => HELD,
            Piece::Margin => FAINT,
            Piece::Gone => GONE,
            Piece::GonePart => GONE_PART,
            Piece::Rule => RULE,
            _ => Style::new(),
        };
        let _ = write!(out, "{style}{text}{style:#}");
    });
    out
}
