//! `dechaff learn`: site packs from what the articles of a host repeat.

use super::{
    End,
    args::{InputArgs, LearnArgs},
    setup,
};
use crate::{
    io::{
        batch::{self, Sink},
        blocks::Block,
        item::Item,
        output::draft::write_whole,
        progress::note,
        source::Source,
        walk::{Input, inputs},
    },
    report::count,
};
use anyhow::{Context, Result, bail};
use dechaff::{
    Cleaner, Pack,
    learn::{Counts, Facts, Found, Glance, Options, Site, Survey, month_of},
};
use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// What the rules and the articles under way take up, and each thread; measured.
const RULES: usize = 160 << 20;
const THREAD: usize = 24 << 20;

pub fn run(args: &LearnArgs) -> Result<End> {
    let options = Options { min_docs: args.min_docs, min_share: args.min_share, memory: args.memory, ..Options::default() };
    if options.min_docs < 2 || options.min_docs > 255 || !(0.0..=1.0).contains(&options.min_share) {
        bail!(
            "--min-docs {} --min-share {}: nothing could be told from that; ask for 2 to 255 articles and a share from 0 to 1",
            args.min_docs,
            args.min_share
        );
    }
    let cleaner = setup::cleaner(&args.rules)?;
    let inputs = inputs(&args.paths, &args.input)?;
    let is_wanted = |site: &Site| args.site.is_empty() || args.site.contains(&site.host);
    let (mut written, mut hosts, mut last) = (0, Vec::new(), String::new());
    let taught = teach(&inputs.files, &args.input, &cleaner, options, |mut sites| {
        sites.retain(is_wanted);
        if let Some(folder) = &args.output {
            written += write(folder, &sites, args.merge)?;
            return Ok(());
        }
        for site in sites {
            if let Some(pack) = site.pack() {
                hosts.push(site.host);
                last = pack;
            }
        }
        Ok(())
    })?;
    match &args.output {
        Some(folder) => note(&format!("{} written to {}", count(written, "pack"), folder.display())),
        None => print(hosts, &last, taught.articles)?,
    }
    Ok(End { found: false, trouble: inputs.trouble || taught.trouble })
}

/// How a batch was read.
pub struct Taught {
    /// Articles whose host is known.
    articles: usize,
    pub trouble: bool,
}

/// Reads a batch as often as it takes to learn from it. What hosts repeat goes to `take`, by their names, and
/// is forgotten: some of the hosts at a time, where memory asks for that. `options` say how much the whole run
/// may take.
///
/// # Errors
/// Where it cannot be read more than once, and those of `take`.
pub fn teach(
    files: &[Input],
    args: &InputArgs,
    cleaner: &Cleaner,
    options: Options,
    mut take: impl FnMut(Vec<Site>) -> Result<()>,
) -> Result<Taught> {
    if files.iter().any(|input| input.source == Source::Stdin) {
        bail!("standard input can be read only once; to learn from articles they are read again; name files or folders");
    }
    let rules = RULES + batch::threads(args)? * THREAD;
    // With many threads there would be nothing left.
    let memory = options.memory.saturating_sub(rules).max(options.memory / 4);
    let options = Options { memory, ..options };
    let mut surveying = Surveying { survey: Survey::new(options), bad: 0 };
    let glance = |item: &Item<'_>, part: &mut Glances| match item.article() {
        Some(Ok(article)) => part.glances.extend(Glance::of(&article, &item.shown())),
        Some(Err(what)) => part.bad.push(format!("{}: {what}; left out", item.shown())),
        None => {}
    };
    let first = batch::run(files, args, glance, &mut surveying)?;
    let mut trouble = !first.undone.is_empty() || surveying.bad > 0;
    let overview = surveying.survey.close();
    for round in 0..overview.rounds() {
        let template = Counts::new(&overview, round);
        let mut counting = Counting(Counts::new(&overview, round));
        let look = |item: &Item<'_>, part: &mut Vec<Found>| {
            if let Some(Ok(article)) = item.article() {
                part.extend(template.look(cleaner, &article, &item.shown(), item.url().and_then(month_of)));
            }
        };
        trouble |= !batch::run(files, args, look, &mut counting)?.undone.is_empty();
        take(counting.0.judge())?;
    }
    Ok(Taught { articles: overview.articles(), trouble })
}

/// The cleaner, with what a batch taught.
pub fn taught(cleaner: Cleaner, files: &[Input], args: &InputArgs) -> Result<Cleaner> {
    let options = Options::default();
    let mut facts = Facts::default();
    teach(files, args, &cleaner, options, |sites| {
        facts.add(&sites, options.min_docs);
        Ok(())
    })?;
    Ok(cleaner.with_facts(facts))
}

#[derive(Default)]
struct Glances {
    glances: Vec<Glance>,
    bad: Vec<String>,
}

struct Surveying {
    survey: Survey,
    bad: usize,
}

impl Sink for Surveying {
    type Part = Glances;

    fn put(&mut self, _: &Input, _: &Block, part: Glances) -> Result<()> {
        self.bad += part.bad.len();
        part.bad.iter().for_each(|line| note(line));
        part.glances.into_iter().for_each(|glance| self.survey.add(glance));
        Ok(())
    }
}

struct Counting<'a>(Counts<'a>);

impl Sink for Counting<'_> {
    type Part = Vec<Found>;

    fn put(&mut self, _: &Input, _: &Block, part: Vec<Found>) -> Result<()> {
        part.into_iter().for_each(|found| self.0.add(found));
        Ok(())
    }
}

/// One pack to stdout: the last one, where no more hosts have something to learn.
fn print(mut hosts: Vec<String>, last: &str, articles: usize) -> Result<()> {
    hosts.sort();
    match hosts.as_slice() {
        [] if articles == 0 => bail!(
            "no article tells its host; what repeats could not be told from what is common; give `url` or `host` fields, --host or --host-from dir"
        ),
        [] => note(&format!("{}: nothing repeats often enough", count(articles, "article"))),
        [_] => io::stdout().write_all(last.as_bytes())?,
        [one, other, ..] => bail!(
            "{} hosts have something to learn ({one}, {other}, …); a pack is for one; say -o DIR, or --site HOST",
            hosts.len()
        ),
    }
    Ok(())
}

/// A pack a host in a folder; tells how many.
fn write(folder: &Path, sites: &[Site], merge: bool) -> Result<usize> {
    fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    let mut packs = Vec::new();
    for site in sites {
        let path = folder.join(format!("{}.toml", site.host));
        if !path.exists() {
            packs.extend(site.pack().map(|pack| (path, pack)));
            continue;
        }
        if site.pack().is_none() {
            continue;
        }
        if !merge {
            bail!("{}: is there already; what is in it would be lost; say --merge, or another folder", path.display());
        }
        Pack::load(&path)?;
        let text = fs::read_to_string(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
        let merged = site.merge(&path, &text)?;
        if !merged.changed_by_hand.is_empty() {
            note(&format!("{}: changed by hand and left: {}", path.display(), merged.changed_by_hand.join(", ")));
        }
        if merged.put > 0 {
            packs.push((path, merged.text));
        }
    }
    for (path, pack) in &packs {
        write_whole(path, pack.as_bytes())?;
    }
    Ok(packs.len())
}
