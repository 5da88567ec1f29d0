//! Simple colour arithmetic.

/// Rec. 601 luma, the weighting of JPEG.
pub(crate) fn luminance(red: u8, green: u8, blue: u8) -> u8 {
    ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8) as u8
}

/// Ink to light without a profile: enough to tell print from paper.
pub(crate) fn cmyk_to_rgb([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    let light = u16::from(255 - black);
    [cyan, magenta, yellow].map(|ink| (u16::from(255 - ink) * light / 255) as u8)
}
