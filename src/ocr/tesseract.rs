//! Tesseract as an [`OcrEngine`], kept loaded between pages.

use super::layout::{self, FoundLine};
use super::second_reading::Span;
use super::{
    Line, OcrEngine, OcrError, PageNotes, PageReading, Word, choices, line_pictures, orientation,
    second_reading, signature_cell, stamps,
};
use crate::geometry::BoundingBox;
use crate::restore::Plausibility;
use crate::scan::cleanup::{Pix, PreparedPage};
use crate::vietnamese;
use tesseract_rs::{
    ResultIterator, TessPageIteratorLevel, TessPageSegMode, TesseractAPI, TesseractError,
};

/// One loaded Tesseract; every worker has its own.
pub struct Tesseract {
    api: TesseractAPI,
    /// What weighs second readings; without it every word is read once.
    judge: Option<Plausibility>,
}

/// Where less than this of a place's ink is left without colour, the second
/// look is at what is left.
const COLOURED_SHARE: f32 = 0.9;
/// How much larger a doubtful place is read again.
const SECOND_SCALE: f32 = 1.25;
/// The same for the further looks at a number: alone, and with its neighbours.
const THIRD_SCALE: f32 = 1.6;

/// The same for the signature's cell.
const SIGNATURE_SCALE: f32 = 1.5;
/// The same for a stamp of receipt.
const STAMP_SCALE: f32 = 1.5;
/// Tesseract's name for trying badly read lines as white on black.
const READS_INVERTED: &str = "tessedit_do_invert";

impl Tesseract {
    /// Loads the recogniser for a language such as `vie` from `TESSDATA_PREFIX`
    /// or from where the system keeps its data.
    ///
    /// # Errors
    /// [`OcrError::LanguageMissing`] when the data cannot be loaded.
    pub fn load(language: &str) -> Result<Self, OcrError> {
        let missing = |_| OcrError::LanguageMissing {
            language: language.to_owned(),
        };
        line_pictures::keep_linked();
        let api = TesseractAPI::new();
        // An empty path means: where the environment or the build says.
        api.init("", language).map_err(missing)?;
        // Tesseract writes its complaints to stderr, which belongs to the person.
        api.set_variable("debug_file", "/dev/null")
            .map_err(missing)?;
        api.set_page_seg_mode(TessPageSegMode::PSM_AUTO)
            .map_err(missing)?;
        Ok(Self { api, judge: None })
    }

    /// Lets doubtful words be read twice, weighed by `judge`.
    #[must_use]
    pub fn reading_twice(self, judge: Plausibility) -> Self {
        Self {
            judge: Some(judge),
            ..self
        }
    }

    /// The version of the Tesseract library, such as `5.3.0`.
    pub fn version() -> String {
        TesseractAPI::version()
    }

    fn found_lines(&self, image: &Pix) -> Result<Vec<FoundLine>, TesseractError> {
        self.found(image, false)
    }

    /// What is read of an image; `with_choices` keeps what words were nearly taken
    /// for, where the recogniser was told to weigh it.
    fn found(&self, image: &Pix, with_choices: bool) -> Result<Vec<FoundLine>, TesseractError> {
        let recognised = ending_on_exception(|| {
            self.api.set_image_2(image.as_ptr())?;
            self.api.recognize()
        });
        let found = recognised.and_then(|()| match self.api.get_iterator() {
            Ok(words) => ending_on_exception(|| collect_lines(&words, with_choices)),
            // No iterator means no words: an empty page.
            Err(TesseractError::NullPointerError) => Ok(Vec::new()),
            Err(error) => Err(error),
        });
        // Gives the image and the results back whether or not it went well.
        let cleared = self.api.clear();
        found.and_then(|lines| cleared.map(|()| lines))
    }

