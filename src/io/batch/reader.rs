//! Reads files ahead of those who work on them.

use super::{Job, STOPPED, unreadable};
use crate::io::{
    args::InputArgs,
    blocks::{BLOCK, Block, Blocks, Position},
    format,
    walk::Input,
};
#[cfg(feature = "parquet")]
use crate::io::{compress::Codec, parquet::Table};
use anyhow::{Context, Result};
use std::sync::{Arc, atomic::Ordering, mpsc::SyncSender};

/// Files of one article each that are read side by side.
const FILES: usize = 64;

pub(super) struct Reader<'a> {
    pub args: &'a InputArgs,
    pub send: SyncSender<Job<'a>>,
}

/// Nobody listens, or the user stopped the run.
struct Ended;

impl<'a> Reader<'a> {
    pub fn files(&self, inputs: &'a [Input]) {
        for group in inputs.chunk_by(|a, b| a.kind.is_whole() && b.kind.is_whole()) {
            let done = if group[0].kind.is_whole() { self.whole(group) } else { self.stream(&group[0]) };
            if done.is_err() {
                return;
            }
        }
    }

    fn send(&self, job: Job<'a>) -> Result<(), Ended> {
        if STOPPED.load(Ordering::Relaxed) { Err(Ended) } else { self.send.send(job).map_err(|_| Ended) }
    }

    fn whole(&self, mut inputs: &'a [Input]) -> Result<(), Ended> {
        while !inputs.is_empty() {
            let mut size = 0;
            let fits = |input: &&Input| {
                size += input.size as usize;
                size < BLOCK
            };
            let (now, later) = inputs.split_at(inputs.iter().take(FILES).take_while(fits).count().max(1));
            self.send(Job::Files(now))?;
            inputs = later;
        }
        Ok(())
    }

    fn stream(&self, input: &'a Input) -> Result<(), Ended> {
        input.note_stamp();
        #[cfg(feature = "parquet")]
        if input.kind == format::Kind::Parquet {
            let lost = |error: anyhow::Error| self.send(Job::Lost(input, error.context(unreadable(input))));
            let table = match Table::open(&input.source, self.args) {
                Ok(table) => table,
                Err(error) => return lost(error),
            };
            self.send(Job::Begin(input, Codec::Plain, Arc::from(format::format(input.kind, self.args))))?;
            for block in table {
                match block {
                    Ok(block) => self.send(Job::Block(block))?,
                    Err(error) => return lost(error),
                }
            }
            return self.send(Job::End);
        }
        match self.blocks(input) {
            Ok(done) => done,
            Err(error) => self.send(Job::Lost(input, error)),
        }
    }

    fn blocks(&self, input: &'a Input) -> Result<Result<(), Ended>> {
        let mut format = format::format(input.kind, self.args);
        let split = |opened| format::split(input.kind, opened).context("a format without records");
        let (codec, reader) = input.source.open_at(input.start.offset).with_context(|| unreadable(input))?;
        let mut blocks = Blocks::new(reader, split(input.start.offset > 0)?, input.start);
        let mut first = blocks.next().with_context(|| unreadable(input))?;
        let mut header = |block: Option<&Block>| match block.and_then(|block| block.records().next()) {
            Some((_, bytes, _)) => format.header(bytes).with_context(|| input.shown()),
            None => Ok(()),
        };
        if input.start.offset == 0 {
            header(first.as_ref())?;
        } else {
            // The header of a table stands in front of what is left to do.
            let (_, reader) = input.source.open().with_context(|| unreadable(input))?;
            header(Blocks::new(reader, split(false)?, Position::default()).next().with_context(|| unreadable(input))?.as_ref())?;
        }
        if self.send(Job::Begin(input, codec, Arc::from(format))).is_err() {
            return Ok(Err(Ended));
        }
        loop {
            let block = match first.take() {
                Some(block) => Some(block),
                None => blocks.next().with_context(|| unreadable(input))?,
            };
            let ended = block.is_none();
            if self.send(block.map_or(Job::End, Job::Block)).is_err() {
                return Ok(Err(Ended));
            }
            if ended {
                return Ok(Ok(()));
            }
        }
    }
}
