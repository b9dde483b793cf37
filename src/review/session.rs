//! What was decided so far and what comes next: no screen, no files.

use super::paper::{Cut, Paper};
use dechaff::Category;

/// A key, as far as a review knows any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Char(char),
    Up,
    Down,
    PageUp,
    PageDown,
    Enter,
    Escape,
}

/// What a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Cut,
    /// Every cut of the rule.
    Rule,
    /// Every cut on the host.
    Host,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Refused(Scope),
}

/// A line that was left and is chaff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub article: usize,
    pub line: usize,
    pub category: Category,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// A cut is asked about.
    Asking,
    /// A line of the article is looked for.
    Choosing { article: usize, line: usize },
    /// A line is found, and what it is is asked.
    Naming { article: usize, line: usize },
    /// What would be written is shown, from a row on.
    Summary { lines: Vec<String>, from: usize },
}

/// What a key asks of those who can do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Work out what would be written.
    Summarise,
    /// The same, and let it be edited.
    Edit,
    Write,
    /// Nothing is to be written, and what was accepted stays accepted.
    Leave,
    /// Forget all.
    Discard,
}

pub struct Session {
    pub papers: Vec<Paper>,
    /// Every cut, by the numbers of its article and its own.
    pub cuts: Vec<(usize, usize)>,
    pub verdicts: Vec<Option<Verdict>>,
    pub marks: Vec<Mark>,
    /// The cut that is asked about; behind the last one all are decided.
    pub at: usize,
    pub mode: Mode,
    /// What stood before each step.
    past: Vec<(usize, Vec<Option<Verdict>>, usize)>,
}

impl Session {
    pub fn new(papers: Vec<Paper>) -> Session {
        let cuts: Vec<(usize, usize)> =
            papers.iter().enumerate().flat_map(|(article, paper)| (0..paper.cuts.len()).map(move |cut| (article, cut))).collect();
        let verdicts = vec![None; cuts.len()];
        Session { papers, cuts, verdicts, marks: Vec::new(), at: 0, mode: Mode::Asking, past: Vec::new() }
    }

    /// Accepts beforehand what need not be asked.
    pub fn skip(&mut self, known: impl Fn(&Paper, &Cut) -> bool) {
        for (&(article, cut), verdict) in self.cuts.iter().zip(&mut self.verdicts) {
            let paper = &self.papers[article];
            *verdict = known(paper, &paper.cuts[cut]).then_some(Verdict::Accepted);
        }
        self.at = self.next_open(0);
    }

    fn next_open(&self, from: usize) -> usize {
        (from..self.cuts.len()).find(|&number| self.verdicts[number].is_none()).unwrap_or(self.cuts.len())
    }

    /// The article and the cut that are asked about.
    pub fn current(&self) -> Option<(usize, usize)> {
        self.cuts.get(self.at).copied()
    }

    /// Cuts that were accepted and refused.
    pub fn tally(&self) -> [usize; 2] {
        let count = |accepted| self.verdicts.iter().flatten().filter(|it| (**it == Verdict::Accepted) == accepted).count();
        [count(true), count(false)]
    }

    /// Would anything be written?
    pub fn has_changes(&self) -> bool {
        !self.marks.is_empty() || self.tally()[1] > 0
    }

    /// Takes a key.
    pub fn press(&mut self, key: Key) -> Option<Act> {
        match self.mode.clone() {
            Mode::Asking => self.ask(key),
            Mode::Choosing { article, line } => self.choose(key, article, line),
            Mode::Naming { article, line } => self.name(key, article, line),
            Mode::Summary { lines, from } => self.summary(key, lines, from),
        }
    }

    fn ask(&mut self, key: Key) -> Option<Act> {
        let (verdict, scope) = match key {
            Key::Char('a') => (Verdict::Accepted, Scope::Cut),
            Key::Char('A') => (Verdict::Accepted, Scope::Rule),
            Key::Char('h') => (Verdict::Accepted, Scope::Host),
            Key::Char('r') => (Verdict::Refused(Scope::Cut), Scope::Cut),
            Key::Char('R') => (Verdict::Refused(Scope::Rule), Scope::Rule),
            Key::Char('H') => (Verdict::Refused(Scope::Host), Scope::Host),
            Key::Char('b') => {
                self.back();
                return None;
            }
            Key::Char('m') => {
                self.look_for_a_line();
                return None;
            }
            Key::Char('e') => {
                if self.current().is_some() {
                    self.decide(Verdict::Refused(Scope::Cut), Scope::Cut);
                }
                return Some(Act::Edit);
            }
            Key::Char('q') | Key::Escape => return Some(if self.has_changes() { Act::Summarise } else { Act::Leave }),
            _ => return None,
        };
        self.decide(verdict, scope);
        (self.current().is_none()).then_some(if self.has_changes() { Act::Summarise } else { Act::Leave })
    }

