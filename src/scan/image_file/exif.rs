//! The two things wanted of EXIF data: orientation and resolution.

use crate::scan::raster::Orientation;

const ORIENTATION: u16 = 274;
const X_RESOLUTION: u16 = 282;
const Y_RESOLUTION: u16 = 283;
const RESOLUTION_UNIT: u16 = 296;
/// More entries are an attack.
const MAX_ENTRIES: usize = 200;

/// What EXIF data tell of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct ExifHints {
    pub(super) orientation: Orientation,
    /// Pixels an inch across and down.
    pub(super) resolution_dpi: Option<(f64, f64)>,
}

/// Reads the first directory of EXIF data, which begin with a TIFF header;
/// anything broken counts as not there.
pub(super) fn read(bytes: &[u8]) -> ExifHints {
    let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
    let data = match bytes.get(..2) {
        Some(b"II") => Data {
            bytes,
            is_little: true,
        },
        Some(b"MM") => Data {
            bytes,
            is_little: false,
        },
        _ => return ExifHints::default(),
    };
    data.hints().unwrap_or_default()
}

struct Data<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl Data<'_> {
    fn hints(&self) -> Option<ExifHints> {
        let start = self.u32_at(4)? as usize;
        let count = usize::from(self.u16_at(start)?).min(MAX_ENTRIES);
        let mut hints = ExifHints::default();
        let (mut x, mut y, mut unit) = (None, None, 2);
        for index in 0..count {
            let entry = start.checked_add(2 + index * 12)?;
            let Some(tag) = self.u16_at(entry) else { break };
            match tag {
                ORIENTATION => {
                    let value = u32::from(self.u16_at(entry + 8)?);
                    hints.orientation = Orientation::from_exif(value);
                }
                X_RESOLUTION => x = self.rational(entry),
                Y_RESOLUTION => y = self.rational(entry),
                RESOLUTION_UNIT => unit = self.u16_at(entry + 8)?,
                _ => {}
            }
        }
        let per_inch = match unit {
            2 => Some(1.0),
            3 => Some(2.54),
            _ => None,
        };
        hints.resolution_dpi = match (x, y, per_inch) {
            (Some(x), Some(y), Some(factor)) => Some((x * factor, y * factor)),
            _ => None,
        };
        Some(hints)
    }

    fn rational(&self, entry: usize) -> Option<f64> {
        let offset = self.u32_at(entry + 8)? as usize;
        let numerator = self.u32_at(offset)?;
        let denominator = self.u32_at(offset.checked_add(4)?)?;
        (denominator != 0).then(|| f64::from(numerator) / f64::from(denominator))
    }

    fn u16_at(&self, offset: usize) -> Option<u16> {
        let bytes = self.bytes.get(offset..offset.checked_add(2)?)?;
        let bytes = bytes.try_into().ok()?;
        Some(if self.is_little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    }

    fn u32_at(&self, offset: usize) -> Option<u32> {
        let bytes = self.bytes.get(offset..offset.checked_add(4)?)?;
        let bytes = bytes.try_into().ok()?;
        Some(if self.is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }
}
