//! Reading order: the two columns of a letterhead and of a signature block.
//!
//! Tesseract reads "SỞ Y TẾ      Độc lập - Tự do - Hạnh phúc" as one line,
//! since its layout analysis was made for books. Here a line is cut where a
//! wide gap shows, and a run of lines that all leave the same gutter free is
//! read column by column, left before right. Only letterheads and signature
//! blocks are treated so: the rows of a table stay rows.

use super::{Line, Word};
use crate::geometry::BoundingBox;
use crate::vietnamese;

/// A line as the recogniser found it, perhaps running across two columns.
#[derive(Debug, Clone)]
pub struct FoundLine {
    /// The block the recogniser put it in.
    pub block_box: BoundingBox,
    pub bounding_box: BoundingBox,
    /// At least one.
    pub words: Vec<Word>,
}

/// A gap between words wider than this many word heights may part columns:
/// justified text rarely stretches its spaces to one.
const COLUMN_GAP_HEIGHTS: f32 = 1.0;
/// Where the gutter is known from the lines around, a narrower gap is enough:
/// the two titles of a letterhead may nearly touch.
const GUTTER_GAP_HEIGHTS: f32 = 0.3;

/// Letterheads and signature blocks are far shorter, even with small print round
/// them. Without a bound, a page of thousands of specks taken for letters would
/// cost time that grows with the square of its lines.
const MOST_REGION_LINES: usize = 200;

/// Puts the lines into reading order and parts columns.
pub fn reading_order(found: Vec<FoundLine>) -> Vec<Line> {
    let lines: Vec<FoundLine> = found.into_iter().filter_map(with_sorted_words).collect();
    let Some(page) = Page::of(&lines) else {
        return Vec::new();
    };
    let regions = two_column_regions(&lines, &page);
    assemble(lines, &regions)
}

fn with_sorted_words(mut line: FoundLine) -> Option<FoundLine> {
    line.words.sort_by_key(|word| word.bounding_box.left_px);
    // The box of the words is tighter than the recogniser's line box, which
    // reaches into its neighbours on crooked pages.
    line.bounding_box = BoundingBox::enclosing(line.words.iter().map(|word| word.bounding_box))?;
    Some(line)
}

/// Measures of the whole page.
struct Page {
    extent: BoundingBox,
    /// Median height of the words.
    word_height_px: f32,
}

impl Page {
    fn of(lines: &[FoundLine]) -> Option<Self> {
        let extent = BoundingBox::enclosing(lines.iter().map(|line| line.bounding_box))?;
        let mut heights_px: Vec<u32> = lines
            .iter()
            .flat_map(|line| line.words.iter().map(|word| word.bounding_box.height_px()))
            .collect();
        heights_px.sort_unstable();
        let word_height_px = heights_px[heights_px.len() / 2].max(1) as f32;
        Some(Self {
            extent,
            word_height_px,
        })
    }
}

/// A span of columns of pixels that stays free of ink.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Gutter {
    left_px: u32,
    right_px: u32,
}

impl Gutter {
    fn intersection(self, other: Self) -> Option<Self> {
        let left_px = self.left_px.max(other.left_px);
        let right_px = self.right_px.min(other.right_px);
        (left_px < right_px).then_some(Self { left_px, right_px })
    }

    fn middle_px(self) -> u32 {
        self.left_px + (self.right_px - self.left_px) / 2
    }
}

/// Lines (by index) that are read column by column.
struct Region {
    gutter: Gutter,
    /// From the top of the page down.
    line_indices: Vec<usize>,
    is_letterhead: bool,
}

impl Region {
    /// The line that the region stands for among the others. A letterhead comes
    /// first; a signature block where its topmost line does, for a stray mark
    /// beside it may be the first thing that the recogniser found on the page.
    fn leading_line(&self) -> Option<usize> {
        match self.is_letterhead {
            true => self.line_indices.iter().min().copied(),
            false => self.line_indices.first().copied(),
        }
    }
}