    /// The page turned so that it can be read; `None` when it stands best as it is.
    /// Tried on the middle of the page, which is enough to tell.
    fn upright(&self, page: &PreparedPage) -> Result<Option<PreparedPage>, TesseractError> {
        let (width_px, height_px) = (page.image.width_px(), page.image.height_px());
        let middle = BoundingBox::new(
            width_px / 5,
            height_px / 5,
            width_px * 4 / 5,
            height_px * 4 / 5,
        );
        let Some(middle) = page.image.cropped(middle) else {
            return Ok(None);
        };
        let mut tried = [0; 4];
        for (turn, n_syllables) in (0..).zip(&mut tried) {
            if let Some(image) = middle.quarter_turned(turn) {
                *n_syllables = orientation::n_syllables(&self.found_lines(&image)?);
            }
        }
        Ok(orientation::best_turn(tried).and_then(|turn| page.quarter_turned(turn)))
    }

    /// Takes a stamp of receipt out of the lines and reads it by itself.
    fn part_stamp(
        &self,
        page: &PreparedPage,
        lines: &mut Vec<Line>,
    ) -> Result<Vec<Line>, TesseractError> {
        let Some(frame) = stamps::frame(lines, page) else {
            return Ok(Vec::new());
        };
        let Some(cut) = page
            .image
            .cropped(frame)
            .and_then(|cut| cut.scaled(STAMP_SCALE))
        else {
            return Ok(Vec::new());
        };
        self.api
            .set_page_seg_mode(TessPageSegMode::PSM_SPARSE_TEXT)?;
        let found = self.found_lines(&cut);
        self.api.set_page_seg_mode(TessPageSegMode::PSM_AUTO)?;
        let own: Vec<Vec<Word>> = found?
            .into_iter()
            .map(|line| on_page(vec![line], frame, STAMP_SCALE))
            .collect();
        Ok(stamps::take_out(lines, frame, own, self.judge.as_ref()))
    }

    fn read_doubtful_words_again(
        &self,
        page: &PreparedPage,
        lines: &mut [Line],
        judge: &Plausibility,
    ) -> Result<(), TesseractError> {
        let image = &page.image;
        let size_px = (image.width_px(), image.height_px());
        let spans = second_reading::doubtful_spans(lines, size_px, judge);
        if spans.is_empty() {
            return Ok(());
        }
        // A raw line: the cut is one line already, and looking for lines in it finds
        // parts of those above and below.
        self.api.set_page_seg_mode(TessPageSegMode::PSM_RAW_LINE)?;
        self.api
            .set_variable(choices::CHOICES, choices::ALL_CHOICES)?;
        let mut outcome = Ok(());
        for span in spans {
            let line = &mut lines[span.line_idx];
            let looks = self.looks_at(page, line, &span);
            match looks {
                Ok(looks) => second_reading::merge(line, &span, &looks, judge),
                Err(error) => outcome = Err(error),
            }
        }
        self.api
            .set_variable(choices::CHOICES, choices::NO_CHOICES)?;
        self.api.set_page_seg_mode(TessPageSegMode::PSM_AUTO)?;
        outcome
    }

    /// The second reading of a span; where it leaves a number open, two more.
    fn looks_at(
        &self,
        page: &PreparedPage,
        line: &Line,
        span: &Span,
    ) -> Result<Vec<Vec<Word>>, TesseractError> {
        let look = |place: BoundingBox, scale: f32| {
            let Some(cut) = cut_out(page, place).and_then(|cut| cut.scaled(scale)) else {
                return Ok::<_, TesseractError>(Vec::new());
            };
            Ok(on_page(self.found(&cut, true)?, place, scale))
        };
        let mut looks = vec![look(span.cut, SECOND_SCALE)?];
        if second_reading::is_number_open(line, span, &looks[0]) {
            looks.push(look(span.cut, THIRD_SCALE)?);
            let size_px = (page.image.width_px(), page.image.height_px());
            if let Some(wider) = second_reading::wider_cut(line, span, size_px) {
                looks.push(look(wider, SECOND_SCALE)?);
            }
        }
        Ok(looks)
    }

