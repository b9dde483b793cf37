//! Hands results on in order, and keeps what went wrong with a file to that file.

use super::{Fatal, Sink, Step};
use crate::io::{blocks::Block, compress::Codec, is_broken_pipe, progress::note, walk::Input};
use anyhow::{Context, Result};

pub(super) struct Writer<'w, 'a, S: Sink> {
    sink: &'w mut S,
    current: Option<&'a Input>,
    failed: bool,
    /// Files that were ended, well or not.
    done: usize,
    undone: &'w mut Vec<String>,
}

impl<'w, 'a, S: Sink> Writer<'w, 'a, S> {
    /// What cannot be done is put down in `undone`.
    pub fn new(sink: &'w mut S, undone: &'w mut Vec<String>) -> Self {
        Writer { sink, current: None, failed: false, done: 0, undone }
    }

    /// Files of one article each.
    pub fn files(&mut self, inputs: &'a [Input], parts: Vec<Result<(Codec, S::Part)>>) -> Result<()> {
        for (input, part) in inputs.iter().zip(parts) {
            let put = part.and_then(|(codec, part)| {
                self.sink.begin(input, codec)?;
                self.sink.put(input, &Block::default(), part)?;
                self.sink.end(input)
            });
            self.note(input, put)?;
            self.done += 1;
        }
        Ok(())
    }

    pub fn step(&mut self, step: Step<'a, S::Part>) -> Result<()> {
        match step {
            Step::Files(inputs, wait) => self.files(inputs, wait.recv().context("a worker died")?),
            Step::Begin(input, codec) => {
                (self.current, self.failed) = (Some(input), false);
                let begun = self.sink.begin(input, codec);
                self.note(input, begun)
            }
            Step::Block(wait) => {
                let (block, part) = wait.recv().context("a worker died")?;
                match self.current {
                    Some(input) if !self.failed => {
                        let put = self.sink.put(input, &block, part);
                        self.note(input, put)
                    }
                    _ => Ok(()),
                }
            }
            Step::End => {
                let input = self.current.take();
                self.done += 1;
                match input {
                    Some(input) if !self.failed => {
                        let end = self.sink.end(input);
                        self.note(input, end)
                    }
                    _ => Ok(()),
                }
            }
            Step::Lost(input, error) => {
                // What went wrong with the file before its rest was lost is told already.
                let told = self.current.take().is_some() && self.failed;
                self.done += 1;
                if told { Ok(()) } else { self.note(input, Err(error)) }
            }
        }
    }

    fn note(&mut self, input: &Input, result: Result<()>) -> Result<()> {
        let Err(error) = result else { return Ok(()) };
        if is_broken_pipe(&error) || error.is::<Fatal>() {
            return Err(error);
        }
        self.failed = true;
        self.sink.give_up(input);
        self.undone.push(input.shown());
        note(&format!("{error:#}"));
        Ok(())
    }

    /// The number of files that were ended; one that was not is given up.
    pub fn close(&mut self) -> usize {
        if let Some(input) = self.current.take().filter(|_| !self.failed) {
            self.sink.give_up(input);
        }
        self.done
    }
}
