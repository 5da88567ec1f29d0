//! The review queue: words that were read with doubt, one after the other, the
//! worst page first. Enter accepts what was read, typing corrects it.

use super::history::subject_name;
use super::language::Language;
use super::layout::{Frame, Section, page};
use super::login::{form_token, refusal};
use super::visit::Visit;
use crate::archive::{Document, DoubtedPages, RecordField};
use crate::geometry::BoundingBox;
use crate::restore::RestoredPage;
use crate::review::{
    PlacedWord, ReviewError, WordDecision, correct_field, correct_word, doubted_words, word_at,
};
use crate::server::access::{CheckedForm, REVIEW, Visitor};
use crate::server::api::document_id;
use crate::server::error::ApiError;
use crate::server::shared::{Shared, in_work, index_soon};
use crate::server::{ApiResult, App};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

/// Pages that are listed; the rest follows when these are done.
const LISTED_PAGES: u32 = 50;
const LISTED_CARDS: u32 = 50;
/// Pages of earlier versions that are counted while somebody waits.
const COUNTED_AT_ONCE: u32 = 200;
/// What is cut out is at least so much of the page's height, of which a line of
/// print is some seventieth.
const LEAST_SHARE: u32 = 70;
/// How wide the picture is drawn that a word is cut out of.
const PICTURE_WIDTH_PX: u32 = 1_600;

fn frame(title: &str) -> Frame<'_> {
    Frame {
        title,
        section: Some(Section::Review),
        has_search: false,
    }
}

/// What went wrong, as people read it.
fn told(language: Language, error: ReviewError) -> Result<String, ApiError> {
    Ok(match error {
        ReviewError::Archive(error) => return Err(error.into()),
        ReviewError::OtherWord => language
            .say(
                "Chữ này vừa được người khác sửa hoặc trang vừa được đọc lại. Xin xem lại.",
                "Somebody else has just changed this word, or the page was read again. Look again.",
            )
            .to_owned(),
        ReviewError::WrongText(max) => language.say(
            format!("Nội dung dài quá {max} ký tự hoặc có ký tự không in được."),
            format!("The text has more than {max} letters, or some that cannot be printed."),
        ),
        ReviewError::WrongDay(day) => language.say(
            format!("“{day}” không phải là ngày; hãy gõ như 02/03/2023."),
            format!("“{day}” is no day; write it like 02/03/2023."),
        ),
        ReviewError::WrongSecrecy(degree) => language.say(
            format!("“{degree}” không phải là độ mật; chỉ có MẬT, TỐI MẬT, TUYỆT MẬT."),
            format!("“{degree}” is no degree of secrecy; they are MẬT, TỐI MẬT, TUYỆT MẬT."),
        ),
        ReviewError::NotRead => language
            .say(
                "Văn bản này chưa đọc xong.",
                "This paper is not read to its end.",
            )
            .to_owned(),
        error => return Err(ApiError::internal(&error)),
    })
}

struct Queue {
    pages: DoubtedPages,
    cards: Vec<Document>,
    n_decided: u64,
}

fn queue(shared: &Shared) -> Result<Queue, ApiError> {
    let archive = &shared.archive;
    archive.count_doubts(COUNTED_AT_ONCE)?;
    let cards = archive.doubtful_cards(LISTED_CARDS)?;
    let cards = cards.into_iter().map(|id| archive.document(id));
    Ok(Queue {
        pages: archive.doubted_pages(LISTED_PAGES)?,
        cards: cards.collect::<Result<_, _>>()?,
        n_decided: archive.n_corrections()?,
    })
}