/// The free spans of a line: gaps between its words wider than `narrowest_px`.
fn gaps(line: &FoundLine, narrowest_px: f32) -> Vec<Gutter> {
    let mut gaps = Vec::new();
    let mut reached_px = line.words[0].bounding_box.right_px;
    for word in &line.words[1..] {
        let left_px = word.bounding_box.left_px;
        if left_px as f32 - reached_px as f32 > narrowest_px {
            gaps.push(Gutter {
                left_px: reached_px,
                right_px: left_px,
            });
        }
        reached_px = reached_px.max(word.bounding_box.right_px);
    }
    gaps
}

/// How a line stands to a gutter: the part of the gutter it leaves free, or
/// `None` where its words cross it. A line with words on both sides needs a wide
/// gap there, unless the words behind the gap open a nation's title or motto.
fn left_free(line: &FoundLine, gutter: Gutter, page: &Page) -> Option<Gutter> {
    let outside_left = Gutter {
        left_px: 0,
        right_px: line.bounding_box.left_px,
    };
    let outside_right = Gutter {
        left_px: line.bounding_box.right_px,
        right_px: u32::MAX,
    };
    let wide = gaps(line, page.word_height_px * COLUMN_GAP_HEIGHTS);
    let narrow = gaps(line, page.word_height_px * GUTTER_GAP_HEIGHTS)
        .into_iter()
        .filter(|gap| opens_nation_or_motto(line, gap.right_px));
    wide.into_iter()
        .chain(narrow)
        .chain([outside_left, outside_right])
        .filter_map(|free| free.intersection(gutter))
        .max_by_key(|free| free.right_px - free.left_px)
}

fn opens_nation_or_motto(line: &FoundLine, left_px: u32) -> bool {
    line.words
        .iter()
        .find(|word| word.bounding_box.left_px == left_px)
        .is_some_and(|word| {
            matches!(
                vietnamese::fold(&word.text).as_str(),
                "CONG" | "Doc" | "DANG"
            )
        })
}

fn two_column_regions(lines: &[FoundLine], page: &Page) -> Vec<Region> {
    let mut by_height: Vec<usize> = (0..lines.len()).collect();
    by_height.sort_by_key(|&index| lines[index].bounding_box.center_y_px());
    let mut regions = Vec::new();
    let mut taken = vec![false; lines.len()];
    for (position, &seed) in by_height.iter().enumerate() {
        if taken[seed] {
            continue;
        }
        // A line with one wide gap suggests a gutter; with more it is a table's row.
        let wide = gaps(&lines[seed], page.word_height_px * COLUMN_GAP_HEIGHTS);
        let beside = (wide.is_empty())
            .then(|| gap_to_neighbour(lines, &by_height, position))
            .flatten();
        let gutter = match (wide.as_slice(), beside) {
            ([gutter], _) => *gutter,
            ([], Some(gutter)) => gutter,
            _ => continue,
        };
        let mut region = grow(lines, &by_height, position, gutter, page, &taken);
        region.is_letterhead = is_letterhead(lines, &region, page);
        if region.is_letterhead || is_signature_block(lines, &region) {
            for &index in &region.line_indices {
                taken[index] = true;
            }
            regions.push(region);
        }
    }
    regions
}

/// Where the recogniser did part the columns, two lines stand side by side.
fn gap_to_neighbour(lines: &[FoundLine], by_height: &[usize], position: usize) -> Option<Gutter> {
    let this = lines[by_height[position]].bounding_box;
    let next = lines[*by_height.get(position + 1)?].bounding_box;
    let (left, right) = if this.left_px <= next.left_px {
        (this, next)
    } else {
        (next, this)
    };
    let overlap_px =
        this.bottom_px.min(next.bottom_px) as i64 - this.top_px.max(next.top_px) as i64;
    let side_by_side = overlap_px * 2 > i64::from(this.height_px().min(next.height_px()));
    (side_by_side && left.right_px < right.left_px).then_some(Gutter {
        left_px: left.right_px,
        right_px: right.left_px,
    })
}

