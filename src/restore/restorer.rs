//! The restorer: model, lexicon and channels together, and text through them.

use super::certainty::share_right;
use super::channel::{Channel, Unseen};
use super::decode::{Answers, Chosen, decode};
use super::kind::{self, InputKind};
use super::lattice::{Lattice, Written};
use super::lexicon::Lexicon;
use super::model::{Model, ModelError};
use super::readings::{CandidateMemory, Reader, Token, Treatment};
use super::specks;
use super::{RestoredLine, RestoredPage, RestoredWord};
use crate::ocr::PageReading;
use crate::vietnamese::{normalize, unify_tone};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The model that is part of the program.
pub(super) static EMBEDDED_MODEL: &[u8] = include_bytes!("../../dictionaries/vietnamese.model");
static GARBLED_CONFUSIONS: &str = include_str!("../../dictionaries/confusions-garbled.tsv");
static READ_CONFUSIONS: &str = include_str!("../../dictionaries/confusions-read.tsv");

/// Restores diacritics and repairs what a recogniser misread.
///
/// It holds the model, is cheap to clone and can be shared between threads.
///
/// ```
/// use vanthu::restore::{InputKind, Restorer};
///
/// let restorer = Restorer::embedded()?;
/// let lines = restorer.restore_lines(&["cai cach hanh chinh"], InputKind::Bare);
/// assert_eq!(lines[0].text(), "cải cách hành chính");
/// # Ok::<(), vanthu::restore::ModelError>(())
/// ```
#[derive(Clone)]
pub struct Restorer {
    parts: Arc<Parts>,
}

struct Parts {
    model: Model,
    lexicon: Lexicon,
    garbled: Channel,
    read: Channel,
    /// Lent to whoever restores, one each.
    memories: Mutex<Vec<(CandidateMemory, Answers)>>,
}

/// What a line brings along.
struct SourceLine<'a> {
    block_index: u32,
    tokens: Vec<SourceToken<'a>>,
}

struct SourceToken<'a> {
    raw: &'a str,
    confidence: f32,
    alternatives: Vec<(String, f32)>,
    bounding_box: Option<crate::geometry::BoundingBox>,
}