    /// Reads the signature's cell on its own where position or name is missing:
    /// as one block, the same without coloured ink (a seal over black print), and
    /// as sparse text, until both are known.
    fn read_signature_again(
        &self,
        page: &PreparedPage,
        lines: &mut Vec<Line>,
    ) -> Result<(), TesseractError> {
        let size_px = (page.image.width_px(), page.image.height_px());
        let Some(cell) = signature_cell::unread_cell(lines, size_px) else {
            return Ok(());
        };
        let looks = [
            (
                page.without_colour.as_ref(),
                TessPageSegMode::PSM_SINGLE_BLOCK,
            ),
            (Some(&page.image), TessPageSegMode::PSM_SINGLE_BLOCK),
            (Some(&page.image), TessPageSegMode::PSM_SPARSE_TEXT),
        ];
        // A line that is read badly is read once more as white on black: in a
        // seal, most are, and none of it is.
        self.api.set_variable(READS_INVERTED, "0")?;
        let mut outcome = Ok(());
        for (image, mode) in looks {
            let Some(cut) = image
                .and_then(|image| image.cropped(cell))
                .and_then(|cut| cut.scaled(SIGNATURE_SCALE))
            else {
                continue;
            };
            self.api.set_page_seg_mode(mode)?;
            match self.found_lines(&cut) {
                Ok(found) => {
                    let found = found
                        .into_iter()
                        .map(|line| on_page(vec![line], cell, SIGNATURE_SCALE))
                        .collect();
                    if signature_cell::take_in(lines, cell, found) {
                        break;
                    }
                }
                Err(error) => outcome = Err(error),
            }
        }
        self.api.set_variable(READS_INVERTED, "1")?;
        self.api.set_page_seg_mode(TessPageSegMode::PSM_AUTO)?;
        outcome
    }
}

/// Ends the process should Tesseract throw: it throws when memory runs out.
/// The exception would pass through the lock that `tesseract-rs` holds during a
/// call, and the destructors behind would wait for that lock for ever.
fn ending_on_exception<T>(call: impl FnOnce() -> T) -> T {
    struct EndProcess;
    impl Drop for EndProcess {
        fn drop(&mut self) {
            std::process::abort();
        }
    }
    let unless_it_returns = EndProcess;
    let result = call();
    std::mem::forget(unless_it_returns);
    result
}

impl OcrEngine for Tesseract {
    fn read(&mut self, page: &PreparedPage) -> Result<PageReading, OcrError> {
        let failed = |error: TesseractError| OcrError::Page {
            page_number: page.page_number,
            reason: error.to_string(),
        };
        let found = self.found_lines(&page.image).map_err(failed)?;
        let mut lines = layout::reading_order(found);
        let turned;
        let mut page = page;
        if orientation::may_be_turned(&lines)
            && let Some(upright) = self.upright(page).map_err(failed)?
        {
            turned = upright;
            page = &turned;
            lines = layout::reading_order(self.found_lines(&page.image).map_err(failed)?);
        }
        let mut stamps = self.part_stamp(page, &mut lines).map_err(failed)?;
        if let Some(judge) = &self.judge {
            self.read_doubtful_words_again(page, &mut lines, judge)
                .map_err(failed)?;
        }
        self.read_signature_again(page, &mut lines)
            .map_err(failed)?;
        let size_px = (page.image.width_px(), page.image.height_px());
        if let Some(cell) = signature_cell::cell(&lines, size_px) {
            stamps.extend(stamps::take_out_seal(&mut lines, cell, page));
        }
        for word in lines
            .iter_mut()
            .chain(&mut stamps)
            .flat_map(|line| &mut line.words)
        {
            word.bounding_box = page.to_source(word.bounding_box);
        }
        let notes = PageNotes {
            is_incomplete: page.is_incomplete,
            is_blank: page.is_blank && lines.is_empty(),
            stamps,
            ruling_lines: page.ruling_lines(),
        };
        Ok(PageReading {
            page_number: page.page_number,
            width_px: page.source_width_px,
            height_px: page.source_height_px,
            resolution_dpi: page.source_resolution_dpi,
            notes,
            lines,
        })
    }
}