    /// Judges the cut that is asked about, and with it those still open that it stands for; goes on to the next open one.
    fn decide(&mut self, verdict: Verdict, scope: Scope) {
        let Some((article, cut)) = self.current() else { return };
        self.past.push((self.at, self.verdicts.clone(), self.marks.len()));
        for number in self.at..self.cuts.len() {
            let (other, of_other) = self.cuts[number];
            let alike = match scope {
                Scope::Cut => number == self.at,
                Scope::Rule => self.papers[other].cuts[of_other].rule == self.papers[article].cuts[cut].rule,
                Scope::Host => self.papers[other].host == self.papers[article].host,
            };
            if alike && (number == self.at || self.verdicts[number].is_none()) {
                self.verdicts[number] = Some(verdict);
            }
        }
        self.at = self.next_open(self.at + 1);
    }

    fn back(&mut self) {
        if let Some((at, verdicts, marks)) = self.past.pop() {
            (self.at, self.verdicts) = (at, verdicts);
            self.marks.truncate(marks);
        }
    }

    fn look_for_a_line(&mut self) {
        let Some((article, cut)) = self.current().or_else(|| self.cuts.last().copied()) else { return };
        let paper = &self.papers[article];
        let near = paper.cuts[cut].lines.end;
        let standing = |at: &usize| paper.lines[*at].stands() && !self.is_marked(article, *at);
        let found = (near..paper.lines.len()).find(standing).or_else(|| (0..near.min(paper.lines.len())).rev().find(standing));
        if let Some(line) = found {
            self.mode = Mode::Choosing { article, line };
        }
    }

    pub fn is_marked(&self, article: usize, line: usize) -> bool {
        self.marks.iter().any(|mark| mark.article == article && mark.line == line)
    }

    fn choose(&mut self, key: Key, article: usize, line: usize) -> Option<Act> {
        let lines = &self.papers[article].lines;
        let standing = |at: &usize| lines[*at].stands() && !self.is_marked(article, *at);
        let to = match key {
            Key::Up | Key::Char('k') => (0..line).rev().find(standing),
            Key::Down | Key::Char('j') => (line + 1..lines.len()).find(standing),
            Key::PageUp => (0..line).rev().filter(standing).take(10).last(),
            Key::PageDown => (line + 1..lines.len()).filter(standing).take(10).last(),
            Key::Enter => {
                self.mode = Mode::Naming { article, line };
                return None;
            }
            Key::Escape | Key::Char('q' | 'b') => {
                self.mode = Mode::Asking;
                return None;
            }
            _ => None,
        };
        self.mode = Mode::Choosing { article, line: to.unwrap_or(line) };
        None
    }

    /// Categories are named by letters, in their order.
    fn name(&mut self, key: Key, article: usize, line: usize) -> Option<Act> {
        match key {
            Key::Char(letter @ 'a'..='z') => {
                let category = *Category::ALL.get(letter as usize - 'a' as usize)?;
                self.past.push((self.at, self.verdicts.clone(), self.marks.len()));
                self.marks.push(Mark { article, line, category });
                self.mode = Mode::Asking;
            }
            Key::Escape => self.mode = Mode::Choosing { article, line },
            _ => {}
        }
        None
    }