pub(super) async fn overview(State(app): State<App>, visit: Visit) -> ApiResult {
    let queue = in_work(&app, queue).await?;
    let title = visit.say("Rà soát", "Review");
    let count = |number| visit.language.count(number);
    let body = html! {
        h1 { (title) }
        (progress(&visit, &queue.pages, queue.n_decided))
        @if let Some(worst) = queue.pages.worst.first() {
            p {
                a.button href=(place(worst.document_id, worst.page_number, None)) autofocus {
                    (visit.say("Bắt đầu từ trang khó nhất", "Begin with the worst page"))
                }
            }
        } @else if queue.cards.is_empty() {
            p.empty { (visit.say("Không còn gì phải xem lại.", "Nothing is left to look at.")) }
        }
        @if !queue.cards.is_empty() {
            h2 { (visit.say("Số, ngày viết tay hoặc không chắc", "Numbers and days in doubt")) }
            ul.plain-list {
                @for card in &queue.cards {
                    li {
                        a href=(format!("{REVIEW}/{}", card.document_id)) {
                            (card.fields.number.as_deref().unwrap_or(&card.file_name))
                        }
                        " " span.quiet { (card.fields.subject.as_deref().unwrap_or_default()) }
                    }
                }
            }
        }
        @if !queue.pages.worst.is_empty() {
            h2 { (visit.say("Trang cần xem, khó nhất trước", "Pages to look at, worst first")) }
            table {
                thead { tr {
                    th scope="col" { (visit.say("Văn bản", "Paper")) }
                    th scope="col" { (visit.say("Trang", "Page")) }
                    th scope="col" { (visit.say("Chữ không chắc", "Words in doubt")) }
                } }
                tbody {
                    @for it in &queue.pages.worst {
                        tr {
                            td {
                                a href=(place(it.document_id, it.page_number, None)) {
                                    (it.number.as_deref().unwrap_or(&it.file_name))
                                }
                            }
                            td { (it.page_number) }
                            td { (count(it.doubted_words.into())) " / " (count(it.word_count.into())) }
                        }
                    }
                }
            }
        }
    };
    Ok(page(&visit, StatusCode::OK, &frame(title), &body))
}

fn progress(visit: &Visit, pages: &DoubtedPages, n_decided: u64) -> Markup {
    let count = |number| visit.language.count(number);
    html! {
        p.progress-line {
            (visit.say(
                format!(
                    "Còn {} chữ trên {} trang; đã quyết định {}.",
                    count(pages.n_words), count(pages.n_pages), count(n_decided)
                ),
                format!(
                    "{} words on {} pages are left; {} are decided.",
                    count(pages.n_words), count(pages.n_pages), count(n_decided)
                ),
            ))
        }
        progress max=(pages.n_words + n_decided) value=(n_decided)
            aria-label=(visit.say("Tiến độ", "Progress")) {}
    }
}

/// The address of a page in the queue, or of one word on it.
fn place(document_id: i64, page_number: u32, word_index: Option<u32>) -> String {
    match word_index {
        Some(word_index) => format!("{REVIEW}/{document_id}/{page_number}?tu={word_index}"),
        None => format!("{REVIEW}/{document_id}/{page_number}"),
    }
}

/// Where to go on after a word: the next doubted one of its page, else the next
/// page of the queue, else the list.
fn next_place(
    shared: &Shared,
    (id, page_number): (i64, u32),
    after: Option<u32>,
    page: Option<&RestoredPage>,
) -> Result<String, ApiError> {
    let next = page.and_then(|page| {
        doubted_words(page)
            .map(|it| it.word_index)
            .find(|index| after.is_none_or(|after| *index > after))
    });
    if let Some(next) = next {
        return Ok(place(id, page_number, Some(next)));
    }
    let queue = shared.archive.doubted_pages(LISTED_PAGES)?.worst;
    let here = queue
        .iter()
        .position(|it| (it.document_id, it.page_number) == (id, page_number));
    let following = here.map_or(0, |here| here + 1);
    Ok(queue.get(following).map_or_else(
        || REVIEW.to_owned(),
        |it| place(it.document_id, it.page_number, None),
    ))
}

/// A word to be looked at, with what is shown beside it.
struct Question {
    document: Document,
    page: RestoredPage,
    word_index: u32,
    skip: String,
    pages: DoubtedPages,
    n_decided: u64,
}

fn page_number(text: &str) -> Result<u32, ApiError> {
    text.parse()
        .map_err(|_| ApiError::not_found("this document has no such page"))
}

