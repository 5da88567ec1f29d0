//! The hidden text of a page as a content stream.
//!
//! Words are shown in rendering mode 3 (neither filled nor stroked), set on lines by
//! `lines`, as high as their boxes by `shapes` and as wide by `spacing`. Places are
//! whole units of about half a point in a frame of their own, which keeps the stream
//! small; one `cm` leads to the page's user space, whatever its rotation, crop box or
//! user unit.

use super::advances::advance;
use super::font::HiddenFonts;
use super::job::{CopyPage, CopyWord};
use super::lines::{self, FrameBox, Setting};
use super::shapes::{self, Shape};
use super::spacing::{self, Spread, Target};
use crate::geometry::BoundingBox;
use crate::scan::PdfPagePlace;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Units of the frame along the longer side of the page, and the largest unit.
const UNITS_PER_SIDE: f64 = 1700.0;
const LARGEST_UNIT_PT: f64 = 0.5;

/// How far from its box the edges of a word may come, in points: left and right, a
/// quarter of a letter; above and below, half of what letters with an ascender are
/// higher by than others, so that words of a line mostly have one height.
const SLACK_ACROSS_PT: f64 = 1.25;
const SLACK_UP_PT: f64 = 1.5;

/// Which way lines run on the page image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Right,
    Down,
    Left,
    Up,
}

impl Direction {
    /// Where most lines lead from their first word to their last.
    fn of(lines: &[Vec<CopyWord>]) -> Self {
        let (mut right, mut down) = (0_i64, 0_i64);
        for line in lines {
            if let [first, .., last] = line.as_slice() {
                let from = first.bounding_box;
                let to = last.bounding_box;
                right += i64::from(to.center_x_px()) - i64::from(from.center_x_px());
                down += i64::from(to.center_y_px()) - i64::from(from.center_y_px());
            }
        }
        match (right.abs() >= down.abs(), right >= 0, down >= 0) {
            (true, true, _) => Self::Right,
            (true, false, _) => Self::Left,
            (false, _, true) => Self::Down,
            (false, _, false) => Self::Up,
        }
    }
}

/// How the pixels of a page image lead to units of the frame and on to the page.
struct Frame {
    direction: Direction,
    /// Units a pixel.
    across: f64,
    down: f64,
    /// Size of the page in units.
    width: f64,
    height: f64,
    unit_pt: f64,
}

impl Frame {
    fn new(page: &CopyPage, place: &PdfPagePlace) -> Self {
        let longer = place.width_pt.max(place.height_pt);
        let unit_pt = (longer / UNITS_PER_SIDE).min(LARGEST_UNIT_PT);
        let (width, height) = (place.width_pt / unit_pt, place.height_pt / unit_pt);
        Self {
            direction: Direction::of(&page.lines),
            across: width / f64::from(page.width_px.max(1)),
            down: height / f64::from(page.height_px.max(1)),
            width,
            height,
            unit_pt,
        }
    }

    fn place(&self, at: BoundingBox) -> FrameBox {
        let left = f64::from(at.left_px) * self.across;
        let right = f64::from(at.right_px) * self.across;
        let top = f64::from(at.top_px) * self.down;
        let bottom = f64::from(at.bottom_px) * self.down;
        let (x0, x1, y0, y1) = match self.direction {
            Direction::Right => (left, right, self.height - bottom, self.height - top),
            Direction::Down => (top, bottom, left, right),
            Direction::Left => (self.width - right, self.width - left, top, bottom),
            Direction::Up => (
                self.height - bottom,
                self.height - top,
                self.width - right,
                self.width - left,
            ),
        };
        FrameBox {
            left: x0,
            right: x1,
            bottom: y0,
            top: y1,
        }
    }

