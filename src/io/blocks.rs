//! A stream in blocks of whole records: what one thread reads ahead and others work on.

use super::{
    format::{Row, Split},
    source::LONGEST,
};
use std::io::{self, Read};

/// Bytes read for one block.
pub const BLOCK: usize = 1 << 20;

/// A place between two records of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Bytes in front of it, compression aside.
    pub offset: u64,
    /// Records in front of it.
    pub records: usize,
}

/// Records that follow one another in a file.
#[derive(Default)]
pub struct Block {
    pub start: Position,
    pub bytes: Vec<u8>,
    /// The offset in `bytes` behind each record.
    pub ends: Vec<usize>,
    /// For a table, what each row has beside its text.
    pub rows: Vec<Row>,
    pub piece: Piece,
}

/// Of a record that is too long to be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Piece {
    #[default]
    Whole,
    First,
    Later,
}

/// Reads a stream block by block.
pub struct Blocks<R> {
    reader: R,
    split: Box<dyn Split>,
    at: Position,
    /// Bytes that were read and not handed out.
    rest: Vec<u8>,
    /// Ends of records in `rest`.
    ends: Vec<usize>,
    piece: Piece,
    done: bool,
}

impl<R: Read> Blocks<R> {
    pub fn new(reader: R, split: Box<dyn Split>, at: Position) -> Blocks<R> {
        Blocks { reader, split, at, rest: Vec::new(), ends: Vec::new(), piece: Piece::Whole, done: false }
    }

    /// The next block; none at the end. Where the blocks part depends on the bytes alone.
    pub fn next(&mut self) -> io::Result<Option<Block>> {
        while self.ends.is_empty() && !self.done {
            let known = self.rest.len();
            self.rest.reserve(BLOCK);
            self.done = self.reader.by_ref().take(BLOCK as u64).read_to_end(&mut self.rest)? == 0;
            self.split.ends(&self.rest[known..], &mut self.ends);
            self.ends.iter_mut().for_each(|end| *end += known);
            // A record may be found to have ended where the bytes before ended, and no bytes make no record.
            self.ends.retain(|&end| end > 0);
            if self.done && self.rest.len() > self.ends.last().copied().unwrap_or(0) {
                self.ends.push(self.rest.len());
            }
            if self.ends.is_empty() && self.rest.len() > LONGEST {
                let piece = std::mem::replace(&mut self.piece, Piece::Later).max_first();
                return Ok(Some(self.take(self.rest.len(), Vec::new(), piece)));
            }
        }
        if self.ends.is_empty() {
            return Ok(None);
        }
        if self.piece == Piece::Later {
            self.piece = Piece::Whole;
            let end = self.ends.remove(0);
            let block = self.take(end, vec![end], Piece::Later);
            self.ends.iter_mut().for_each(|later| *later -= end);
            return Ok(Some(block));
        }
        let ends = std::mem::take(&mut self.ends);
        let last = ends.last().copied().unwrap_or(0);
        Ok(Some(self.take(last, ends, Piece::Whole)))
    }

    fn take(&mut self, len: usize, ends: Vec<usize>, piece: Piece) -> Block {
        let rest = self.rest.split_off(len);
        let bytes = std::mem::replace(&mut self.rest, rest);
        let block = Block { start: self.at, bytes, ends, rows: Vec::new(), piece };
        self.at.offset += len as u64;
        self.at.records += block.ends.len();
        block
    }
}

impl Piece {
    fn max_first(self) -> Piece {
        if self == Piece::Whole { Piece::First } else { Piece::Later }
    }
}

impl Block {
    /// Each record with its number, from 1.
    pub fn records(&self) -> impl Iterator<Item = (usize, &[u8], Option<&Row>)> {
        let mut at = 0;
        self.ends.iter().enumerate().map(move |(place, &end)| {
            let bytes = &self.bytes[std::mem::replace(&mut at, end)..end];
            (self.start.records + place + 1, bytes, self.rows.get(place))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::jsonl::Lines, *};

    /// Hands out a few bytes at a time, as pipes do.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            let step = self.1.min(bytes.len()).min(self.0.len());
            bytes[..step].copy_from_slice(&self.0[..step]);
            self.0 = &self.0[step..];
            Ok(step)
        }
    }

    fn blocks(bytes: &[u8], step: usize) -> Vec<(u64, usize, usize, Piece)> {
        let mut blocks = Blocks::new(Drops(bytes, step), Box::new(Lines), Position::default());
        let mut all = Vec::new();
        let mut at = 0;
        while let Some(block) = blocks.next().unwrap() {
            assert_eq!(block.bytes, &bytes[at..at + block.bytes.len()]);
            at += block.bytes.len();
            all.push((block.start.offset, block.bytes.len(), block.ends.len(), block.piece));
        }
        assert_eq!(at, bytes.len());
        all
    }

    #[test]
    fn blocks_hold_whole_records_and_every_byte() {
        let mut bytes = b"one\ntwo\n".repeat(BLOCK / 4);
        bytes.extend_from_slice(b"no line end");
        assert_eq!(blocks(&bytes, 4096), blocks(&bytes, usize::MAX));
        assert_eq!(blocks(&bytes, 7777).iter().map(|block| block.2).sum::<usize>(), BLOCK / 2 + 1);
        assert!(blocks(b"", 1).is_empty());
    }

    #[test]
    fn a_record_too_long_to_hold_comes_in_pieces() {
        let bytes = [&b"one\n"[..], &vec![b'x'; LONGEST * 2 + 5], b"\ntwo\nthree"].concat();
        let pieces: Vec<_> = blocks(&bytes, usize::MAX).iter().map(|block| (block.2, block.3)).collect();
        assert_eq!(pieces[0], (1, Piece::Whole));
        assert_eq!(pieces[1], (0, Piece::First));
        assert_eq!(&pieces[pieces.len() - 3..], [(1, Piece::Later), (1, Piece::Whole), (1, Piece::Whole)]);
    }
}