pub(super) async fn word(
    State(app): State<App>,
    Path((id, number)): Path<(String, String)>,
    visit: Visit,
) -> ApiResult {
    let here = (document_id(&id)?, page_number(&number)?);
    let wanted: Option<u32> = visit.param("tu").and_then(|index| index.parse().ok());
    ask_about(app, visit, here, wanted, None).await
}

async fn ask_about(
    app: App,
    visit: Visit,
    here: (i64, u32),
    wanted: Option<u32>,
    told: Option<String>,
) -> ApiResult {
    let question = in_work(&app, move |shared| {
        let document = shared.archive.document(here.0)?;
        let page = shared.archive.page(here.0, here.1)?;
        let page = page.ok_or_else(|| ApiError::not_found("no such page"))?;
        let index = wanted
            .filter(|index| word_at(&page, *index).is_some())
            .or_else(|| doubted_words(&page).next().map(|it| it.word_index));
        let Some(word_index) = index else {
            return Ok(Err(next_place(shared, here, None, None)?));
        };
        Ok(Ok(Question {
            skip: next_place(shared, here, Some(word_index), Some(&page))?,
            pages: shared.archive.doubted_pages(0)?,
            n_decided: shared.archive.n_corrections()?,
            document,
            page,
            word_index,
        }))
    })
    .await?;
    match question {
        Ok(question) => question_page(&visit, here, &question, told.as_deref()),
        // Nothing on this page is in doubt.
        Err(elsewhere) => Ok(Redirect::to(&elsewhere).into_response()),
    }
}

fn question_page(
    visit: &Visit,
    here: (i64, u32),
    question: &Question,
    told: Option<&str>,
) -> ApiResult {
    let Some(asked) = word_at(&question.page, question.word_index) else {
        return Err(ApiError::not_found("no such word"));
    };
    let (document, word) = (&question.document, asked.word);
    let title = visit.say("Rà soát", "Review");
    let name = document.fields.number.as_deref();
    let name = name.unwrap_or(&document.file_name);
    let status = match told {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let body = html! {
        h1 {
            (title) ": "
            a href=(format!("/van-ban/{}?trang={}", here.0, here.1)) { (name) }
            ", " (visit.say("trang", "page")) " " (here.1)
        }
        (refusal(told))
        (progress(visit, &question.pages, question.n_decided))
        @if let Some(shown) = word.bounding_box {
            (crop(visit, here, &question.page, shown))
        }
        p.context { (context(&asked)) }
        form.review-form method="post" action=(place(here.0, here.1, None)) {
            (form_token(visit.visitor()?))
            input type="hidden" name="tu" value=(question.word_index);
            input type="hidden" name="thay" value=(word.text);
            label for="moi" { (visit.say("Chữ trên giấy là", "The paper says")) }
            div.review-field {
                input #moi type="text" name="moi" value=(word.text) maxlength="200"
                    autocomplete="off" autocapitalize="off" spellcheck="false" autofocus
                    data-select aria-describedby="doc-duoc";
                button type="submit" name="viec" value="nhan" {
                    (visit.say("Nhận", "Accept")) " " kbd aria-hidden="true" { "Enter" }
                }
            }
            p.hint #doc-duoc {
                (visit.say("Máy đọc được: ", "It was read: "))
                code { (if word.raw.is_empty() { "–" } else { &word.raw }) }
                " · "
                (visit.say("độ chắc chắn ", "certainty "))
                (format!("{:.0} %", 100.0 * word.confidence))
            }
            p.review-more {
                button.plain type="submit" name="viec" value="bo" {
                    (visit.say("Không phải chữ", "No word"))
                }
                a.button.plain href=(question.skip) accesskey="k" {
                    (visit.say("Bỏ qua", "Skip"))
                }
                a href=(format!("{REVIEW}/{}", here.0)) {
                    (visit.say("Sửa thông tin văn bản", "Set the paper's fields"))
                }
            }
        }
        p.hint {
            (visit.say(
                "Enter: nhận chữ trong ô. Gõ: sửa rồi Enter. Tab: đến Không phải chữ, Bỏ qua.",
                "Enter accepts what stands in the field. Type to correct, then Enter. Tab leads to No word and Skip.",
            ))
        }
    };
    Ok(page(visit, status, &frame(title), &body))
}

