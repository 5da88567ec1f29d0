//! The fields of the index, and what is written into them of a page.

use super::query::DayRange;
use super::tokenizer::{PairTokenizer, ReadingTokenizer};
use super::words::{folded, word_ranges};
use crate::archive::Document;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{TantivyDocument, Term};

/// Grows with every change of fields, of readings, or of tantivy's own format;
/// an index of another format is built anew.
pub const FORMAT_VERSION: u32 = 4;

const EXACT: &str = "vanthu_exact";
const FOLDED: &str = "vanthu_folded";
const PAIRS: &str = "vanthu_pairs";

/// Names of the columns that are read, not searched.
pub(super) const DOCUMENT_ID: &str = "document_id";
pub(super) const REVISION: &str = "revision";
pub(super) const PAGE_NUMBER: &str = "page_number";
pub(super) const ISSUED: &str = "issued";
pub(super) const FINGERPRINT: &str = "fingerprint";
pub(super) const IS_SECRET: &str = "is_secret";
pub(super) const TYPE_FACET: &str = "type_facet";
pub(super) const ISSUER_FACET: &str = "issuer_facet";
pub(super) const SIGNER_FACET: &str = "signer_facet";

/// The fields. One index document is one page; fields of the paper are repeated
/// on each of its pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub document_id: Field,
    revision: Field,
    page_number: Field,
    /// Day of issue as the number yyyymmdd.
    pub issued: Field,
    /// All words of page and paper, exact and folded. That the paper's fields
    /// are in here too lets one list of pages answer whether a word occurs.
    pub exact: Field,
    pub folded: Field,
    /// Every two neighbouring words of `folded` as one term. Tells whether words
    /// stand side by side for the price of a word; positions would have to be
    /// read on every page that holds both.
    pub pairs: Field,
    /// Number, type, subject, issuer and signer together, folded: raises what
    /// is said of the paper above what is said in it.
    pub heading: Field,
    pub heading_pairs: Field,
    // Each alone, folded, for `số:`, `loại:` and the like.
    pub number: Field,
    pub document_type: Field,
    pub subject: Field,
    pub issuer: Field,
    pub signer: Field,
    /// The numbers that the paper cites, folded.
    pub cites: Field,
    /// [`number_term_text`], whole.
    pub number_key: Field,
    /// The digits that the number begins with, without leading zeros.
    pub ordinal: Field,
    /// See [`super::fingerprint`]; 0 for a paper with too few words.
    fingerprint: Field,
    /// 1 for a paper that bears a degree of secrecy, else 0.
    is_secret: Field,
    // As printed, for counting.
    type_facet: Field,
    pub issuer_facet: Field,
    signer_facet: Field,
}

/// What is indexed of a paper on each of its pages, beside its fields.
#[derive(Debug, Clone, Default)]
pub(super) struct PaperExtras {
    pub cited_numbers: Vec<String>,
    pub fingerprint: u64,
}

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = SchemaBuilder::new();
    let mut text = |name: &str, tokenizer: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    };
    let exact = text("exact", EXACT);
    let folded = text("folded", FOLDED);
    let heading = text("heading", FOLDED);
    let number = text("number", FOLDED);
    let document_type = text("type", FOLDED);
    let subject = text("subject", FOLDED);
    let issuer = text("issuer", FOLDED);
    let signer = text("signer", FOLDED);
    let cites = text("cites", FOLDED);
    let mut pairs = |name: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(PAIRS)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    };
    let heading_pairs = pairs("heading_pairs");
    let pairs = pairs("pairs");
    let fields = Fields {
        document_id: builder.add_u64_field(DOCUMENT_ID, INDEXED | FAST),
        revision: builder.add_u64_field(REVISION, FAST),
        page_number: builder.add_u64_field(PAGE_NUMBER, FAST),
        issued: builder.add_u64_field(ISSUED, FAST),
        number_key: builder.add_text_field("number_key", STRING),
        ordinal: builder.add_text_field("ordinal", STRING),
        fingerprint: builder.add_u64_field(FINGERPRINT, FAST),
        is_secret: builder.add_u64_field(IS_SECRET, FAST),
        type_facet: builder.add_text_field(TYPE_FACET, facet()),
        issuer_facet: builder.add_text_field(ISSUER_FACET, facet()),
        signer_facet: builder.add_text_field(SIGNER_FACET, facet()),
        cites,
        exact,
        folded,
        pairs,
        heading,
        heading_pairs,
        number,
        document_type,
        subject,
        issuer,
        signer,
    };
    (builder.build(), fields)
}