impl Restorer {
    /// The model shipped with the program.
    ///
    /// # Errors
    /// Fails only when the program was built with a file that is no model.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::with_model(Model::embedded(EMBEDDED_MODEL)?)
    }

    /// Another model, built by `vanthu train`. The file is mapped into memory:
    /// it must not be truncated while it is in use.
    ///
    /// # Errors
    /// Fails when the file cannot be read, is no model, or is damaged.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::with_model(Model::open(path)?)
    }

    fn with_model(model: Model) -> Result<Self, ModelError> {
        let table = |name: &str, text, unseen| {
            Channel::parse(text, unseen).map_err(|_| ModelError::Damaged {
                name: name.to_owned(),
                reason: "a row of its table cannot be read",
            })
        };
        let garbled = table(
            "the table of garbled letters",
            GARBLED_CONFUSIONS,
            UNSEEN_GARBLED,
        )?;
        let read = table("the table of misread letters", READ_CONFUSIONS, UNSEEN_READ)?;
        Ok(Self::from_parts(model, garbled, read))
    }

    pub(super) fn model(&self) -> &Model {
        &self.parts.model
    }

    /// Adds an office's own words, one word or phrase a line, spelled as they are
    /// printed; lines that begin with `#` are skipped. They take effect at once:
    /// a word is known, a phrase makes its words likely behind one another.
    ///
    /// # Errors
    /// Fails at a line that holds no word, or when there are too many words.
    pub fn with_user_dictionary(self, words: &str) -> Result<Self, ModelError> {
        let mut model = self.parts.model.clone();
        model.add_user_words(words)?;
        let (garbled, read) = (self.parts.garbled.clone(), self.parts.read.clone());
        Ok(Self::from_parts(model, garbled, read))
    }

    fn from_parts(model: Model, garbled: Channel, read: Channel) -> Self {
        Self {
            parts: Arc::new(Parts {
                lexicon: Lexicon::new(&model.words),
                model,
                garbled,
                read,
                memories: Mutex::default(),
            }),
        }
    }

    /// Restores plain text and keeps its lines and the spaces in them.
    pub fn restore_text(&self, text: &str, kind: InputKind) -> String {
        let lines: Vec<&str> = text.split('\n').collect();
        let restored = self.restore_lines(&lines, kind);
        let mut out = String::with_capacity(text.len() + text.len() / 4);
        for (line_idx, (line, restored)) in lines.iter().zip(&restored).enumerate() {
            if line_idx > 0 {
                out.push('\n');
            }
            out.push_str(&spaced_like(line, restored));
        }
        out
    }

    /// Restores one page. Context runs from line to line inside a block, never
    /// from one block into another.
    pub fn restore_page(&self, reading: &PageReading, kind: InputKind) -> RestoredPage {
        let lines = reading
            .lines
            .iter()
            .map(|line| SourceLine {
                block_index: line.block_index,
                tokens: line
                    .words
                    .iter()
                    .map(|word| SourceToken {
                        raw: &word.text,
                        confidence: word.confidence.clamp(0.0, 1.0),
                        alternatives: word
                            .alternatives
                            .iter()
                            .map(|other| (normalize(&other.text), other.confidence))
                            .collect(),
                        bounding_box: Some(word.bounding_box),
                    })
                    .collect(),
            })
            .collect::<Vec<_>>();
        let mut restored = self.restore(&lines, kind);
        if matches!(kind, InputKind::Read) {
            for word in restored.iter_mut().flat_map(|line| &mut line.words) {
                word.confidence = share_right(word.confidence);
            }
        }
        RestoredPage {
            page_number: reading.page_number,
            width_px: reading.width_px,
            height_px: reading.height_px,
            resolution_dpi: reading.resolution_dpi,
            lines: restored,
        }
    }

    /// Restores plain text; context runs across lines. Each line gives one
    /// line, an empty one an empty one.
    pub fn restore_lines(&self, lines: &[&str], kind: InputKind) -> Vec<RestoredLine> {
        let lines = lines
            .iter()
            .map(|line| SourceLine {
                block_index: 0,
                tokens: line
                    .split_whitespace()
                    .map(|raw| SourceToken {
                        raw,
                        confidence: 1.0,
                        alternatives: Vec::new(),
                        bounding_box: None,
                    })
                    .collect(),
            })
            .collect::<Vec<_>>();
        self.restore(&lines, kind)
    }

    fn restore(&self, lines: &[SourceLine], kind: InputKind) -> Vec<RestoredLine> {
        let parts = &*self.parts;
        let texts: Vec<String> = lines
            .iter()
            .map(|line| {
                let words: Vec<&str> = line.tokens.iter().map(|token| token.raw).collect();
                normalize(&words.join(" "))
            })
            .collect();
        let treatments = kind::treatments(&texts, kind, &parts.model.words);
        let (memory, mut answers) = self.memories().pop().unwrap_or_default();
        let mut reader = Reader::new(
            &parts.model,
            &parts.lexicon,
            &parts.garbled,
            &parts.read,
            memory,
        );
        reader.weigh_case(texts.iter().map(String::as_str));
        reader.weigh_noise(
            texts
                .iter()
                .zip(&treatments)
                .filter(|(_, treatment)| **treatment == Treatment::Read)
                .map(|(text, _)| text.as_str()),
        );
        let mut restored: Vec<RestoredLine> = Vec::with_capacity(lines.len());
        let mut start = 0;
        while start < lines.len() {
            let block_index = lines[start].block_index;
            let len = lines[start..]
                .iter()
                .take_while(|line| line.block_index == block_index)
                .count();
            let block = start..start + len;
            restored.extend(self.restore_block(
                &lines[block.clone()],
                &texts[block.clone()],
                &treatments[block],
                &mut reader,
                &mut answers,
            ));
            start += len;
        }
        let mut memory = reader.into_memory();
        if memory.len() > MAX_REMEMBERED {
            memory.clear();
        }
        self.memories().push((memory, answers));
        restored
    }

    fn memories(&self) -> std::sync::MutexGuard<'_, Vec<(CandidateMemory, Answers)>> {
        // A panic elsewhere leaves the memories whole: they are only lent.
        self.parts
            .memories
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn restore_block(
        &self,
        lines: &[SourceLine],
        texts: &[String],
        treatments: &[Treatment],
        reader: &mut Reader,
        answers: &mut Answers,
    ) -> Vec<RestoredLine> {
        let are_capitals: Vec<bool> = texts.iter().map(|text| is_in_capitals(text)).collect();
        let are_capitals = are_capitals.as_slice();
        let tokens: Vec<Token> = lines
            .iter()
            .enumerate()
            .flat_map(|(line_idx, line)| {
                line.tokens.iter().map(move |token| Token {
                    raw: token.raw,
                    text: normalize(token.raw),
                    line_idx,
                    is_among_capitals: are_capitals[line_idx],
                    confidence: token.confidence,
                    alternatives: token.alternatives.clone(),
                    bounding_box: token.bounding_box,
                })
            })
            .collect();
        let tokens = specks::mend(&self.parts.model, tokens, |line_idx| {
            treatments[line_idx] == Treatment::Read
        });
        let lattice = reader.lattice(
            &tokens,
            |line_idx| treatments[line_idx],
            |line_idx| ends_sentence(texts, line_idx),
        );
        let n_grams = self.parts.model.n_grams();
        let chosen = decode(&n_grams, &lattice, answers);
        let mut restored: Vec<RestoredLine> = lines
            .iter()
            .map(|line| RestoredLine {
                block_index: line.block_index,
                words: Vec::with_capacity(line.tokens.len()),
            })
            .collect();
        for (line_idx, word) in self.write(&tokens, &lattice, &chosen) {
            restored[line_idx].words.push(word);
        }
        restored
    }

    /// The words of all tokens, with the index of their line.
    fn write(
        &self,
        tokens: &[Token],
        lattice: &Lattice,
        chosen: &[Chosen],
    ) -> Vec<(usize, RestoredWord)> {
        let mut written = Vec::with_capacity(tokens.len());
        let mut steps = chosen.iter().peekable();
        let mut token_idx = 0;
        while token_idx < tokens.len() {
            let first = &tokens[token_idx];
            let mut pen = Pen::new(first);
            let mut last_idx = token_idx;
            let mut bounding_box = first.bounding_box;
            while let Some(step) =
                steps.next_if(|step| lattice.atoms[step.atom_idx].token_idx <= last_idx)
            {
                let atom = &lattice.atoms[step.atom_idx];
                let token = &tokens[last_idx];
                pen.copy_up_to(token, atom.range.start);
                let read = &token.text[atom.range.clone()];
                if step.edge.n_atoms == 2 && step.atom_idx + 1 < lattice.atoms.len() {
                    let next = &lattice.atoms[step.atom_idx + 1];
                    pen.put(&self.written(step, read), step.posterior);
                    last_idx = next.token_idx;
                    pen.go_on_with(&tokens[last_idx], next.range.end);
                    bounding_box = match (bounding_box, tokens[last_idx].bounding_box) {
                        (Some(a), Some(b)) => Some(a.union(&b)),
                        (a, b) => a.or(b),
                    };
                    continue;
                }
                if let Written::Two(pattern, at) = step.edge.written {
                    let [first, second] = step.edge.symbols.map(|symbol| {
                        symbol.map_or("", |symbol| self.parts.model.words.text(symbol))
                    });
                    pen.put(&pattern.apply(first), step.posterior);
                    let share = pen.cut(token, atom.range.start + at);
                    written.push((token.line_idx, share.into_word(bounding_box)));
                    let second_pattern = match pattern {
                        crate::vietnamese::CasePattern::Upper => pattern,
                        _ => crate::vietnamese::CasePattern::Lower,
                    };
                    pen.put(&second_pattern.apply(second), step.posterior);
                } else {
                    pen.put(&self.written(step, read), step.posterior);
                }
                pen.at = atom.range.end;
            }
            pen.copy_up_to(&tokens[last_idx], tokens[last_idx].text.len());
            written.push((first.line_idx, pen.into_word(bounding_box)));
            token_idx = last_idx + 1;
        }
        written
    }

    /// What a step writes in place of `read`.
    fn written(&self, step: &Chosen, read: &str) -> String {
        let text = step.edge.symbols[0].map_or("", |symbol| self.parts.model.words.text(symbol));
        match step.edge.written {
            Written::AsRead | Written::Two(..) => read.to_owned(),
            Written::Word(pattern) => {
                let word = pattern.apply(text);
                // The spelling of the tone is the document's own.
                if unify_tone(read) == word {
                    read.to_owned()
                } else {
                    word
                }
            }
            Written::Marked => read
                .chars()
                .zip(text.chars())
                .flat_map(|(read, letter)| {
                    let upper = read.is_uppercase().then(|| letter.to_uppercase());
                    let lower = (!read.is_uppercase()).then_some(letter);
                    upper.into_iter().flatten().chain(lower)
                })
                .collect(),
        }
    }
}