/// The line of a word, with the word marked.
fn context(asked: &PlacedWord<'_>) -> Markup {
    html! {
        @for (index, word) in asked.line.words.iter().enumerate() {
            @if index == asked.index_in_line { mark { (word.text) } " " }
            @else if !word.text.is_empty() { (word.text) " " }
        }
    }
}

/// The word cut out of the picture of its page, with what stands around it.
fn crop(visit: &Visit, here: (i64, u32), page: &RestoredPage, shown: BoundingBox) -> Markup {
    // A speck is shown with as much around it as a word.
    let height = shown.height_px().max(page.height_px / LEAST_SHARE);
    let left = shown.left_px.saturating_sub(8 * height);
    let top = shown.top_px.saturating_sub(height + height / 2);
    let right = (shown.right_px + 8 * height).min(page.width_px.max(1));
    let bottom = (shown.bottom_px + height + height / 2).min(page.height_px.max(1));
    let view = BoundingBox::new(left, top, right, bottom);
    let view_box = format!(
        "{} {} {} {}",
        view.left_px,
        view.top_px,
        view.width_px(),
        view.height_px()
    );
    let picture = format!(
        "/api/documents/{}/pages/{}/image?width={PICTURE_WIDTH_PX}",
        here.0, here.1
    );
    html! {
        svg.crop viewBox=(view_box) role="img"
            aria-label=(visit.say("Chữ trên ảnh của trang", "The word on the picture of the page")) {
            image href=(picture) x="0" y="0" width=(page.width_px) height=(page.height_px)
                preserveAspectRatio="none" {}
            rect.crop-box x=(shown.left_px.saturating_sub(4)) y=(shown.top_px.saturating_sub(4))
                width=(shown.width_px() + 8) height=(shown.height_px() + 8) {}
        }
    }
}

pub(super) async fn decide(
    State(app): State<App>,
    Path((id, number)): Path<(String, String)>,
    visit: Visit,
    form: CheckedForm,
) -> ApiResult {
    let here = (document_id(&id)?, page_number(&number)?);
    let word_index: u32 = form
        .text("tu")
        .parse()
        .map_err(|_| ApiError::bad_request("wrong_form", "the form names no word"))?;
    let new_text = match form.text("viec") {
        "bo" => String::new(),
        _ => form.text("moi").to_owned(),
    };
    let decision = WordDecision {
        page_number: here.1,
        word_index,
        shown_text: form.text("thay").to_owned(),
        new_text,
    };
    let visitor = form.visitor;
    let signed = visitor.clone();
    let done = in_work(&app, move |shared| {
        let made_by = signed.name().to_owned();
        match correct_word(&shared.archive, here.0, &decision, &made_by) {
            Ok(correction) => {
                note(shared, &signed, here.0, &correction);
                let page = shared.archive.page(here.0, here.1)?;
                Ok(Ok(next_place(
                    shared,
                    here,
                    Some(word_index),
                    page.as_ref(),
                )?))
            }
            Err(error) => Ok(Err(error)),
        }
    })
    .await?;
    match done {
        Ok(next) => {
            index_soon(&app);
            Ok(Redirect::to(&next).into_response())
        }
        Err(error) => {
            let told = told(visit.language, error)?;
            ask_about(app, visit, here, Some(word_index), Some(told)).await
        }
    }
}

fn note(shared: &Shared, visitor: &Visitor, id: i64, correction: &crate::archive::Correction) {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    let detail = format!(
        "{} → {}",
        text(&correction.old_text),
        text(&correction.new_text)
    );
    shared
        .access
        .note(visitor, "correct", Some(id), Some(detail));
}

