//! Compression as a layer under every format: told by the first bytes, written back as it came.

use flate2::{bufread::MultiGzDecoder, write::GzEncoder};
use std::io::{self, BufReader, Read, Write};

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Plain,
    Gzip,
    Zstd,
}

/// Bytes read from the disk at once.
const READ: usize = 1 << 18;

/// The bytes behind the compression, if there is any, and which it is.
pub fn reader(raw: impl Read + Send + 'static) -> io::Result<(Codec, Box<dyn Read + Send>)> {
    let mut raw = BufReader::with_capacity(READ, raw);
    // A pipe may deliver its first bytes one by one.
    let mut head = Vec::with_capacity(4);
    raw.by_ref().take(4).read_to_end(&mut head)?;
    let codec = match head[..] {
        [0x1f, 0x8b, ..] => Codec::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Codec::Zstd,
        _ => Codec::Plain,
    };
    let whole = io::Cursor::new(head).chain(raw);
    Ok((
        codec,
        match codec {
            Codec::Plain => Box::new(whole),
            Codec::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(READ, whole))),
            Codec::Zstd => Box::new(zstd::Decoder::with_buffer(BufReader::with_capacity(READ, whole))?),
        },
    ))
}

/// Bytes handed to an encoder at once: what it makes of them depends on where they are parted.
const STEP: usize = 1 << 16;

/// Bytes on their way into a file that is compressed like the one they came from.
pub struct Writer<W: Write> {
    codec: Codec,
    state: State<W>,
    /// Bytes of this member that are not yet handed on.
    pending: Vec<u8>,
    /// Was anything written? A compressed file has one member at least.
    begun: bool,
}

enum State<W: Write> {
    /// Between two members: nothing is pending.
    Between(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
    /// An error took the file away.
    Lost,
}

impl<W: Write> Writer<W> {
    pub fn new(codec: Codec, inner: W) -> Writer<W> {
        Writer { codec, state: State::Between(inner), pending: Vec::new(), begun: false }
    }

    /// Ends a gzip member or Zstandard frame: what is written so far can be read by itself, and a
    /// reader can be pointed behind it.
    pub fn seal(&mut self) -> io::Result<&mut W> {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            self.hand_on(&pending)?;
        }
        let inner = match std::mem::replace(&mut self.state, State::Lost) {
            State::Between(inner) => inner,
            State::Gzip(encoder) => encoder.finish()?,
            State::Zstd(encoder) => encoder.finish()?,
            State::Lost => return Err(lost()),
        };
        self.state = State::Between(inner);
        match &mut self.state {
            State::Between(inner) => Ok(inner),
            _ => Err(lost()),
        }
    }

    fn hand_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.state {
            State::Between(inner) => inner.write_all(bytes),
            State::Gzip(encoder) => encoder.write_all(bytes),
            State::Zstd(encoder) => encoder.write_all(bytes),
            State::Lost => Err(lost()),
        }
    }

    fn start(&mut self) -> io::Result<()> {
        self.begun = true;
        if let State::Between(_) = self.state {
            let State::Between(inner) = std::mem::replace(&mut self.state, State::Lost) else { return Err(lost()) };
            self.state = match self.codec {
                Codec::Plain => State::Between(inner),
                Codec::Gzip => State::Gzip(GzEncoder::new(inner, flate2::Compression::default())),
                Codec::Zstd => State::Zstd(zstd::Encoder::new(inner, zstd::DEFAULT_COMPRESSION_LEVEL)?),
            };
        }
        Ok(())
    }

    /// The file, all bytes in it.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.begun {
            self.start()?;
        }
        self.seal()?;
        match self.state {
            State::Between(inner) => Ok(inner),
            _ => Err(lost()),
        }
    }
}

fn lost() -> io::Error {
    io::Error::other("an earlier error ended this file")
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.start()?;
        if self.codec == Codec::Plain {
            return self.hand_on(bytes).map(|()| bytes.len());
        }
        let taken = bytes.len().min(STEP - self.pending.len());
        self.pending.extend_from_slice(&bytes[..taken]);
        if self.pending.len() == STEP {
            let pending = std::mem::take(&mut self.pending);
            self.hand_on(&pending)?;
            self.pending = pending;
            self.pending.clear();
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Between(inner) => inner.flush(),
            State::Gzip(encoder) => encoder.flush(),
            State::Zstd(encoder) => encoder.flush(),
            State::Lost => Err(lost()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_does_not_depend_on_how_it_went_in() {
        let text: String = (0..60_000u64).map(|number| format!("{} bridges over the sound, ", number * number % 7919)).collect();
        for codec in [Codec::Plain, Codec::Gzip, Codec::Zstd] {
            let mut made = Vec::new();
            for step in [text.len(), 1, 4097, 100_000] {
                let mut writer = Writer::new(codec, Vec::new());
                for part in text.as_bytes().chunks(step) {
                    writer.write_all(part).unwrap();
                }
                writer.seal().unwrap();
                writer.write_all(b"more").unwrap();
                made.push(writer.finish().unwrap());
            }
            assert!(made.iter().all(|bytes| *bytes == made[0]), "{codec:?}");
            let (found, mut reader) = reader(io::Cursor::new(made.swap_remove(0))).unwrap();
            let mut back = String::new();
            reader.read_to_string(&mut back).unwrap();
            assert!(found == codec && back == format!("{text}more"));
        }
    }
}