    /// The matrix from units of the frame to the page's user space.
    fn matrix(&self, place: &PdfPagePlace) -> [f64; 6] {
        // Along the line, upwards from it and the frame's corner, on the upright
        // page, y downwards.
        let (width, height) = (place.width_pt, place.height_pt);
        let (along, up, corner) = match self.direction {
            Direction::Right => ((1.0, 0.0), (0.0, -1.0), (0.0, height)),
            Direction::Down => ((0.0, 1.0), (1.0, 0.0), (0.0, 0.0)),
            Direction::Left => ((-1.0, 0.0), (0.0, 1.0), (width, 0.0)),
            Direction::Up => ((0.0, -1.0), (-1.0, 0.0), (width, height)),
        };
        let [a, b, c, d, e, f] = place.to_user_space;
        let turn = |(x, y): (f64, f64)| (a * x + c * y, b * x + d * y);
        let (along, up, corner) = (turn(along), turn(up), turn(corner));
        [
            along.0 * self.unit_pt,
            along.1 * self.unit_pt,
            up.0 * self.unit_pt,
            up.1 * self.unit_pt,
            corner.0 + e,
            corner.1 + f,
        ]
    }
}

/// The stream that lays a page's words over it, and the shapes of font that it
/// uses; `None` for a page without words. Shapes that are `known` from other pages
/// are taken before others; new ones are added to them.
pub(super) fn content(
    page: &CopyPage,
    place: &PdfPagePlace,
    fonts: &HiddenFonts,
    known: &mut BTreeSet<Shape>,
) -> Option<(Vec<u8>, BTreeSet<Shape>)> {
    let frame = Frame::new(page, place);
    let lines: Vec<Vec<(FrameBox, &str)>> = page
        .lines
        .iter()
        .map(|line| {
            line.iter()
                .filter(|word| word.text.chars().any(|c| fonts.code(c).is_some()))
                .map(|word| (frame.place(word.bounding_box), word.text.as_str()))
                .collect()
        })
        .collect();
    let settings: Vec<Vec<Setting>> = lines::set(&lines);
    let all: Vec<Setting> = settings.iter().flatten().copied().collect();
    let mut shapes = shapes::choose(&all, SLACK_UP_PT / frame.unit_pt, known).into_iter();
    let mut used = BTreeSet::new();
    let mut pen = Pen::new(fonts, SLACK_ACROSS_PT / frame.unit_pt);
    for (line, settings) in lines.iter().zip(settings) {
        let words: Vec<Word> = line
            .iter()
            .zip(settings)
            .zip(&mut shapes)
            .map(|(((_, text), setting), shape)| Word {
                text,
                setting,
                shape,
            })
            .collect();
        used.extend(words.iter().map(|word| word.shape));
        pen.show(&words);
    }
    if used.is_empty() {
        return None;
    }
    let mut stream = String::from("q");
    for value in frame.matrix(place) {
        stream.push(' ');
        push_number(&mut stream, value, 5);
    }
    stream.push_str(" cm BT 3 Tr\n");
    let mut stream = stream.into_bytes();
    stream.append(&mut pen.out);
    stream.extend_from_slice(b"ET Q\n");
    Some((stream, used))
}

/// A word of a line with all that tells where it is shown.
struct Word<'t> {
    text: &'t str,
    setting: Setting,
    shape: Shape,
}

/// Writes text, and of the text state what does not stay as it is.
struct Pen<'f> {
    out: Vec<u8>,
    fonts: &'f HiddenFonts,
    slack: f64,
    /// Where the line before began.
    x: i64,
    y: i64,
    font: Option<(Shape, i64)>,
    spread: Spread,
    /// Strings and the numbers between them that are to be shown at once.
    shown: Vec<u8>,
    has_numbers: bool,
    is_in_string: bool,
}

impl<'f> Pen<'f> {
    fn new(fonts: &'f HiddenFonts, slack: f64) -> Self {
        Self {
            out: Vec::new(),
            fonts,
            slack,
            x: 0,
            y: 0,
            font: None,
            spread: Spread::default(),
            shown: Vec::new(),
            has_numbers: false,
            is_in_string: false,
        }
    }

