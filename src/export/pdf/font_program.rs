//! The least TrueType font that readers accept (OpenType 1.9).

/// Units of the font's size.
pub(super) const UNITS_PER_EM: u16 = 1000;

/// A font whose glyphs have no outline: glyph 0, and one of each width, in units
/// of the font.
pub(super) fn true_type(widths: &[u16]) -> Vec<u8> {
    let words = |values: &[u16]| -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_be_bytes())
            .collect()
    };
    let widest = widths.iter().copied().max().unwrap_or(0);
    let n_glyphs = widths.len() as u16 + 1;
    // One contour of one point at the origin: nothing to draw, yet a glyph.
    let mut glyph = words(&[1, 0, 0, 0, 0, 0, 0]);
    glyph.extend_from_slice(&[0x31, 0]);
    let glyph_half_length = (glyph.len() / 2) as u16;
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, UNITS_PER_EM]);
    head.extend_from_slice(&[0; 16]);
    head.extend(words(&[0, 0, widest, UNITS_PER_EM, 0, 8, 2, 0, 0]));
    let metrics: Vec<u16> = std::iter::once(&0)
        .chain(widths)
        .flat_map(|width| [*width, 0])
        .collect();
    // Glyph 0 is empty.
    let places: Vec<u16> = std::iter::once(0)
        .chain((0..n_glyphs).map(|index| index * glyph_half_length))
        .collect();
    let tables: [(&[u8; 4], Vec<u8>); 6] = [
        (b"glyf", glyph.repeat(widths.len())),
        (b"head", head),
        (
            b"hhea",
            words(&[
                1,
                0,
                UNITS_PER_EM,
                0,
                0,
                widest,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                n_glyphs,
            ]),
        ),
        (b"hmtx", words(&metrics)),
        (b"loca", words(&places)),
        (
            b"maxp",
            words(&[1, 0, n_glyphs, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
        ),
    ];
    let n_tables = tables.len() as u16;
    // The largest power of two not above the number of tables is 4.
    let mut font = words(&[1, 0, n_tables, 64, 2, n_tables * 16 - 64]);
    let body_at = font.len() + tables.len() * 16;
    let mut body = Vec::new();
    let mut head_at = 0;
    for (tag, table) in &tables {
        let offset = body_at + body.len();
        if *tag == b"head" {
            head_at = offset;
        }
        font.extend_from_slice(*tag);
        font.extend(checksum(table).to_be_bytes());
        font.extend((offset as u32).to_be_bytes());
        font.extend((table.len() as u32).to_be_bytes());
        body.extend_from_slice(table);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    font.extend(body);
    let adjustment = 0xB1B0_AFBA_u32.wrapping_sub(checksum(&font));
    font[head_at + 8..head_at + 12].copy_from_slice(&adjustment.to_be_bytes());
    font
}

/// The sum of a table's 32-bit words, the last one filled up with zeros.
pub(super) fn checksum(table: &[u8]) -> u32 {
    table
        .chunks(4)
        .map(|chunk| {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            u32::from_be_bytes(word)
        })
        .fold(0, u32::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_program_is_whole() {
        for widths in [&[500][..], &[250, 278, 500, 1000]] {
            let font = true_type(widths);
            assert_eq!(checksum(&font), 0xB1B0_AFBA);
            let word =
                |at: usize| u32::from_be_bytes(font[at..at + 4].try_into().unwrap()) as usize;
            for index in 0..6 {
                let entry = 12 + 16 * index;
                let (offset, length) = (word(entry + 8), word(entry + 12));
                assert!(offset + length <= font.len() && offset % 4 == 0);
            }
        }
    }
}