/// Kept as a column of whole values, and found by them.
fn facet() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    TextOptions::default()
        .set_fast("raw")
        .set_indexing_options(indexing)
}

/// A document number as one term: its parts, folded, with spaces between them,
/// so that it is the same whatever parted them.
pub(super) fn number_term_text<'a>(folded_parts: impl IntoIterator<Item = &'a str>) -> String {
    folded_parts.into_iter().collect::<Vec<_>>().join(" ")
}

/// The tokenizers that [`schema`] names.
pub(super) fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(EXACT, ReadingTokenizer::exact());
    tokenizers.register(FOLDED, ReadingTokenizer::folded());
    tokenizers.register(PAIRS, PairTokenizer);
    tokenizers
}

impl Fields {
    /// The term that all pages of a paper share.
    pub(super) fn document_term(&self, document_id: i64) -> Term {
        Term::from_field_u64(self.document_id, document_id.cast_unsigned())
    }

    /// What is indexed of one page.
    pub(super) fn page_document(
        &self,
        document: &Document,
        page_number: u32,
        text: &str,
        extras: &PaperExtras,
    ) -> TantivyDocument {
        let mut page = TantivyDocument::default();
        page.add_u64(self.document_id, document.document_id.cast_unsigned());
        page.add_u64(self.revision, document.revision.cast_unsigned());
        page.add_u64(self.page_number, u64::from(page_number));
        page.add_text(self.exact, text);
        page.add_text(self.folded, text);
        page.add_text(self.pairs, text);
        let fields = &document.fields;
        let issued = fields
            .issued
            .as_deref()
            .or(fields.issued_partial.as_deref());
        if let Some(day) = issued.and_then(DayRange::number_of) {
            page.add_u64(self.issued, day);
        }
        if let Some(number) = &fields.number {
            let parts: Vec<String> = word_ranges(number)
                .map(|range| folded(&number[range]))
                .collect();
            if let Some(ordinal) = parts.first() {
                page.add_text(self.ordinal, ordinal);
            }
            let key = number_term_text(parts.iter().map(String::as_str));
            page.add_text(self.number_key, key);
        }
        for number in &extras.cited_numbers {
            page.add_text(self.cites, number);
        }
        page.add_u64(self.fingerprint, extras.fingerprint);
        page.add_u64(self.is_secret, fields.secrecy.is_some().into());
        for (facet, value) in [
            (self.type_facet, &fields.document_type),
            (self.issuer_facet, &fields.issuer),
            (self.signer_facet, &fields.signer_name),
        ] {
            if let Some(value) = value {
                page.add_text(facet, value);
            }
        }
        let of_the_paper = [
            (self.number, &fields.number),
            (self.document_type, &fields.document_type),
            (self.subject, &fields.subject),
            (self.issuer, &fields.issuer),
            (self.issuer, &fields.issuer_parent),
            (self.signer, &fields.signer_name),
            (self.signer, &fields.signer_position),
        ];
        for (field, value) in of_the_paper {
            let Some(value) = value else { continue };
            // Separate values: no phrase reaches from one into the next.
            for field in [
                field,
                self.heading,
                self.heading_pairs,
                self.exact,
                self.folded,
                self.pairs,
            ] {
                page.add_text(field, value);
            }
        }
        page
    }
}
