//! How often something was seen, at most: a count-min sketch with conservative update. It never says
//! too little, so what it calls rare is rare, and the few that it calls frequent can be counted exactly.

/// Rows of counters; the smallest one of an item's counters is told.
const ROWS: usize = 4;

/// Bytes below which no sketch is useful.
const LEAST: usize = 1 << 16;

/// Counters of half a byte go no further; what is said more often is frequent anyway.
pub(super) const MOST: u8 = 15;

#[derive(Debug)]
pub(crate) struct Sketch {
    /// Two cells in each byte.
    cells: Vec<u8>,
    /// Cells of a row, less one; a row has a power of two.
    mask: usize,
}

impl Sketch {
    /// A sketch of at most so many bytes.
    pub fn new(bytes: usize) -> Sketch {
        let row = (2 * bytes.max(LEAST) / ROWS + 1).next_power_of_two() / 2;
        Sketch { cells: vec![0; ROWS * row / 2], mask: row - 1 }
    }

    /// Bytes that it takes up.
    pub fn bytes(&self) -> usize {
        self.cells.len()
    }

    /// Counts an item once more and tells how often it was seen at most; none if that was more than [`MOST`] times.
    pub fn add(&mut self, item: u64) -> Option<u8> {
        let cells = self.cells_of(item);
        let count = Some(self.least(cells) + 1).filter(|count| *count <= MOST)?;
        for cell in cells {
            // A cell that says more does so for others; raised with the rest it would soon call all frequent.
            if self.get(cell) < count {
                let (at, shift) = place(cell);
                self.cells[at] = self.cells[at] & !(MOST << shift) | count << shift;
            }
        }
        Some(count)
    }

    /// How often an item was seen at most, up to [`MOST`] times.
    pub fn at_most(&self, item: u64) -> u8 {
        self.least(self.cells_of(item))
    }

    fn least(&self, cells: [usize; ROWS]) -> u8 {
        cells.into_iter().map(|cell| self.get(cell)).min().unwrap_or(0)
    }

    fn get(&self, cell: usize) -> u8 {
        let (at, shift) = place(cell);
        self.cells[at] >> shift & MOST
    }

    /// The cell of an item in each row.
    fn cells_of(&self, item: u64) -> [usize; ROWS] {
        // Two halves of a good hash are as good as many hashes (Kirsch and Mitzenmacher).
        std::array::from_fn(|row| {
            let place = (item as u32 as usize).wrapping_add(row.wrapping_mul((item >> 32) as usize | 1));
            row * (self.mask + 1) + (place & self.mask)
        })
    }
}

/// The byte of a cell, and the bits below it in there.
fn place(cell: usize) -> (usize, u8) {
    (cell / 2, 4 * (cell % 2) as u8)
}

#[cfg(test)]
mod tests {
    use super::super::mask::number;
    use super::*;

    #[test]
    fn it_never_says_too_little() {
        let mut sketch = Sketch::new(0);
        let item = |n: usize| number(&n.to_string());
        for n in 0..30_000 {
            for _ in 0..=n % 4 {
                sketch.add(item(n));
            }
        }
        let too_little = (0..30_000).filter(|&n| usize::from(sketch.at_most(item(n))) < n % 4 + 1).count();
        assert_eq!(too_little, 0);
    }

    #[test]
    fn it_seldom_says_too_much() {
        let mut sketch = Sketch::new(1 << 18);
        for n in 0..20_000 {
            sketch.add(number(&n.to_string()));
        }
        let wrong = (20_000..40_000).filter(|n: &usize| sketch.at_most(number(&n.to_string())) > 0).count();
        assert!(wrong < 400, "{wrong}");
    }

    /// With plain counters a third of them would seem to stand four times.
    #[test]
    fn four_items_a_cell_are_still_told_apart() {
        let mut sketch = Sketch::new(1 << 16);
        let item = |n: usize| number(&n.to_string());
        let items = 1 << 16;
        for n in 0..items {
            sketch.add(item(n));
        }
        let wrong = (0..items).filter(|&n| sketch.at_most(item(n)) >= 4).count();
        assert!(wrong < items / 500, "{wrong}");
    }
}
