//! The directories of TIFF (TIFF 6.0 and BigTIFF), which EXIF uses as well.
//! Everything is read leniently out of the bytes; what points outside counts
//! as not there.

/// More entries in a directory are an attack.
const MAX_ENTRIES: u64 = 4096;
/// Most values of one entry (the strips of a page of a million rows).
const MAX_VALUES: u64 = 1_000_000;

/// A file with TIFF structure.
#[derive(Clone, Copy)]
pub(in crate::scan::image_file) struct TiffBytes<'a> {
    bytes: &'a [u8],
    is_little: bool,
    is_big: bool,
}

/// One directory: a page, or a set of EXIF tags.
pub(in crate::scan::image_file) struct Directory<'a> {
    data: TiffBytes<'a>,
    entries: Vec<Entry>,
    /// Where the next directory stands; 0 when there is none.
    pub(in crate::scan::image_file) next_offset: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    values_offset: usize,
}

impl<'a> TiffBytes<'a> {
    /// Reads the header; gives the offset of the first directory as well.
    pub(in crate::scan::image_file) fn open(bytes: &'a [u8]) -> Option<(Self, u64)> {
        let is_little = match bytes.get(..2)? {
            b"II" => true,
            b"MM" => false,
            _ => return None,
        };
        let mut data = Self {
            bytes,
            is_little,
            is_big: false,
        };
        data.is_big = data.number(2, 2)? == 43;
        let first = if data.is_big {
            data.number(8, 8)?
        } else {
            data.number(4, 4)?
        };
        Some((data, first))
    }

    pub(in crate::scan::image_file) fn is_little_endian(&self) -> bool {
        self.is_little
    }

    /// The directory at `offset`.
    pub(in crate::scan::image_file) fn directory(&self, offset: u64) -> Option<Directory<'a>> {
        let offset = usize::try_from(offset).ok()?;
        let (count_bytes, entry_bytes, pointer_bytes) =
            if self.is_big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.number(offset, count_bytes)?;
        let first_entry = offset.checked_add(count_bytes)?;
        let mut entries = Vec::new();
        for index in 0..count.min(MAX_ENTRIES) as usize {
            let start = first_entry.checked_add(index * entry_bytes)?;
            let Some(entry) = self.entry(start, pointer_bytes) else {
                break;
            };
            entries.push(entry);
        }
        let after = usize::try_from(count)
            .ok()
            .and_then(|count| count.checked_mul(entry_bytes))
            .and_then(|length| length.checked_add(first_entry));
        Some(Directory {
            data: *self,
            entries,
            next_offset: after
                .and_then(|after| self.number(after, pointer_bytes))
                .unwrap_or(0),
        })
    }

    fn entry(&self, start: usize, pointer_bytes: usize) -> Option<Entry> {
        let kind = self.number(start.checked_add(2)?, 2)? as u16;
        let count = self.number(start.checked_add(4)?, pointer_bytes)?;
        let place = start.checked_add(4 + pointer_bytes)?;
        let length = count.checked_mul(value_bytes(kind)? as u64)?;
        let values_offset = if length <= pointer_bytes as u64 {
            place
        } else {
            usize::try_from(self.number(place, pointer_bytes)?).ok()?
        };
        Some(Entry {
            tag: self.number(start, 2)? as u16,
            kind,
            count,
            values_offset,
        })
    }

    /// An unsigned number of `length` bytes.
    fn number(&self, offset: usize, length: usize) -> Option<u64> {
        let bytes = self.bytes.get(offset..offset.checked_add(length)?)?;
        let push = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.is_little {
            bytes.iter().rev().fold(0, push)
        } else {
            bytes.iter().fold(0, push)
        })
    }
}

/// Bytes of one value of a field type (TIFF 6.0, page 15).
fn value_bytes(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}

impl<'a> Directory<'a> {
    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// All values of a whole-number tag; empty when it is missing.
    pub(in crate::scan::image_file) fn numbers(&self, tag: u16) -> Vec<u64> {
        let Some(entry) = self.entry(tag) else {
            return Vec::new();
        };
        let Some(length) = value_bytes(entry.kind) else {
            return Vec::new();
        };
        (0..entry.count.min(MAX_VALUES) as usize)
            .map_while(|index| {
                let offset = entry.values_offset.checked_add(index * length)?;
                self.data.number(offset, length)
            })
            .collect()
    }

    /// The first value of a whole-number tag.
    pub(in crate::scan::image_file) fn number(&self, tag: u16) -> Option<u32> {
        let entry = self.entry(tag).filter(|entry| entry.count > 0)?;
        let length = value_bytes(entry.kind)?;
        u32::try_from(self.data.number(entry.values_offset, length)?).ok()
    }

    /// The first value of a fraction tag.
    pub(in crate::scan::image_file) fn fraction(&self, tag: u16) -> Option<f64> {
        let entry = self.entry(tag).filter(|entry| entry.kind == 5)?;
        let numerator = self.data.number(entry.values_offset, 4)?;
        let denominator = self.data.number(entry.values_offset.checked_add(4)?, 4)?;
        (denominator != 0).then(|| numerator as f64 / denominator as f64)
    }

    /// The bytes of a tag of bytes.
    pub(in crate::scan::image_file) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let entry = self
            .entry(tag)
            .filter(|entry| value_bytes(entry.kind) == Some(1))?;
        let length = usize::try_from(entry.count).ok()?;
        let end = entry.values_offset.checked_add(length)?;
        self.data.bytes.get(entry.values_offset..end)
    }

    /// Pixels an inch across and down (tags 282, 283 and 296).
    pub(in crate::scan::image_file) fn resolution_dpi(&self) -> Option<(f64, f64)> {
        let per_inch = match self.number(296).unwrap_or(2) {
            2 => 1.0,
            3 => 2.54,
            _ => return None,
        };
        Some((
            self.fraction(282)? * per_inch,
            self.fraction(283)? * per_inch,
        ))
    }
}
