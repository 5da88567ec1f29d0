//! One word that was read with doubt, beside its place on the picture. Enter
//! accepts what was read, typing corrects it.

use super::{LISTED_PAGES, frame, note, place, progress, told};
use crate::archive::{Document, DoubtedPages};
use crate::geometry::BoundingBox;
use crate::restore::RestoredPage;
use crate::review::{PlacedWord, WordDecision, correct_word, doubted_words, word_at};
use crate::server::access::{CheckedForm, REVIEW};
use crate::server::api::document_id;
use crate::server::error::ApiError;
use crate::server::shared::{Shared, in_work, index_soon};
use crate::server::web::layout::page;
use crate::server::web::login::{form_token, refusal};
use crate::server::web::visit::Visit;
use crate::server::{ApiResult, App};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

/// What is cut out is at least so much of the page's height, of which a line of
/// print is some seventieth.
const LEAST_SHARE: u32 = 70;
/// How wide the picture is drawn that a word is cut out of.
const PICTURE_WIDTH_PX: u32 = 1_600;

/// What an address and a form say where the person comes from a paper.
const FROM_PAPER: (&str, &str) = ("ve", "van-ban");

/// Where a word of a paper is corrected by somebody who reads the paper, and
/// goes on reading it.
pub(in crate::server::web) fn correction_address(
    (id, page_number): (i64, u32),
    word_index: u32,
) -> String {
    let (name, value) = FROM_PAPER;
    format!(
        "{}&{name}={value}",
        place(id, page_number, Some(word_index))
    )
}