/// Writes one word.
struct Pen {
    raw: String,
    text: String,
    /// How far the token's normal text is written.
    at: usize,
    raw_at: usize,
    confidence: f32,
    is_token_certain: bool,
}

impl Pen {
    fn new(token: &Token) -> Self {
        Self {
            raw: token.raw.to_owned(),
            text: String::new(),
            at: 0,
            raw_at: 0,
            confidence: token.confidence,
            is_token_certain: true,
        }
    }

    fn copy_up_to(&mut self, token: &Token, end: usize) {
        if self.at < end {
            self.text.push_str(&token.text[self.at..end]);
            self.at = end;
        }
    }

    fn put(&mut self, text: &str, posterior: f32) {
        self.text.push_str(text);
        // What the decoder weighed replaces what the recogniser said.
        if posterior < 1.0 {
            self.confidence = if self.is_token_certain {
                posterior
            } else {
                self.confidence.min(posterior)
            };
            self.is_token_certain = false;
        }
    }

    fn go_on_with(&mut self, token: &Token, at: usize) {
        self.raw.push(' ');
        self.raw.push_str(token.raw);
        self.at = at;
    }

    /// Ends the first word of two inside `token`, whose share ends at `end`.
    fn cut(&mut self, token: &Token, end: usize) -> Self {
        let source = if token.raw.len() == token.text.len() {
            token.raw
        } else {
            &token.text
        };
        let share = source.get(self.raw_at..end).unwrap_or(source);
        let rest = source.get(end..).unwrap_or("");
        let first = Self {
            raw: share.to_owned(),
            text: std::mem::take(&mut self.text),
            at: end,
            raw_at: end,
            confidence: self.confidence,
            is_token_certain: self.is_token_certain,
        };
        self.raw = rest.to_owned();
        self.raw_at = end;
        first
    }

