//! `dechaff review`: articles in, keys from the terminal, rule files out.

use super::{End, args::ReviewArgs, own, setup::Setup};
use crate::{
    io::{
        batch::{self, Sink},
        blocks::Block,
        item::Item,
        progress::note,
        source::Source,
        walk::{Input, inputs},
    },
    report::{against::compare, count},
    review::{
        changes::{Changes, Places},
        paper::Paper,
        screen,
        seen::Seen,
        session::{Act, Key, Mode, Scope, Session, Verdict},
    },
};
use anstream::{AutoStream, ColorChoice};
use anyhow::{Context, Result, bail};
use crossterm::{
    cursor,
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    execute, queue,
    terminal::{self, Clear, ClearType},
};
use dechaff::{Article, Cleaner, LineDiff};
use std::{
    env, fs,
    io::{self, IsTerminal, Write},
    process::{self, Command},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

/// Articles told in full when what changes in them is shown.
const TOLD: usize = 8;

/// Rules of which one after another may take a line that was refused.
const RULES: usize = 8;

pub fn run(args: &ReviewArgs) -> Result<End> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        bail!("review asks on a terminal, and this is none; nothing could be answered; `dechaff diff` shows the same");
    }
    let setup = Setup::new(&args.rules)?;
    let places = own::places(&setup, args.into.as_deref(), &args.rules)?;
    let cleaner = own::with_changes(&args.rules, &places, &Changes::default())?;
    let found = inputs(&args.paths, &args.input)?;
    if found.files.iter().any(|input| input.source == Source::Stdin) {
        bail!("review reads keys from standard input, and so no articles; name files or folders");
    }
    let mut loaded = Loaded::default();
    let done = batch::run(&found.files, &args.input, load, &mut loaded)?;
    let trouble = found.trouble || loaded.bad > 0 || !done.undone.is_empty();
    let papers = loaded.stories.iter().map(|it| Paper::new(it.name.clone(), it.host.as_deref(), &cleaner.clean(&it.article())));
    let mut session = Session::new(papers.collect());
    let seen = args.seen.as_deref().map(Seen::open).transpose()?;
    if let Some(seen) = &seen {
        session.skip(|paper, cut| seen.has(paper, cut));
    }
    let mut review = Review {
        session,
        changes: Changes::default(),
        stories: loaded.stories,
        cleaner,
        places,
        args,
        colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
    };
    if review.session.current().is_none() {
        let new = if review.session.cuts.is_empty() { "nothing to cut" } else { "nothing to cut that was not accepted before" };
        writeln!(io::stdout(), "{}: {new}", count(review.stories.len(), "article"))?;
        return Ok(End { found: false, trouble });
    }
    let act = review.go_through()?;
    if act == Act::Write {
        own::write(&review.changes, &review.places, args.rules.rules.as_slice(), &setup.config)?;
    }
    if let Some(seen) = seen.filter(|_| act != Act::Discard) {
        seen.add(&review.session)?;
    }
    Ok(End { found: false, trouble })
}

/// An article as it was read.
struct Story {
    name: String,
    host: Option<String>,
    title: Option<String>,
    lang: Option<String>,
    text: String,
}

impl Story {
    fn article(&self) -> Article<'_> {
        Article::new(&self.text).host_name(self.host.as_deref()).title(self.title.as_deref()).lang(self.lang.as_deref())
    }
}

#[derive(Default)]
struct Loaded {
    stories: Vec<Story>,
    bad: usize,
}

fn load(item: &Item<'_>, part: &mut Vec<Result<Story, String>>) {
    match item.article() {
        None => {}
        Some(Err(what)) => part.push(Err(format!("{}: {what}; left out", item.shown()))),
        Some(Ok(article)) => part.push(Ok(Story {
            name: item.shown(),
            host: article.host().map(str::to_owned),
            title: article.title_text().map(str::to_owned),
            lang: article.lang_code().map(str::to_owned),
            text: article.text().to_owned(),
        })),
    }
}