fn paper(here: (i64, u32)) -> String {
    format!("/van-ban/{}?trang={}#trang", here.0, here.1)
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

/// A word that was decided just now, to be gone back to.
pub(super) struct Decided {
    document_id: i64,
    page_number: u32,
    word_index: u32,
    /// As it stands now; empty for what is no word.
    text: String,
}

impl Decided {
    /// The parameter that names it.
    pub const PARAM: &'static str = "vua";

    /// The address of what comes next, naming the word that was decided.
    fn named_in(&self, next: &str) -> String {
        let sign = if next.contains('?') { '&' } else { '?' };
        let (id, page_number, word_index) = (self.document_id, self.page_number, self.word_index);
        format!(
            "{next}{sign}{}={id}.{page_number}.{word_index}",
            Self::PARAM
        )
    }

    /// The word that an address names; `None` where it names none.
    pub fn find(shared: &Shared, named: Option<&str>) -> Result<Option<Self>, ApiError> {
        let mut parts = named.unwrap_or_default().splitn(3, '.');
        let mut part = || parts.next()?.parse::<u32>().ok();
        let (Some(id), Some(page_number), Some(word_index)) = (part(), part(), part()) else {
            return Ok(None);
        };
        let document_id = i64::from(id);
        let page = shared.archive.page(document_id, page_number)?;
        let word = page.as_ref().and_then(|page| word_at(page, word_index));
        Ok(word.map(|it| Self {
            document_id,
            page_number,
            word_index,
            text: it.word.text.clone(),
        }))
    }
}

/// What was decided just now, and the way back to it.
pub(super) fn just_decided(visit: &Visit, just: &Decided) -> Markup {
    let back = place(just.document_id, just.page_number, Some(just.word_index));
    html! {
        p.just-decided role="status" {
            span aria-hidden="true" { "↶ " }
            @if just.text.is_empty() { (visit.say("Vừa bỏ một chữ", "Just left out a word")) }
            @else { (visit.say("Vừa nhận ", "Just accepted ")) "“" (just.text) "”" }
            " – "
            a href=(back) accesskey="z" { (visit.say("sửa lại", "correct it")) }
        }
    }
}

/// A word to be looked at, with what is shown beside it.
struct Question {
    just: Option<Decided>,
    document: Document,
    page: RestoredPage,
    word_index: u32,
    /// Where the person goes without deciding.
    skip: String,
    is_from_paper: bool,
    pages: DoubtedPages,
    n_decided: u64,
}

fn page_number(text: &str) -> Result<u32, ApiError> {
    text.parse()
        .map_err(|_| ApiError::not_found("this document has no such page"))
}

pub(in crate::server::web) async fn word(
    State(app): State<App>,
    Path((id, number)): Path<(String, String)>,
    visit: Visit,
) -> ApiResult {
    let here = (document_id(&id)?, page_number(&number)?);
    let wanted: Option<u32> = visit.param("tu").and_then(|index| index.parse().ok());
    let is_from_paper = visit.param(FROM_PAPER.0) == Some(FROM_PAPER.1);
    ask_about(app, visit, here, wanted, is_from_paper, None).await
}

async fn ask_about(
    app: App,
    visit: Visit,
    here: (i64, u32),
    wanted: Option<u32>,
    is_from_paper: bool,
    told: Option<String>,
) -> ApiResult {
    let just = visit.param(Decided::PARAM).map(str::to_owned);
    let question = in_work(&app, move |shared| {
        let document = shared.archive.document(here.0)?;
        let page = shared.archive.page(here.0, here.1)?;
        let page = page.ok_or_else(|| ApiError::not_found("no such page"))?;
        let index = wanted
            .filter(|index| word_at(&page, *index).is_some())
            .or_else(|| doubted_words(&page).next().map(|it| it.word_index));
        let Some(word_index) = index else {
            let next = next_place(shared, here, None, None)?;
            // A word that was decided on the way here can still be gone back to.
            return Ok(Err(match Decided::find(shared, just.as_deref())? {
                Some(just) => just.named_in(&next),
                None => next,
            }));
        };
        Ok(Ok(Question {
            skip: match is_from_paper {
                true => paper(here),
                false => next_place(shared, here, Some(word_index), Some(&page))?,
            },
            just: Decided::find(shared, just.as_deref())?,
            is_from_paper,
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
        @if let Some(just) = &question.just { (just_decided(visit, just)) }
        @if !question.is_from_paper {
            (progress(visit, &question.pages, question.n_decided))
        }
        @if let Some(shown) = word.bounding_box {
            (crop(visit, here, &question.page, shown))
        }
        p.context { (context(&asked)) }
        form.review-form method="post" action=(place(here.0, here.1, None)) {
            (form_token(visit.visitor()?))
            input type="hidden" name="tu" value=(question.word_index);
            input type="hidden" name="thay" value=(word.text);
            @if question.is_from_paper {
                input type="hidden" name=(FROM_PAPER.0) value=(FROM_PAPER.1);
            }
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
                    @if question.is_from_paper { (visit.say("Trở lại văn bản", "Back to the paper")) }
                    @else { (visit.say("Bỏ qua", "Skip")) }
                }
                a href=(format!("{REVIEW}/{}", here.0)) {
                    (visit.say("Sửa thông tin văn bản", "Set the paper's fields"))
                }
            }
        }
        p.hint {
            (visit.say(
                "Enter: nhận chữ trong ô. Gõ: sửa rồi Enter. Tab: đến các nút tiếp theo.",
                "Enter accepts what stands in the field. Type to correct, then Enter. Tab leads to the other buttons.",
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

pub(in crate::server::web) async fn decide(
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
    let is_from_paper = form.text(FROM_PAPER.0) == FROM_PAPER.1;
    let signed = form.visitor;
    let done = in_work(&app, move |shared| {
        let made_by = signed.name().to_owned();
        match correct_word(&shared.archive, here.0, &decision, &made_by) {
            Ok(correction) => {
                note(shared, &signed, here.0, &correction);
                if is_from_paper {
                    return Ok(Ok(paper(here)));
                }
                let page = shared.archive.page(here.0, here.1)?;
                let next = next_place(shared, here, Some(word_index), page.as_ref())?;
                let just = Decided {
                    document_id: here.0,
                    page_number: here.1,
                    word_index,
                    text: String::new(),
                };
                Ok(Ok(just.named_in(&next)))
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
            ask_about(
                app,
                visit,
                here,
                Some(word_index),
                is_from_paper,
                Some(told),
            )
            .await
        }
    }
}