    fn into_word(self, bounding_box: Option<crate::geometry::BoundingBox>) -> RestoredWord {
        RestoredWord {
            raw: self.raw,
            text: self.text,
            confidence: self.confidence,
            bounding_box,
        }
    }
}

/// Words a memory may hold before it is dropped, some 10 MB.
const MAX_REMEMBERED: usize = 20_000;

/// What the tables do not list. Of recognisers without Vietnamese anything is to
/// be expected; one with Vietnamese rarely takes a letter for another.
const UNSEEN_GARBLED: Unseen = Unseen {
    ln_marks: -4.5,
    ln_letter: -8.0,
    ln_added: -7.0,
    ln_speck: -4.5,
};
const UNSEEN_READ: Unseen = Unseen {
    ln_marks: -7.5,
    ln_letter: -10.0,
    ln_added: -10.0,
    ln_speck: -8.0,
};

/// Whether most letters of a line are capitals.
fn is_in_capitals(text: &str) -> bool {
    let n_upper = text.chars().filter(|letter| letter.is_uppercase()).count();
    let n_lower = text.chars().filter(|letter| letter.is_lowercase()).count();
    n_upper > n_lower
}

/// Whether the context is cut behind a line: it ends with a full stop or the
/// like, it is empty, or it is much shorter than the line after it and that one
/// begins with a capital, as headings and the last lines of paragraphs are.
fn ends_sentence(texts: &[String], line_idx: usize) -> bool {
    let line = texts[line_idx].trim_end();
    let next = texts.get(line_idx + 1).map_or("", |next| next.trim_start());
    if line.is_empty() || next.is_empty() || line.ends_with(['.', ';', ':', '!', '?']) {
        return true;
    }
    let begins_anew = next
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .is_some_and(|letter| letter.is_uppercase() || letter.is_numeric())
        || next.starts_with(['-', '+', '*', '•']);
    begins_anew && line.chars().count() < 60
}

