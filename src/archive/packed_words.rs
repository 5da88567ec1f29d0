//! The words of a page as one blob: zstd of JSON.
//!
//! JSON, because a stored page then outlives changes of the Rust types (new
//! fields have defaults) and can be read with `zstdcat` and `jq`; zstd brings it
//! to about a tenth.

use crate::restore::RestoredPage;
use std::io::{self, Read};

/// Fast, and within some percent of the slow levels on these small blobs.
const COMPRESSION_LEVEL: i32 = 3;

/// More than any page can hold (a page of 100,000 words has some 20 MB): a
/// damaged blob does not fill the memory.
const MAX_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;

pub(super) fn pack(page: &RestoredPage) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(page)?;
    zstd::bulk::compress(&json, COMPRESSION_LEVEL)
}

pub(super) fn unpack(blob: &[u8]) -> io::Result<RestoredPage> {
    let mut json = Vec::new();
    zstd::stream::Decoder::new(blob)?
        .take(MAX_UNPACKED_BYTES)
        .read_to_end(&mut json)?;
    Ok(serde_json::from_slice(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::BoundingBox;
    use crate::restore::{RestoredLine, RestoredWord};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_packed_page_comes_back(raw in "\\PC{0,20}", text in "\\PC{0,20}", confidence in 0f32..=1.0) {
            let page = RestoredPage {
                page_number: 3,
                width_px: 1654,
                height_px: 2339,
                resolution_dpi: 200,
                notes: Default::default(),
                lines: vec![RestoredLine {
                    block_index: 1,
                    words: vec![RestoredWord {
                        raw,
                        text,
                        confidence,
                        bounding_box: Some(BoundingBox::new(1, 2, 30, 40)),
                    }],
                }],
            };
            prop_assert_eq!(unpack(&pack(&page).unwrap()).unwrap(), page);
        }

        #[test]
        fn a_damaged_blob_is_an_error(blob in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(unpack(&blob).is_err());
        }
    }
}