/// A doubtful place, without coloured ink where there is enough of it.
fn cut_out(page: &PreparedPage, place: BoundingBox) -> Option<Pix> {
    let cut = page.image.cropped(place)?;
    let plain = page
        .without_colour
        .as_ref()
        .and_then(|page| page.cropped(place));
    Some(match plain {
        Some(plain) if (plain.ink() as f32) < COLOURED_SHARE * cut.ink() as f32 => plain,
        _ => cut,
    })
}

/// The words of a cut, left to right, with their places on the page it was cut from.
fn on_page(found: Vec<FoundLine>, cut: BoundingBox, scale: f32) -> Vec<Word> {
    let px = |value: u32| (value as f32 / scale).round() as u32;
    let mut words: Vec<Word> = found.into_iter().flat_map(|line| line.words).collect();
    for word in &mut words {
        let at = word.bounding_box;
        word.bounding_box = BoundingBox::new(
            (cut.left_px + px(at.left_px)).min(cut.right_px),
            (cut.top_px + px(at.top_px)).min(cut.bottom_px),
            (cut.left_px + px(at.right_px)).min(cut.right_px),
            (cut.top_px + px(at.bottom_px)).min(cut.bottom_px),
        );
    }
    words.sort_by_key(|word| word.bounding_box.left_px);
    words
}

/// Walks over the words; a new line box means a new line.
fn collect_lines(
    words: &ResultIterator,
    with_choices: bool,
) -> Result<Vec<FoundLine>, TesseractError> {
    let mut lines: Vec<FoundLine> = Vec::new();
    loop {
        if let Some((word, line_box)) = current_word(words, with_choices)? {
            let block_box = box_at(words, TessPageIteratorLevel::RIL_BLOCK).unwrap_or(line_box);
            match lines.last_mut() {
                Some(line) if line.bounding_box == line_box => line.words.push(word),
                _ => lines.push(FoundLine {
                    block_box,
                    bounding_box: line_box,
                    words: vec![word],
                }),
            }
        }
        if !words.next(TessPageIteratorLevel::RIL_WORD)? {
            return Ok(lines);
        }
    }
}

/// The word the iterator stands on and the box of its line; `None` where the
/// iterator stands on something without text, such as a picture.
fn current_word(
    words: &ResultIterator,
    with_choices: bool,
) -> Result<Option<(Word, BoundingBox)>, TesseractError> {
    let raw_text = match words.get_utf8_text(TessPageIteratorLevel::RIL_WORD) {
        Ok(text) => text,
        Err(TesseractError::NullPointerError) => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = vietnamese::normalize(raw_text.trim());
    if text.is_empty() {
        return Ok(None);
    }
    let (Some(bounding_box), Some(line_box)) = (
        box_at(words, TessPageIteratorLevel::RIL_WORD),
        box_at(words, TessPageIteratorLevel::RIL_TEXTLINE),
    ) else {
        return Ok(None);
    };
    let confidence = words.confidence(TessPageIteratorLevel::RIL_WORD)? / 100.0;
    let mut word = Word {
        text,
        bounding_box,
        confidence: confidence.clamp(0.0, 1.0),
        alternatives: Vec::new(),
    };
    if with_choices {
        choices::add(words, &raw_text, &mut word)?;
    }
    Ok(Some((word, line_box)))
}

fn box_at(words: &ResultIterator, level: TessPageIteratorLevel) -> Option<BoundingBox> {
    let (left, top, right, bottom) = words.get_bounding_box(level).ok()?;
    let px = |value: i32| value.max(0) as u32;
    Some(BoundingBox::new(px(left), px(top), px(right), px(bottom)))
}