/// Takes in the lines above and below the seed that leave the gutter free.
fn grow(
    lines: &[FoundLine],
    by_height: &[usize],
    seed_position: usize,
    gutter: Gutter,
    page: &Page,
    taken: &[bool],
) -> Region {
    let mut region = Region {
        gutter,
        line_indices: vec![by_height[seed_position]],
        is_letterhead: false,
    };
    let above = by_height[..seed_position].iter().rev();
    let below = by_height[seed_position + 1..].iter();
    take_in(lines, above, page, taken, &mut region);
    take_in(lines, below, page, taken, &mut region);
    region
        .line_indices
        .sort_by_key(|&index| lines[index].bounding_box.center_y_px());
    region
}

fn take_in<'a>(
    lines: &[FoundLine],
    candidates: impl Iterator<Item = &'a usize>,
    page: &Page,
    taken: &[bool],
    region: &mut Region,
) {
    for &index in candidates {
        let is_full = region.line_indices.len() >= MOST_REGION_LINES;
        if taken[index] || is_full || opens_addressees(&lines[index]) {
            return;
        }
        match left_free(&lines[index], region.gutter, page) {
            Some(free) => {
                region.gutter = free;
                region.line_indices.push(index);
            }
            None => return,
        }
    }
}

/// "Kính gửi:" stands under both columns of a letterhead and is often short
/// enough to seem part of one (decree 30/2020, annex I: cell 9a).
fn opens_addressees(line: &FoundLine) -> bool {
    let mut words = line
        .words
        .iter()
        .map(|word| vietnamese::fold(&word.text).to_lowercase());
    words.next().as_deref() == Some("kinh")
        && words.next().is_some_and(|word| word.starts_with("gui"))
}

/// The words of the region's columns, folded, line for line.
fn columns_folded(lines: &[FoundLine], region: &Region) -> (Vec<String>, Vec<String>) {
    let side = |keep_left: bool| {
        region
            .line_indices
            .iter()
            .filter_map(|&index| {
                let words: Vec<&str> = lines[index]
                    .words
                    .iter()
                    .filter(|word| is_left(word, region) == keep_left)
                    .map(|word| word.text.as_str())
                    .collect();
                (!words.is_empty()).then(|| vietnamese::fold(&words.join(" ")))
            })
            .collect::<Vec<String>>()
    };
    (side(true), side(false))
}

fn is_left(word: &Word, region: &Region) -> bool {
    word.bounding_box.center_x_px() < region.gutter.middle_px()
}

/// The top of a page with two columns of which one has the nation's title or
/// motto (decree 30/2020, annex I: cells 1 and 2), however noisily read.
fn is_letterhead(lines: &[FoundLine], region: &Region, page: &Page) -> bool {
    const NATION_AND_MOTTO: [&str; 9] = [
        "CONG HOA",
        "XA HOI",
        "CHU NGHIA",
        "VIET NAM",
        "Doc lap",
        "Tu do",
        "Hanh phuc",
        "DANG CONG",
        "CONG SAN",
    ];
    let (left, right) = columns_folded(lines, region);
    let top_px = region
        .line_indices
        .iter()
        .map(|&index| lines[index].bounding_box.top_px)
        .min()
        .unwrap_or(u32::MAX);
    let in_upper_third = top_px < page.extent.top_px + page.extent.height_px() / 3;
    let names_nation = right
        .iter()
        .any(|line| NATION_AND_MOTTO.iter().any(|words| line.contains(words)));
    !left.is_empty() && in_upper_third && names_nation
}

/// Recipients on the left beside authority and position in capitals on the
/// right (decree 30/2020, annex I: cells 9b and 7a).
fn is_signature_block(lines: &[FoundLine], region: &Region) -> bool {
    const POSITIONS: [&str; 14] = [
        "TM.",
        "KT.",
        "TL.",
        "TUQ.",
        "Q.",
        "GIAM DOC",
        "CHU TICH",
        "TRUONG",
        "BO TRUONG",
        "BI THU",
        "CHANH",
        "THU TRUONG",
        "HIEU TRUONG",
        "THU TUONG",
    ];
    let (left, right) = columns_folded(lines, region);
    let names_recipients = left
        .iter()
        .any(|line| line.to_lowercase().starts_with("noi nhan"));
    let names_position = right
        .iter()
        .any(|line| POSITIONS.iter().any(|words| line.contains(words)));
    (names_recipients && !right.is_empty()) || (names_position && left.len() >= 2)
}