/// The restored line with the white space of `line`.
fn spaced_like(line: &str, restored: &RestoredLine) -> String {
    let mut out = String::with_capacity(line.len() + line.len() / 4);
    let mut rest = line;
    for (word_idx, word) in restored.words.iter().enumerate() {
        let begun = rest.trim_start();
        let space = &rest[..rest.len() - begun.len()];
        out.push_str(space);
        if space.is_empty() && word_idx > 0 {
            out.push(' ');
        }
        out.push_str(&word.text);
        rest = begun;
        for part in word.raw.split(' ') {
            match rest.trim_start().strip_prefix(part) {
                Some(behind) => rest = behind,
                // The shares of a word in another normal form than NFC.
                None => return restored.text(),
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static RESTORER: LazyLock<Restorer> =
        LazyLock::new(|| Restorer::embedded().expect("the embedded model is whole"));

    fn check(kind: InputKind, cases: &[(&str, &str)]) {
        for (input, expected) in cases {
            assert_eq!(
                &RESTORER.restore_text(input, kind),
                expected,
                "of {input:?} as {kind:?}"
            );
        }
    }

    #[test]
    fn bare_text_gets_its_marks() {
        check(
            InputKind::Bare,
            &[
                (
                    "Ve viec tang cuong cai cach hanh chinh",
                    "Về việc tăng cường cải cách hành chính",
                ),
                (
                    "UY BAN NHAN DAN TINH DONG NAI",
                    "ỦY BAN NHÂN DÂN TỈNH ĐỒNG NAI",
                ),
                (
                    "Nghi dinh so 61/2018/ND-CP ngay 23/4/2018 cua Chinh phu",
                    "Nghị định số 61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ",
                ),
                (
                    "  nhiem   vu duoc giao,\ttrong nam",
                    "  nhiệm   vụ được giao,\ttrong năm",
                ),
                ("", ""),
                ("\n\n", "\n\n"),
            ],
        );
    }

    #[test]
    fn garbled_text_gets_letters_and_marks() {
        check(
            InputKind::Garbled,
            &[
                (
                    "Thyc hién nhiém vu cai cach hanh chinh",
                    "Thực hiện nhiệm vụ cải cách hành chính",
                ),
                ("S6 1347/SYT-VP", "S6 1347/SYT-VP"),
                (
                    "giai quyét thu tuc cho ngu01 dan",
                    "giải quyết thủ tục cho người dân",
                ),
            ],
        );
    }

    #[test]
    fn read_text_is_repaired_where_it_is_wrong() {
        check(
            InputKind::Read,
            &[
                (
                    "tạo chuyến biến căn bản trong quản lý thuê",
                    "tạo chuyển biến căn bản trong quản lý thuế",
                ),
                (
                    "các cơ quan, đơn vị có liên quan",
                    "các cơ quan, đơn vị có liên quan",
                ),
                ("uỷ ban và hoà giải ở cơ sở", "uỷ ban và hoà giải ở cơ sở"),
            ],
        );
    }

    #[test]
    fn auto_tells_the_kinds_apart() {
        check(
            InputKind::Auto,
            &[
                (
                    "tang cuong ky luat, ky cuong hanh chinh",
                    "tăng cường kỷ luật, kỷ cương hành chính",
                ),
                (
                    "Các sở, ban, ngành triển khai thực hiện Chỉ thị này",
                    "Các sở, ban, ngành triển khai thực hiện Chỉ thị này",
                ),
                (
                    "The committee shall report to the board of directors every year",
                    "The committee shall report to the board of directors every year",
                ),
                ("本公司的年度报告已经公布", "本公司的年度报告已经公布"),
            ],
        );
    }

    #[test]
    fn addresses_stay() {
        let text = "Xin gui ve vanthu@dongnai.gov.vn hoac https://dichvucong.gov.vn/ho-so, xem tep bao-cao.pdf";
        let restored = RESTORER.restore_text(text, InputKind::Bare);
        for address in [
            "vanthu@dongnai.gov.vn",
            "https://dichvucong.gov.vn/ho-so",
            "bao-cao.pdf",
        ] {
            assert!(restored.contains(address), "{restored}");
        }
    }

    #[test]
    fn user_words_take_effect() {
        let text = "thon Brang Nhoi cua xa";
        assert!(
            !RESTORER
                .restore_text(text, InputKind::Bare)
                .contains("Brăng Nhới")
        );
        let own = RESTORER
            .clone()
            .with_user_dictionary("# own places\nBrăng Nhới\n")
            .expect("a fine dictionary");
        assert_eq!(
            own.restore_text(text, InputKind::Bare),
            "thôn Brăng Nhới của xã"
        );
        let bad = RESTORER.clone().with_user_dictionary("một\n123\n");
        assert!(matches!(
            bad,
            Err(ModelError::UserDictionary { line_number: 2, .. })
        ));
    }

    #[test]
    fn words_carry_raw_text_and_certainty() {
        let lines = RESTORER.restore_lines(&["cai cach hanh chinh nam 2023"], InputKind::Bare);
        let words = &lines[0].words;
        assert_eq!(words.len(), 6);
        assert_eq!(words[0].raw, "cai");
        assert_eq!(words[0].text, "cải");
        assert!(
            words
                .iter()
                .all(|word| (0.0..=1.0).contains(&word.confidence))
        );
        assert!(words[1].confidence > 0.9);
    }

    #[test]
    fn a_damaged_model_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("own.model");
        let write = |bytes: &[u8]| std::fs::write(&path, bytes).expect("a file");
        write(EMBEDDED_MODEL);
        assert!(Restorer::open(&path).is_ok());
        let mut bytes = EMBEDDED_MODEL.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        write(&bytes);
        assert!(matches!(
            Restorer::open(&path),
            Err(ModelError::Damaged { .. })
        ));
        write(&EMBEDDED_MODEL[..middle]);
        assert!(matches!(
            Restorer::open(&path),
            Err(ModelError::Damaged { .. })
        ));
        write(b"%PDF-1.7 and so on, for more bytes than a header has, which is not many at all, but still.");
        assert!(matches!(
            Restorer::open(&path),
            Err(ModelError::Foreign { .. })
        ));
        assert!(matches!(
            Restorer::open(&folder.path().join("none")),
            Err(ModelError::Read { .. })
        ));
    }

    const KINDS: [InputKind; 4] = [
        InputKind::Bare,
        InputKind::Garbled,
        InputKind::Read,
        InputKind::Auto,
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_is_taken_and_keeps_its_lines(text in "(\\PC|\n| ){0,60}") {
            for kind in KINDS {
                let restored = RESTORER.restore_text(&text, kind);
                prop_assert_eq!(restored.split('\n').count(), text.split('\n').count());
            }
        }

        #[test]
        fn numbers_dates_and_signs_keep_their_digits(
            text in "(số |ngày |[0-9]{1,4}|[0-9]{1,2}/[0-9]{1,2}/20[0-9]{2}|[0-9]{1,4}/QD-UBND| |,|%|\\.){1,12}"
        ) {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            for kind in KINDS {
                prop_assert_eq!(digits(&RESTORER.restore_text(&text, kind)), digits(&text));
            }
        }

        #[test]
        fn restoring_bare_text_changes_marks_alone(text in "[a-zA-Z ,.]{0,60}") {
            let restored = RESTORER.restore_text(&text, InputKind::Bare);
            prop_assert_eq!(crate::vietnamese::fold(&restored), text);
        }

        #[test]
        fn restoring_restored_bare_text_changes_nothing(text in "(ban|chi|cac|thi|hanh|dao|cong|dan|so|ve|nam| |,){1,20}") {
            let once = RESTORER.restore_text(&text, InputKind::Bare);
            prop_assert_eq!(RESTORER.restore_text(&once, InputKind::Bare), once);
        }
    }
}
