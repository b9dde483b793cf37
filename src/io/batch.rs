//! Runs over files: one thread reads ahead, all cores work on the records, one thread gets the
//! results in input order. What is under way at a time is bounded, so a slow disk holds the reader up
//! and memory does not grow with the input.

mod reader;
mod writer;

use super::{
    args::InputArgs,
    blocks::{BLOCK, Block, Piece},
    compress::Codec,
    format::{self, Format, Raw},
    item::Item,
    record::Found,
    source::LONGEST,
    walk::Input,
};
use anyhow::{Context, Result};
use once_cell::sync::OnceCell;
use rayon::{ThreadPool, ThreadPoolBuilder};
use reader::Reader;
use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, sync_channel},
    },
    thread,
};
use writer::Writer;

/// The threads that work in every run of the process: regexes keep what they worked out for each thread,
/// and would keep it for others too.
static POOL: OnceCell<ThreadPool> = OnceCell::new();

fn pool(args: &InputArgs) -> Result<&'static ThreadPool> {
    Ok(POOL.get_or_try_init(|| ThreadPoolBuilder::new().num_threads(args.jobs.unwrap_or(0)).build())?)
}

/// How many threads work side by side.
pub fn threads(args: &InputArgs) -> Result<usize> {
    Ok(pool(args)?.current_num_threads())
}

/// Set when the user asks to stop: what is under way is ended, nothing new is begun.
pub static STOPPED: AtomicBool = AtomicBool::new(false);

/// What a batch leads to.
pub trait Sink {
    /// What is worked out of records that follow one another, side by side with others.
    type Part: Default + Send;

    fn begin(&mut self, _input: &Input, _codec: Codec) -> Result<()> {
        Ok(())
    }
    /// Takes what came of a block of records, or of a file that is one article.
    fn put(&mut self, input: &Input, block: &Block, part: Self::Part) -> Result<()>;
    fn end(&mut self, _input: &Input) -> Result<()> {
        Ok(())
    }
    /// A file that was begun is not ended: it could not be done, or the user stopped the run.
    fn give_up(&mut self, _input: &Input) {}
}

/// Ends the whole run, where other errors end only a file.
#[derive(Debug)]
pub struct Fatal(pub String);

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fatal {}

/// How a run ended.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files that could not be done, or no longer were when the user stopped the run.
    pub undone: Vec<String>,
    pub stopped: bool,
}