/// Writes the lines out: a region stands where its leading line stood, its left
/// column before its right one.
fn assemble(lines: Vec<FoundLine>, regions: &[Region]) -> Vec<Line> {
    let mut region_of = vec![None; lines.len()];
    for (number, region) in regions.iter().enumerate() {
        for &index in &region.line_indices {
            region_of[index] = Some(number);
        }
    }
    let mut out = Vec::with_capacity(lines.len());
    let mut block_index = 0;
    let mut block_box = None;
    for (index, line) in lines.iter().enumerate() {
        match region_of[index] {
            Some(number) if regions[number].leading_line() == Some(index) => {
                for left in [true, false] {
                    block_index += 1;
                    push_column(&lines, &regions[number], left, block_index, &mut out);
                }
                block_box = None;
            }
            Some(_) => {}
            None => {
                if block_box != Some(line.block_box) {
                    block_index += 1;
                    block_box = Some(line.block_box);
                }
                out.push(Line {
                    block_index,
                    words: line.words.clone(),
                });
            }
        }
    }
    out
}

fn push_column(
    lines: &[FoundLine],
    region: &Region,
    left: bool,
    block_index: u32,
    out: &mut Vec<Line>,
) {
    for &index in &region.line_indices {
        let words: Vec<Word> = lines[index]
            .words
            .iter()
            .filter(|word| is_left(word, region) == left)
            .cloned()
            .collect();
        if !words.is_empty() {
            out.push(Line { block_index, words });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of 10 pixels a letter, 20 pixels high, laid out from a drawing:
    /// one row a line, one column a letter.
    fn page(drawing: &[&str]) -> Vec<FoundLine> {
        let mut lines = Vec::new();
        for (row, text) in drawing.iter().enumerate() {
            let top_px = row as u32 * 30;
            let mut words = Vec::new();
            let mut column = 0;
            for part in text.split(' ') {
                let length = part.chars().count() as u32;
                if length > 0 {
                    words.push(Word {
                        text: part.to_owned(),
                        bounding_box: BoundingBox::new(
                            column * 10,
                            top_px,
                            (column + length) * 10,
                            top_px + 20,
                        ),
                        confidence: 0.9,
                        alternatives: Vec::new(),
                    });
                }
                column += length + 1;
            }
            if let Some(bounding_box) =
                BoundingBox::enclosing(words.iter().map(|word| word.bounding_box))
            {
                lines.push(FoundLine {
                    block_box: BoundingBox::new(0, 0, 1000, 1000),
                    bounding_box,
                    words,
                });
            }
        }
        lines
    }

    fn read(drawing: &[&str]) -> Vec<String> {
        reading_order(page(drawing))
            .iter()
            .map(Line::text)
            .collect()
    }

    #[test]
    fn parts_the_columns_of_a_letterhead() {
        let lines = read(&[
            "UBND TỈNH HẢI SƠN      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "    SỞ Y TẾ               Độc lập - Tự do - Hạnh phúc",
            "  Số: 12/SYT-VP         Hải Sơn, ngày 05 tháng 3 năm 2024",
            "V/v báo cáo quý",
            "        Kính gửi: Các phòng chuyên môn thuộc Sở",
        ]);
        assert_eq!(
            lines,
            [
                "UBND TỈNH HẢI SƠN",
                "SỞ Y TẾ",
                "Số: 12/SYT-VP",
                "V/v báo cáo quý",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Độc lập - Tự do - Hạnh phúc",
                "Hải Sơn, ngày 05 tháng 3 năm 2024",
                "Kính gửi: Các phòng chuyên môn thuộc Sở",
            ]
        );
    }

    #[test]
    fn a_mark_found_first_does_not_draw_the_signature_to_the_top() {
        let mut found = page(&[
            "Điều 1. Ban hành kèm theo Quyết định này quy chế làm việc của Sở.",
            "Điều 2. Quyết định này có hiệu lực kể từ ngày ký và ban hành.",
            "Nơi nhận:                    KT. GIÁM ĐỐC",
            "- Như Điều 2;                PHÓ GIÁM ĐỐC",
            "- Lưu: VT.",
            "                             |",
        ]);
        let mark = found.pop().unwrap();
        found.insert(0, mark);
        let texts: Vec<String> = reading_order(found).iter().map(Line::text).collect();
        assert!(texts[0].starts_with("Điều 1."), "{texts:?}");
        assert_eq!(texts[2], "Nơi nhận:", "{texts:?}");
    }

    #[test]
    fn addressees_below_a_letterhead_belong_to_no_column() {
        let lines = read(&[
            "UBND TỈNH HẢI SƠN      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "    SỞ Y TẾ               Độc lập - Tự do - Hạnh phúc",
            "         Kính gửi:",
            "                       - Các phòng chuyên môn thuộc Sở;",
        ]);
        assert_eq!(
            lines[3..],
            [
                "Độc lập - Tự do - Hạnh phúc",
                "Kính gửi:",
                "- Các phòng chuyên môn thuộc Sở;"
            ]
        );
    }

    #[test]
    fn titles_that_nearly_touch_are_parted_where_the_other_lines_show_the_gutter() {
        let lines = read(&[
            "ỦY BAN NHÂN DÂN TỈNH HẢI SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "          SỞ Y TẾ                Độc lập - Tự do - Hạnh phúc",
        ]);
        assert_eq!(lines[0], "ỦY BAN NHÂN DÂN TỈNH HẢI SƠN");
        assert_eq!(lines[2], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    }

    #[test]
    fn parts_recipients_from_the_signature() {
        let lines = read(&[
            "Yêu cầu các đơn vị nghiêm túc triển khai thực hiện các nội dung trên./.",
            "Nơi nhận:                      KT. GIÁM ĐỐC",
            "- Như trên;                   PHÓ GIÁM ĐỐC",
            "- Lưu: VT.                    Trần Văn Mẫu",
        ]);
        assert_eq!(
            lines[1..],
            [
                "Nơi nhận:",
                "- Như trên;",
                "- Lưu: VT.",
                "KT. GIÁM ĐỐC",
                "PHÓ GIÁM ĐỐC",
                "Trần Văn Mẫu"
            ]
        );
    }

    #[test]
    fn rows_of_a_table_stay_rows() {
        let table = [
            "TT    Tên đơn vị         Chỉ tiêu",
            "1     Phòng Kế hoạch        95%",
            "2     Phòng Hành chính      90%",
        ];
        let expected: Vec<String> = table
            .iter()
            .map(|row| row.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(read(&table), expected);
    }

    #[test]
    fn a_loosely_set_line_of_running_text_is_not_cut() {
        let lines = read(&[
            "Thực hiện chỉ đạo của Ủy ban nhân dân tỉnh về việc tăng cường",
            "kỷ luật, kỷ cương     hành chính trong các cơ quan nhà nước",
            "trên địa bàn tỉnh và các văn bản có liên quan khác của cấp trên",
        ]);
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn no_word_is_lost_or_doubled() {
        let drawing = [
            "A B    CỘNG HÒA",
            "C   D     E   F",
            "G",
            "      H I",
            "Nơi nhận:      KT. J",
            "K L M N O P Q R S T",
        ];
        let mut expected: Vec<String> = drawing
            .iter()
            .flat_map(|line| line.split_whitespace())
            .map(str::to_owned)
            .collect();
        let mut found: Vec<String> = read(&drawing)
            .iter()
            .flat_map(|line| line.split_whitespace())
            .map(str::to_owned)
            .collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_empty_page_has_no_lines() {
        assert!(reading_order(Vec::new()).is_empty());
    }

    #[test]
    fn thousands_of_lines_or_words_take_seconds_at_most() {
        let row = "không phải     tiêu đề";
        let drawing = vec![row; 5_000];
        let start = std::time::Instant::now();
        assert_eq!(read(&drawing).len(), drawing.len());
        let elapsed = start.elapsed();
        assert!(elapsed.as_secs() < 30, "{elapsed:?}");
        let one_line = ["chữ   "; 10_000].concat();
        assert_eq!(read(&[&one_line]).len(), 1);
    }
}