    fn summary(&mut self, key: Key, lines: Vec<String>, from: usize) -> Option<Act> {
        let last = lines.len().saturating_sub(1);
        let to = match key {
            Key::Char('w') => return Some(Act::Write),
            Key::Char('e') => return Some(Act::Edit),
            Key::Char('x') => return Some(Act::Discard),
            Key::Char('b') | Key::Escape => {
                self.mode = Mode::Asking;
                if self.current().is_none() {
                    self.back();
                }
                return None;
            }
            Key::Up | Key::Char('k') => from.saturating_sub(1),
            Key::Down | Key::Char('j') => from + 1,
            Key::PageUp => from.saturating_sub(10),
            Key::PageDown => from + 10,
            _ => from,
        };
        self.mode = Mode::Summary { lines, from: to.min(last) };
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dechaff::{Article, Cleaner, Pack};

    fn session() -> Session {
        let rules = "[[rule]]\nid = \"ad\"\ncategory = \"ad\"\nline = { is = \"ad\" }\n[[rule]]\nid = \"more\"\nline = { starts = \"more\" }\n";
        let cleaner = Cleaner::builder().packs([Pack::parse("t", rules).unwrap()]).build().unwrap();
        let paper = |name: &str, host: &str, text: &str| {
            let article = Article::new(text).host_name(host);
            Paper::new(name.to_owned(), article.host(), &cleaner.clean(&article))
        };
        Session::new(vec![
            paper("a", "example.com", "Storm\nad\nProse.\nmore\nSlogan\n"),
            paper("b", "example.org", "ad\nProse.\nmore\n"),
            paper("c", "Example.com", "Prose.\nad\n"),
        ])
    }

    fn press(session: &mut Session, keys: &str) -> Option<Act> {
        keys.chars().map(|key| session.press(if key == '\n' { Key::Enter } else { Key::Char(key) })).last().flatten()
    }

    fn verdicts(session: &Session) -> String {
        let letter = |verdict: &Option<Verdict>| match verdict {
            None => '.',
            Some(Verdict::Accepted) => 'a',
            Some(Verdict::Refused(Scope::Cut)) => 'r',
            Some(Verdict::Refused(Scope::Rule)) => 'R',
            Some(Verdict::Refused(Scope::Host)) => 'H',
        };
        session.verdicts.iter().map(letter).collect()
    }

    #[test]
    fn verdicts_reach_as_far_as_they_say() {
        for (keys, wanted, at) in [
            ("a", "a....", 1),
            ("r", "r....", 1),
            ("A", "a.a.a", 1),
            ("R", "R.R.R", 1),
            ("h", "aa..a", 2),
            ("H", "HH..H", 2),
            ("rA", "ra.a.", 2),
            ("rR", "rR.R.", 2),
            ("aH", "aH..H", 2),
        ] {
            let mut session = session();
            assert_eq!(press(&mut session, keys), None);
            assert_eq!((verdicts(&session).as_str(), session.at), (wanted, at), "{keys}");
        }
    }

    #[test]
    fn what_is_known_is_not_asked_again() {
        let mut session = session();
        session.skip(|_, cut| cut.rule.ends_with("/ad"));
        assert_eq!((verdicts(&session).as_str(), session.at), ("a.a.a", 1));
        assert_eq!(press(&mut session, "rb"), None);
        assert_eq!((verdicts(&session).as_str(), session.at), ("a.a.a", 1));
        assert_eq!(press(&mut session, "aa"), Some(Act::Leave));
    }

    #[test]
    fn back_takes_back_one_step() {
        let mut session = session();
        press(&mut session, "aR");
        press(&mut session, "b");
        assert_eq!((verdicts(&session).as_str(), session.at), ("a....", 1));
        press(&mut session, "bbb");
        assert_eq!((verdicts(&session).as_str(), session.at), (".....", 0));
    }

    #[test]
    fn it_ends_when_all_is_decided_or_where_one_stops() {
        let mut all = session();
        assert_eq!(press(&mut all, "Ah"), None);
        assert_eq!(press(&mut all, "a"), Some(Act::Leave), "nothing was refused");
        let mut some = session();
        assert_eq!(press(&mut some, "rq"), Some(Act::Summarise), "what was decided is kept");
        assert_eq!(press(&mut session(), "q"), Some(Act::Leave));
        let mut edited = session();
        assert_eq!(press(&mut edited, "e"), Some(Act::Edit));
        assert_eq!(verdicts(&edited), "r....");
    }

    #[test]
    fn a_line_that_was_left_is_marked() {
        let mut session = session();
        press(&mut session, "m");
        assert_eq!(session.mode, Mode::Choosing { article: 0, line: 2 }, "the next one that stands");
        press(&mut session, "j");
        assert_eq!(session.mode, Mode::Choosing { article: 0, line: 4 }, "cut lines are passed over");
        press(&mut session, "jk");
        assert_eq!(session.mode, Mode::Choosing { article: 0, line: 2 });
        press(&mut session, "j\ng");
        assert_eq!(session.marks, [Mark { article: 0, line: 4, category: Category::Nav }]);
        assert_eq!(session.mode, Mode::Asking);
        press(&mut session, "mj");
        assert_eq!(session.mode, Mode::Choosing { article: 0, line: 2 }, "a marked line is passed over");
        press(&mut session, "qb");
        assert!(session.marks.is_empty());
    }

    #[test]
    fn the_summary_can_be_left_again() {
        let mut session = session();
        press(&mut session, "rq");
        session.mode = Mode::Summary { lines: vec!["x".into(); 3], from: 0 };
        press(&mut session, "jjjj");
        assert_eq!(session.mode, Mode::Summary { lines: vec!["x".into(); 3], from: 2 });
        assert_eq!(press(&mut session, "w"), Some(Act::Write));
        press(&mut session, "b");
        assert_eq!((session.mode, session.at), (Mode::Asking, 1));
    }
}