/// A step of the reader.
enum Job<'a> {
    /// Files of one article each.
    Files(&'a [Input]),
    Begin(&'a Input, Codec, Arc<dyn Format>),
    Block(Block),
    End,
    /// The rest of a file cannot be read.
    Lost(&'a Input, anyhow::Error),
}

/// What comes of a step, once it is worked out.
enum Step<'a, P> {
    Files(&'a [Input], Receiver<Vec<Result<(Codec, P)>>>),
    Begin(&'a Input, Codec),
    Block(Receiver<(Block, P)>),
    End,
    Lost(&'a Input, anyhow::Error),
}

/// Feeds every record of the inputs to `look`, on all cores, and what it makes of them to the sink, in
/// order. A file that cannot be done is reported and the others are done all the same.
///
/// # Errors
/// Where the reader of standard output went away, or the sink ends the run.
pub fn run<S: Sink>(
    inputs: &[Input],
    args: &InputArgs,
    look: impl Fn(&Item<'_>, &mut S::Part) + Sync,
    sink: &mut S,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut writer = Writer::new(sink, &mut outcome.undone);
    let result = match inputs {
        // To set up threads would take a tenth of the time.
        [input] if input.kind.is_whole() => writer.files(inputs, vec![whole::<S>(input, args, &look)]),
        _ => side_by_side(inputs, args, &look, &mut writer),
    };
    let left = writer.close();
    result?;
    outcome.stopped = STOPPED.load(Ordering::Relaxed) && left < inputs.len();
    if outcome.stopped {
        outcome.undone.extend(inputs[left..].iter().map(Input::shown));
    }
    Ok(outcome)
}

fn side_by_side<'a, S: Sink>(
    inputs: &'a [Input],
    args: &'a InputArgs,
    look: &(impl Fn(&Item<'_>, &mut S::Part) + Sync),
    writer: &mut Writer<'_, 'a, S>,
) -> Result<()> {
    let pool = pool(args)?;
    let ahead = pool.current_num_threads() * 4 * BLOCK;
    let (send, receive) = sync_channel(1);
    thread::scope(|threads| {
        threads.spawn(move || Reader { args, send }.files(inputs));
        pool.in_place_scope(|scope| {
            let mut steps: VecDeque<(usize, Step<'_, S::Part>)> = VecDeque::new();
            let mut under_way = 0;
            let mut format: Option<(&Input, Arc<dyn Format>)> = None;
            for job in &receive {
                let (size, step) = match job {
                    Job::Files(files) => {
                        let (done, wait) = sync_channel(1);
                        scope.spawn(move |_| {
                            let _ = done.send(files.iter().map(|input| whole::<S>(input, args, look)).collect());
                        });
                        (files.iter().map(|input| input.size as usize).sum(), Step::Files(files, wait))
                    }
                    Job::Begin(input, codec, made) => {
                        format = Some((input, made));
                        (0, Step::Begin(input, codec))
                    }
                    Job::Block(block) => {
                        let Some((input, format)) = format.clone() else { continue };
                        let (done, wait) = sync_channel(1);
                        let size = block.bytes.len();
                        scope.spawn(move |_| {
                            let mut part = S::Part::default();
                            records::<S>(input, &*format, &block, args, look, &mut part);
                            let _ = done.send((block, part));
                        });
                        (size, Step::Block(wait))
                    }
                    Job::End => (0, Step::End),
                    Job::Lost(input, error) => (0, Step::Lost(input, error)),
                };
                under_way += size;
                steps.push_back((size, step));
                while under_way > ahead || steps.front().is_some_and(|(size, _)| *size == 0) {
                    let Some((size, step)) = steps.pop_front() else { break };
                    under_way -= size;
                    writer.step(step)?;
                }
            }
            steps.into_iter().try_for_each(|(_, step)| writer.step(step))
        })
        // The reader ends when nobody listens any more.
        .inspect_err(|_| drop(receive))
    })
}

fn unreadable(input: &Input) -> String {
    format!("{}: cannot be read; it was left as it is", input.shown())
}

/// Works on a file that is one article.
fn whole<S: Sink>(input: &Input, args: &InputArgs, look: &(impl Fn(&Item<'_>, &mut S::Part) + Sync)) -> Result<(Codec, S::Part)> {
    input.note_stamp();
    let (codec, bytes) = input.source.read().with_context(|| unreadable(input))?;
    let format = format::format(input.kind, args);
    let raw = Raw { bytes: &bytes, row: None };
    let mut part = S::Part::default();
    look(&Item { input, record: None, format: &*format, raw, found: format.read(raw), about: &args.about }, &mut part);
    Ok((codec, part))
}

/// Works on the records of a block.
fn records<S: Sink>(
    input: &Input,
    format: &dyn Format,
    block: &Block,
    args: &InputArgs,
    look: &(impl Fn(&Item<'_>, &mut S::Part) + Sync),
    part: &mut S::Part,
) {
    let mut item = |number: usize, raw: Raw<'_>, found: Found<'_>| {
        look(&Item { input, record: Some(number), format, raw, found, about: &args.about }, part);
    };
    if block.piece != Piece::Whole {
        let raw = Raw { bytes: &block.bytes, row: None };
        let found = match block.piece {
            Piece::First => Found::Bad(format!("longer than {} MiB, which no article is", LONGEST >> 20)),
            _ => Found::Frame,
        };
        return item(block.start.records + 1, raw, found);
    }
    for (number, bytes, row) in block.records() {
        let raw = Raw { bytes, row };
        // The header of a table is read before, and is no row.
        let found = if number == 1 && input.kind.has_header() { Found::Frame } else { format.read(raw) };
        item(number, raw, found);
    }
}
