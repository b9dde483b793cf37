//! A review on a screen of any size: rows of styled text, none wider than the screen.

use super::session::{Mode, Session};
use crate::report::{
    count,
    terminal::{FAINT, GONE, HEAD, HELD, RULE},
    visible,
};
use anstyle::{Effects, Style};
use dechaff::Category;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Pieces of one row from left to right.
pub type Row = Vec<(Style, String)>;

const PLAIN: Style = Style::new();
const HERE: Style = Style::new().effects(Effects::BOLD);

/// The rows of a screen, exactly as many as it has.
pub fn draw(session: &Session, width: usize, height: usize) -> Vec<Row> {
    let (head, foot) = (head(session), foot(session, width));
    let room = height.saturating_sub(2 + foot.len());
    let mut body = body(session, width, room);
    body.resize(room, Row::new());
    let line = vec![(FAINT, "─".repeat(width))];
    let mut rows = vec![clip(head, width)];
    rows.extend(body);
    rows.push(line);
    rows.extend(foot.into_iter().map(|row| clip(row, width)));
    rows.truncate(height);
    rows
}

fn head(session: &Session) -> Row {
    let asked = session.current().map(|(article, _)| &session.papers[article]);
    let place = |paper: &super::paper::Paper| {
        let host = paper.host.as_deref().map_or(String::new(), |host| format!(" · {host}"));
        let held = if paper.held { " · held, nothing is cut" } else { "" };
        visible(&format!("{}{host}{held}", paper.name)).into_owned()
    };
    match (&session.mode, asked) {
        (Mode::Summary { .. }, _) => vec![(HEAD, "What would be written".to_owned())],
        (_, Some(paper)) => {
            vec![(HEAD, format!("{} of {}  ", session.at + 1, count(session.cuts.len(), "cut"))), (PLAIN, place(paper))]
        }
        (_, None) => vec![(HEAD, "All cuts are decided".to_owned())],
    }
}