pub(super) async fn card(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> ApiResult {
    card_page(app, &visit, document_id(&id)?, None).await
}

async fn card_page(app: App, visit: &Visit, id: i64, told: Option<String>) -> ApiResult {
    let (document, record) = in_work(&app, move |shared| {
        let document = shared.archive.document(id)?;
        let record = shared.archive.record(id)?;
        Ok((document, record.unwrap_or_default()))
    })
    .await?;
    let title = visit.say("Sửa thông tin văn bản", "Set the paper's fields");
    let token = form_token(visit.visitor()?);
    let status = match told {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let set: Vec<&str> = record["document"]["corrected_fields"]
        .as_array()
        .map(|names| names.iter().filter_map(serde_json::Value::as_str).collect())
        .unwrap_or_default();
    let body = html! {
        h1 { (title) }
        p {
            a href=(format!("/van-ban/{id}")) {
                (document.fields.number.as_deref().unwrap_or(&document.file_name))
            }
            " · "
            a href=(format!("/van-ban/{id}/lich-su")) { (visit.say("Lịch sử", "History")) }
        }
        (refusal(told.as_deref()))
        div.card-forms {
            @for field in RecordField::ALL {
                @let value = value_of(&document, field);
                @let is_doubtful = match field {
                    RecordField::Number => document.fields.number_doubtful,
                    RecordField::Issued => document.fields.issued_doubtful,
                    _ => false,
                };
                form method="post" action=(format!("{REVIEW}/{id}")) {
                    (token)
                    input type="hidden" name="muc" value=(field.as_str());
                    label for=(field.as_str()) {
                        (subject_name(visit, field)) " "
                        @if is_doubtful { span.doubt { (visit.say("cần xem lại", "in doubt")) } }
                        @if set.contains(&field.as_str()) {
                            span.set-by-hand { (visit.say("đã sửa tay", "set by hand")) }
                        }
                    }
                    div.review-field {
                        input #(field.as_str()) type="text" name="gia_tri" value=(value)
                            maxlength="2000" autocomplete="off" autofocus[is_doubtful];
                        button.plain type="submit" { (visit.say("Nhận", "Accept")) }
                    }
                }
            }
        }
        p.hint {
            (visit.say(
                "Để trống: trên giấy không có. Nhận giá trị đang có cũng là xác nhận nó đúng.",
                "Leave empty what the paper does not show. Accepting a value as it is says that it is right.",
            ))
        }
    };
    Ok(page(visit, status, &frame(title), &body))
}

fn value_of(document: &Document, field: RecordField) -> String {
    let fields = &document.fields;
    let value = match field {
        RecordField::Type => &fields.document_type,
        RecordField::Number => &fields.number,
        RecordField::Issuer => &fields.issuer,
        RecordField::IssuerParent => &fields.issuer_parent,
        RecordField::Place => &fields.place,
        RecordField::Issued => {
            return fields
                .issued
                .as_deref()
                .map(super::language::day)
                .unwrap_or_default();
        }
        RecordField::Subject => &fields.subject,
        RecordField::Secrecy => &fields.secrecy,
        RecordField::SignerAuthority => &fields.signer_authority,
        RecordField::SignerPosition => &fields.signer_position,
        RecordField::SignerName => &fields.signer_name,
    };
    value.clone().unwrap_or_default()
}

pub(super) async fn set_field(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
    form: CheckedForm,
) -> ApiResult {
    let id = document_id(&id)?;
    let field = RecordField::from_name(form.text("muc"))
        .ok_or_else(|| ApiError::bad_request("wrong_form", "the form names no field"))?;
    let value = form.text("gia_tri").to_owned();
    let visitor = form.visitor;
    let done = in_work(&app, move |shared| {
        let made_by = visitor.name().to_owned();
        match correct_field(&shared.archive, id, field, &value, &made_by) {
            Ok(correction) => {
                note(shared, &visitor, id, &correction);
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    })
    .await?;
    match done {
        Ok(()) => {
            index_soon(&app);
            Ok(Redirect::to(&format!("{REVIEW}/{id}")).into_response())
        }
        Err(error) => {
            let told = told(visit.language, error)?;
            card_page(app, &visit, id, Some(told)).await
        }
    }
}