impl Sink for Loaded {
    type Part = Vec<Result<Story, String>>;

    fn put(&mut self, _: &Input, _: &Block, part: Self::Part) -> Result<()> {
        for story in part {
            match story {
                Ok(story) => self.stories.push(story),
                Err(what) => {
                    self.bad += 1;
                    note(&what);
                }
            }
        }
        Ok(())
    }
}

struct Review<'a> {
    session: Session,
    changes: Changes,
    stories: Vec<Story>,
    cleaner: Cleaner,
    places: Places,
    args: &'a ReviewArgs,
    colours: bool,
}

impl Review<'_> {
    /// Asks until all is decided; what is to become of it?
    fn go_through(&mut self) -> Result<Act> {
        let screen = Screen::open()?;
        loop {
            self.draw()?;
            let Some(key) = next_key()? else { continue };
            match self.session.press(key) {
                None => {}
                Some(act @ (Act::Leave | Act::Discard | Act::Write)) => return Ok(act),
                Some(Act::Summarise) => {
                    self.plan()?;
                    self.summarise();
                }
                Some(Act::Edit) => {
                    if !matches!(self.session.mode, Mode::Summary { .. }) {
                        self.plan()?;
                    }
                    screen.close();
                    let edited = self.edit();
                    screen.reopen()?;
                    edited?;
                    self.summarise();
                }
            }
        }
    }

    fn draw(&self) -> Result<()> {
        let (width, height) = terminal::size()?;
        let mut out = io::stdout().lock();
        queue!(out, terminal::BeginSynchronizedUpdate, cursor::MoveTo(0, 0), Clear(ClearType::All))?;
        for (at, row) in (0..).zip(screen::draw(&self.session, width.into(), height.into())) {
            queue!(out, cursor::MoveTo(0, at))?;
            for (style, text) in row {
                if self.colours { write!(out, "{style}{text}{style:#}")? } else { write!(out, "{text}")? }
            }
        }
        queue!(out, terminal::EndSynchronizedUpdate)?;
        Ok(out.flush()?)
    }

    /// Shows what would be written and what it would do to all articles.
    fn summarise(&mut self) {
        let mut lines = match self.effect() {
            Ok(lines) => lines,
            Err(error) => {
                vec![format!("! {error:#}"), "! this cannot be written; e edits it, b goes back".to_owned(), String::new()]
            }
        };
        lines.extend(self.changes.shown());
        self.session.mode = Mode::Summary { lines, from: 0 };
    }

    fn effect(&self) -> Result<Vec<String>> {
        let after = own::with_changes(&self.args.rules, &self.places, &self.changes)?;
        let (mut more, mut less, mut told, mut lines) = (0, 0, 0, Vec::new());
        for story in &self.stories {
            let (now, before) = (after.clean(&story.article()), self.cleaner.clean(&story.article()));
            let Some(difference) = compare(&story.name, &now, &before) else { continue };
            (more, less, told) = (more + difference.more, less + difference.less, told + 1);
            if told <= TOLD {
                lines.extend(anstream::adapter::strip_str(&difference.text).to_string().lines().map(|line| format!("  {line}")));
            }
        }
        let about = format!(
            "{}, {told} come out otherwise: {} more go, {less} stay",
            count(self.stories.len(), "article"),
            count(more, "line")
        );
        lines.insert(0, about);
        if told > TOLD {
            lines.push(format!("  and {} more", count(told - TOLD, "article")));
        }
        lines.extend(self.in_vain(&after));
        lines.push(String::new());
        Ok(lines)
    }

    /// What the session comes to.
    fn plan(&mut self) -> Result<()> {
        self.changes = Changes::of(&self.session, &self.places, &self.cleaner.rules())?;
        // Where one rule spares a line, the next one may take it.
        for _ in 0..RULES {
            let Ok(after) = own::with_changes(&self.args.rules, &self.places, &self.changes) else { break };
            let again: Vec<_> = self.still_going(&after).into_iter().filter(|(.., scope)| *scope == Scope::Cut).collect();
            for (article, line, by, _) in &again {
                let paper = &self.session.papers[*article];
                let (host, line) = (paper.host.as_deref(), &paper.lines[*line].raw);
                self.changes.spare(host, line, by, &self.places, &after.rules())?;
            }
            if again.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Lines that were refused and go all the same: by article and line, and by which rule.
    fn still_going(&self, after: &Cleaner) -> Vec<(usize, usize, String, Scope)> {
        let refused = self.session.cuts.iter().zip(&self.session.verdicts);
        let going = refused.filter_map(|(&(article, cut), verdict)| {
            let Some(Verdict::Refused(scope)) = verdict else { return None };
            let line = self.session.papers[article].cuts[cut].lines.start;
            let cleaned = after.clean(&self.stories[article].article());
            let diff = LineDiff::new(&cleaned);
            let by = diff.lines().get(line)?.cuts.first()?.rule().to_string();
            Some((article, line, by, *scope))
        });
        going.collect()
    }

    fn in_vain(&self, after: &Cleaner) -> Vec<String> {
        let told = |(article, line, by, _): (usize, usize, String, Scope)| {
            format!("! {}: line {} still goes, by {by}", self.stories[article].name, line + 1)
        };
        self.still_going(after).into_iter().map(told).collect()
    }

    /// Lets the user's editor change what would be written.
    fn edit(&mut self) -> Result<()> {
        let editor = env::var("VISUAL").or_else(|_| env::var("EDITOR")).unwrap_or_else(|_| "vi".to_owned());
        let folder = tempfile::TempDir::new()?;
        for (path, change) in &mut self.changes.files {
            let file = folder.path().join(path.file_name().context("a file without a name")?);
            fs::write(&file, &change.new)?;
            // An editor may be said with flags.
            let mut words = editor.split_whitespace();
            let status = Command::new(words.next().unwrap_or("vi")).args(words).arg(&file).status();
            if !status.with_context(|| format!("{editor}: cannot be started; set EDITOR"))?.success() {
                bail!("{editor}: ended with an error; nothing was changed");
            }
            change.new = fs::read_to_string(&file)?;
        }
        Ok(())
    }
}

/// The terminal while it shows a review; given back as it was, also when something goes wrong.
struct Screen {
    /// Dropped, it ends the watch.
    _open: Sender<()>,
}

impl Screen {
    fn open() -> Result<Screen> {
        let (open, closed) = channel();
        thread::spawn(move || watch(&closed));
        let screen = Screen { _open: open };
        screen.reopen()?;
        Ok(screen)
    }

    fn reopen(&self) -> Result<()> {
        terminal::enable_raw_mode()?;
        Ok(execute!(io::stdout(), terminal::EnterAlternateScreen, cursor::Hide)?)
    }

    fn close(&self) {
        let _ = execute!(io::stdout(), cursor::Show, terminal::LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.close();
    }
}

/// Ends the process where the terminal goes away and nobody is told: reading keys from it never would.
fn watch(closed: &Receiver<()>) {
    while closed.recv_timeout(Duration::from_millis(500)) == Err(RecvTimeoutError::Timeout) {
        if !io::stdin().is_terminal() {
            note("the terminal went away; nothing was written");
            process::exit(2);
        }
    }
}

/// The next key; none where only the size changed.
fn next_key() -> Result<Option<Key>> {
    let Event::Key(key) = event::read()? else { return Ok(None) };
    if key.kind == KeyEventKind::Release {
        return Ok(None);
    }
    Ok(match key.code {
        // As elsewhere in a terminal, to end it.
        KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Char('q')),
        KeyCode::Char(c) => Some(Key::Char(c)),
        KeyCode::Up => Some(Key::Up),
        KeyCode::Down => Some(Key::Down),
        KeyCode::PageUp => Some(Key::PageUp),
        KeyCode::PageDown => Some(Key::PageDown),
        KeyCode::Enter => Some(Key::Enter),
        KeyCode::Esc => Some(Key::Escape),
        _ => None,
    })
}