    /// Shows the words of a line; those on another baseline or in another size stand
    /// by themselves.
    fn show(&mut self, line: &[Word]) {
        let mut rest = line;
        while let Some(first) = rest.first() {
            let (baseline, size) = (first.setting.baseline, first.setting.size);
            let n_words = rest
                .iter()
                .take_while(|word| (word.setting.baseline, word.setting.size) == (baseline, size))
                .count();
            let (words, behind) = rest.split_at(n_words);
            self.show_run(words, baseline, size, behind.is_empty());
            rest = behind;
        }
    }

    fn show_run(&mut self, words: &[Word], baseline: i64, size: i64, ends_line: bool) {
        let natural = |character| f64::from(advance(character)) * size as f64 / 1000.0;
        let targets: Vec<Target> = words
            .iter()
            .map(|word| Target {
                left: word.setting.left,
                right: word.setting.right.max(word.setting.left + 1.0),
                natural: (word.text.chars())
                    .filter(|c| self.fonts.code(*c).is_some())
                    .map(natural)
                    .sum(),
            })
            .collect();
        let x = words[0].setting.left.round() as i64;
        let steps = spacing::fit(&targets, x as f64, natural(' '), self.slack, self.spread);
        let mut operators = format!("{} {} Td ", x - self.x, baseline - self.y);
        (self.x, self.y) = (x, baseline);
        for (index, (word, step)) in words.iter().zip(steps).enumerate() {
            let font = (word.shape, size);
            if self.font != Some(font) {
                self.flush();
                let _ = write!(operators, "/{} {} Tf ", self.fonts.name(word.shape), size);
                self.font = Some(font);
            }
            if self.spread.scale != step.spread.scale {
                self.flush();
                let _ = write!(operators, "{} Tz ", step.spread.scale);
            }
            if self.spread.word_space != step.spread.word_space {
                self.flush();
                push_number(&mut operators, step.spread.word_space as f64 / 10.0, 1);
                operators.push_str(" Tw ");
            }
            self.spread = step.spread;
            self.out.extend_from_slice(operators.as_bytes());
            operators.clear();
            if step.shift != 0.0 {
                let scaled = size as f64 * self.spread.scale as f64 / 100.0;
                self.push_shift((-step.shift * 1000.0 / scaled).round() as i64);
            }
            self.push_text(word.text);
            // A space behind each word but the last of a line parts words even in
            // readers that do not look at gaps.
            if index + 1 < words.len() || !ends_line {
                self.push_text(" ");
            }
        }
        self.flush();
    }

    /// In thousandths of the font's size, to the left.
    fn push_shift(&mut self, thousandths: i64) {
        if self.is_in_string {
            self.shown.push(b')');
            self.is_in_string = false;
        }
        self.shown
            .extend_from_slice(thousandths.to_string().as_bytes());
        self.has_numbers = true;
    }

    fn push_text(&mut self, text: &str) {
        if !self.is_in_string {
            self.shown.push(b'(');
            self.is_in_string = true;
        }
        for code in text.chars().filter_map(|c| self.fonts.code(c)) {
            HiddenFonts::push_code(&mut self.shown, code);
        }
    }

    /// Shows what was gathered.
    fn flush(&mut self) {
        if self.shown.is_empty() {
            return;
        }
        if self.is_in_string {
            self.shown.push(b')');
        }
        if self.has_numbers {
            self.out.push(b'[');
            self.out.append(&mut self.shown);
            self.out.extend_from_slice(b"]TJ\n");
        } else {
            self.out.append(&mut self.shown);
            self.out.extend_from_slice(b"Tj\n");
        }
        self.has_numbers = false;
        self.is_in_string = false;
    }
}

