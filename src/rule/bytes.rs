//! Sets of bytes.

use serde::{Deserialize, Serialize};

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Bytes([u64; 4]);

/// Bytes of a text that is long enough for a table.
const LONG: usize = 100;

impl Default for Bytes {
    fn default() -> Self {
        Bytes::ALL
    }
}

impl Bytes {
    pub const ALL: Bytes = Bytes([u64::MAX; 4]);
    pub const NONE: Bytes = Bytes([0; 4]);

    pub fn has(self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    pub fn or(self, other: Bytes) -> Bytes {
        Bytes(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// The bytes of a text.
    pub fn of(text: &str) -> Bytes {
        let mut set = Bytes::NONE;
        if text.len() < LONG {
            text.bytes().for_each(|byte| set.add(byte));
            return set;
        }
        // A store for each byte is quicker than a bit that the next one may have to wait for.
        let mut has = [0u8; 256];
        text.bytes().for_each(|byte| has[usize::from(byte)] = 1);
        for (word, has) in set.0.iter_mut().zip(has.chunks_exact(64)) {
            *word = has.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit));
        }
        set
    }

    pub fn range(first: u8, last: u8) -> Bytes {
        let mut set = Bytes::NONE;
        (first..=last).for_each(|byte| set.add(byte));
        set
    }

    fn add(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub fn meets(self, other: Bytes) -> bool {
        (0..4).any(|i| self.0[i] & other.0[i] != 0)
    }

    /// How often one of them stands in text, roughly. Those beyond ASCII count once: which of them stand
    /// in a text its script decides.
    pub fn commonness(self) -> u32 {
        let beyond = self.0[2] | self.0[3] != 0;
        (0..0x80).filter(|&byte| self.has(byte)).map(commonness).sum::<u32>() + if beyond { 3 } else { 0 }
    }
}

/// How often a byte stands in text, roughly.
pub(crate) fn commonness(byte: u8) -> u32 {
    COMMONNESS[usize::from(byte)].into()
}

const COMMONNESS: [u8; 256] = {
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < all.len() {
        all[byte] = rough_commonness(byte as u8);
        byte += 1;
    }
    all
};

const fn rough_commonness(byte: u8) -> u8 {
    match byte {
        b' ' => 12,
        b'e' => 10,
        b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 8,
        b'h' | b'l' | b'd' => 6,
        b'c' | b'u' | b'm' | b'f' | b'p' | b'g' | b'w' | b'y' | b'b' => 4,
        b'v' | b'k' | b'.' | b',' => 3,
        // The first byte of a letter says little more than its script.
        0xc0.. => 9,
        0x80.. => 4,
        _ => 1,
    }
}