fn foot(session: &Session, width: usize) -> Vec<Row> {
    let [accepted, refused] = session.tally();
    let tally = format!("{accepted} accepted, {refused} refused, {} marked", session.marks.len());
    let (about, keys): (Row, &[&str]) = match &session.mode {
        Mode::Asking => match session.current() {
            Some((article, cut)) => {
                let cut = &session.papers[article].cuts[cut];
                let why = cut.why.as_deref().map_or(String::new(), |why| format!(" · {why}"));
                let about =
                    vec![(RULE, format!("{}, {}", cut.category, cut.rule)), (PLAIN, format!(" · {}{why}", cut.confidence))];
                let keys = [
                    "a accept",
                    "r refuse",
                    "A/R all of this rule",
                    "h/H all on this host",
                    "m mark a line",
                    "e edit",
                    "b back",
                    "q finish",
                ];
                return footer(about, tally, &keys, width);
            }
            None => (Row::new(), &["b back", "q finish"]),
        },
        Mode::Choosing { .. } => {
            (vec![(PLAIN, "Which line is chaff?".to_owned())], &["↑/k up", "↓/j down", "enter this one", "esc back"])
        }
        Mode::Naming { .. } => {
            let names: Vec<String> =
                ('a'..='z').zip(Category::ALL).map(|(letter, category)| format!("{letter} {category}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            return footer(vec![(PLAIN, "What is it? esc goes back".to_owned())], tally, &names, width);
        }
        Mode::Summary { .. } => (Row::new(), &["w write", "e edit", "b back", "x leave without writing", "↑/k ↓/j scroll"]),
    };
    footer(about, tally, keys, width)
}

/// What it is about, the tally, and as many rows of keys as these take.
fn footer(about: Row, tally: String, keys: &[&str], width: usize) -> Vec<Row> {
    let mut rows = vec![about, vec![(FAINT, tally)]];
    let mut row = String::new();
    for key in keys {
        if !row.is_empty() && row.width() + 3 + key.width() > width {
            rows.push(vec![(PLAIN, std::mem::take(&mut row))]);
        }
        if !row.is_empty() {
            row += "   ";
        }
        row += key;
    }
    rows.push(vec![(PLAIN, row)]);
    rows
}

fn body(session: &Session, width: usize, room: usize) -> Vec<Row> {
    let (article, from, to, marked) = match &session.mode {
        Mode::Summary { lines, from } => {
            let style = |line: &str| match line.chars().next() {
                Some('+') => RULE,
                Some('-') => GONE,
                _ => PLAIN,
            };
            let rows = lines[*from..].iter().flat_map(|line| wrap(&visible(line), width, style(line)));
            return rows.take(room).map(|piece| vec![piece]).collect();
        }
        Mode::Choosing { article, line } | Mode::Naming { article, line } => (*article, *line, *line + 1, true),
        Mode::Asking => match session.current() {
            Some((article, cut)) => {
                let lines = &session.papers[article].cuts[cut].lines;
                (article, lines.start, lines.end, false)
            }
            None => return Vec::new(),
        },
    };
    // What is asked about stands a third down, where there is something above it.
    let paper = &session.papers[article];
    let rows = |at: usize| line(session, article, at, (from..to).contains(&at), marked, width, room);
    let mut above: Vec<Row> = Vec::new();
    for at in (0..from).rev() {
        let next = rows(at);
        if above.len() + next.len() > room / 3 {
            break;
        }
        above.splice(0..0, next);
    }
    let below = (from..paper.lines.len()).flat_map(rows);
    let free = room.saturating_sub(above.len());
    above.extend(below.take(free));
    above
}

/// The rows of a line of the article; one that is only near is cut short.
fn line(session: &Session, article: usize, at: usize, here: bool, marked: bool, width: usize, room: usize) -> Vec<Row> {
    let paper = &session.papers[article];
    let line = &paper.lines[at];
    let digits = paper.lines.len().to_string().len();
    let sign = match () {
        _ if session.is_marked(article, at) => '+',
        _ if line.is_gone => '-',
        _ if line.is_touched => '~',
        _ => ' ',
    };
    let pointer = if here { '>' } else { ' ' };
    let style = match () {
        _ if line.is_gone && here => GONE.effects(Effects::BOLD),
        _ if line.is_gone => GONE,
        _ if session.is_marked(article, at) => HELD,
        _ if here && marked => HERE,
        _ => PLAIN,
    };
    let indent = digits + 4;
    let mut text = line.text.clone();
    if line.is_touched && !line.is_gone {
        // The parts that go stand in brackets, as in the diff.
        for range in line.gone.iter().rev() {
            text.replace_range(range.clone(), &format!("[-{}-]", &line.text[range.clone()]));
        }
    }
    let most = if here { (room / 2).max(1) } else { 2 };
    let mut rows = Vec::new();
    for (number, (style, piece)) in wrap(&text, width.saturating_sub(indent).max(1), style).into_iter().enumerate() {
        if number == most {
            if let Some((_, last)) = rows.last_mut().and_then(|row: &mut Row| row.last_mut()) {
                last.pop();
                last.push('…');
            }
            break;
        }
        let gutter = if number == 0 { format!("{pointer}{:>digits$} {sign} ", at + 1) } else { " ".repeat(indent) };
        rows.push(clip(vec![(if here { HERE } else { FAINT }, gutter), (style, piece)], width));
    }
    rows
}

/// A text in pieces of at most that many columns, between words where that can be.
fn wrap(text: &str, width: usize, style: Style) -> Vec<(Style, String)> {
    let text = text.replace('\t', "    ");
    let (mut pieces, mut piece, mut columns) = (Vec::new(), String::new(), 0);
    for word in text.split_inclusive(' ') {
        if columns > 0 && columns + word.trim_end().width() > width {
            pieces.push((style, std::mem::take(&mut piece)));
            columns = 0;
        }
        for c in word.chars() {
            let wide = c.width().unwrap_or(0);
            if columns + wide > width {
                if c == ' ' {
                    continue;
                }
                pieces.push((style, std::mem::take(&mut piece)));
                columns = 0;
            }
            piece.push(c);
            columns += wide;
        }
    }
    pieces.push((style, piece));
    pieces
}

/// A row without what does not fit.
fn clip(row: Row, width: usize) -> Row {
    let mut left = width;
    let mut clipped = Row::new();
    for (style, text) in row {
        let mut kept = String::new();
        for c in text.chars() {
            let wide = c.width().unwrap_or(0);
            if wide > left {
                left = 0;
                break;
            }
            left -= wide;
            kept.push(c);
        }
        clipped.push((style, kept));
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{paper::Paper, session::Key};
    use dechaff::{Article, Cleaner, Pack};

    fn session() -> Session {
        let rules = "[[rule]]\nid = \"ad\"\ncategory = \"ad\"\nline = { is = \"advertisement\" }\n\
            [[rule]]\nid = \"credit\"\ncategory = \"caption\"\nspan = { contains = \"(photo: ellery)\" }\n";
        let cleaner = Cleaner::builder().packs([Pack::parse("t", rules).unwrap()]).build().unwrap();
        let prose = "The council of Port Ellery met on Tuesday and talked for four hours about the bridge. ".repeat(4);
        let text = format!(
            "桥梁表决在港口举行了很长时间的讨论桥梁表决在港口举行了很长时间的讨论桥梁表决在港口\n\n{prose}\n\nADVERTISEMENT\n\n{prose}\nThe quay (photo: Ellery) at dusk.\n"
        );
        let article = Article::new(&text).host_name("example.com");
        Session::new(vec![Paper::new("a.txt".into(), article.host(), &cleaner.clean(&article))])
    }

    fn text(rows: &[Row]) -> Vec<String> {
        rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect()
    }

    #[test]
    fn every_screen_has_its_size() {
        for keys in ["", "a", "ar", "m", "mx"] {
            for (width, height) in [(80, 24), (40, 12), (20, 6), (200, 60), (8, 3), (1, 1)] {
                let mut session = session();
                keys.chars().for_each(|key| {
                    session.press(if key == 'x' { Key::Enter } else { Key::Char(key) });
                });
                let rows = text(&draw(&session, width, height));
                assert!(rows.len() <= height, "{keys} {width} {height}");
                assert!(rows.iter().all(|row| row.width() <= width), "{keys} {width} {height}: {rows:?}");
            }
        }
    }

    #[test]
    fn the_cut_is_in_sight_with_its_rule() {
        let mut session = session();
        let rows = text(&draw(&session, 80, 24));
        assert!(rows[0].starts_with("1 of 2 cuts  a.txt · example.com"), "{rows:?}");
        assert!(rows.iter().any(|row| row == ">5 - ADVERTISEMENT"), "{rows:#?}");
        assert!(rows.iter().any(|row| row == "ad, t/ad · medium"), "{rows:#?}");
        session.press(Key::Char('a'));
        let rows = text(&draw(&session, 80, 24));
        assert!(rows.iter().any(|row| row == ">8 ~ The quay [-(photo: Ellery) -]at dusk."), "{rows:#?}");
    }
}