/// Writes a number without needless digits; PDF knows no exponents.
pub(super) fn push_number(text: &mut String, value: f64, decimals: usize) {
    let written = format!("{value:.decimals$}");
    let short = if written.contains('.') {
        written.trim_end_matches('0').trim_end_matches('.')
    } else {
        &written
    };
    text.push_str(if short == "-0" { "0" } else { short });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::pdf::job::PageText;
    use proptest::prelude::*;

    fn word(text: &str, left: u32, top: u32, right: u32, bottom: u32) -> CopyWord {
        CopyWord {
            text: text.to_owned(),
            bounding_box: BoundingBox::new(left, top, right, bottom),
        }
    }

    fn page(lines: Vec<Vec<CopyWord>>) -> CopyPage {
        CopyPage {
            page_number: 1,
            width_px: 1000,
            height_px: 2000,
            resolution_dpi: 72,
            text: PageText::Replace,
            lines,
        }
    }

    fn upright() -> PdfPagePlace {
        PdfPagePlace::of_image(500.0, 1000.0)
    }

    #[test]
    fn lines_tell_which_way_they_run() {
        let at = |x: u32, y: u32| word("chữ", x, y, x + 10, y + 10);
        for (from, to, direction) in [
            ((0, 0), (90, 3), Direction::Right),
            ((90, 0), (0, 3), Direction::Left),
            ((3, 0), (0, 90), Direction::Down),
            ((3, 90), (0, 0), Direction::Up),
        ] {
            let line = vec![at(from.0, from.1), at(to.0, to.1)];
            assert_eq!(Direction::of(&[line]), direction);
        }
        assert_eq!(Direction::of(&[]), Direction::Right);
    }

    #[test]
    fn a_page_without_words_gets_no_stream() {
        let font = HiddenFonts::for_texts(std::iter::empty());
        let mut known = BTreeSet::new();
        assert_eq!(content(&page(vec![]), &upright(), &font, &mut known), None);
    }

    #[test]
    fn words_are_hidden_and_parted_by_spaces() {
        let font = HiddenFonts::for_texts(["ab(ế"].into_iter());
        let line = vec![
            word("a", 0, 0, 20, 40),
            word("b", 30, 0, 50, 40),
            word("(ế", 200, 0, 220, 40),
        ];
        let (stream, _) =
            content(&page(vec![line]), &upright(), &font, &mut BTreeSet::new()).unwrap();
        let stream = String::from_utf8_lossy(&stream).into_owned();
        assert!(stream.contains("3 Tr"), "{stream}");
        assert!(
            stream.contains("(a b )") && stream.contains("(\\(\u{7f})]TJ"),
            "{stream}"
        );
    }

    proptest! {
        /// In every direction a word's corners come where its box stands.
        #[test]
        fn a_box_keeps_its_place(
            left in 0_u32..900, top in 0_u32..1900, width in 1_u32..100, height in 1_u32..100,
            direction in prop::sample::select(vec![
                Direction::Right, Direction::Down, Direction::Left, Direction::Up,
            ]),
        ) {
            let place = upright();
            let mut frame = Frame::new(&page(vec![]), &place);
            frame.direction = direction;
            let at = BoundingBox::new(left, top, left + width, top + height);
            let placed = frame.place(at);
            let [a, b, c, d, e, f] = frame.matrix(&place);
            // Back from user space (y upwards) to the image, half a point a pixel.
            let point = |x: f64, y: f64| {
                ((a * x + c * y + e) * 2.0, (1000.0 - (b * x + d * y + f)) * 2.0)
            };
            let one = point(placed.left, placed.bottom);
            let other = point(placed.right, placed.top);
            let near = |found: f64, wanted: u32| (found - f64::from(wanted)).abs() < 0.01;
            prop_assert!(near(one.0.min(other.0), at.left_px));
            prop_assert!(near(one.0.max(other.0), at.right_px));
            prop_assert!(near(one.1.min(other.1), at.top_px));
            prop_assert!(near(one.1.max(other.1), at.bottom_px));
        }
    }
}
