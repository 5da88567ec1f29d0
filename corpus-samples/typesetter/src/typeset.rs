//! Sets a document with typst and reads the laid-out pages back: every word with its place,
//! every mark that `library.typ` left, and the printed page as an image.

use serde_json::Value as Json;
use typst::foundations::{Content, Value};
use typst::introspection::{MetadataElem, Tag};
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst::text::TextItem;
use typst_layout::{Page, PagedDocument};
use typst_render::RenderOptions;

use crate::Result;
use crate::world::Press;

/// One thing met on a page, in reading order of the layout.
pub enum Event {
    /// A run of printed text; `x`, `y` in points from the top left, `y` the baseline.
    Text {
        x: f64,
        y: f64,
        width: f64,
        size: f64,
        text: String,
    },
    /// Text that a pen writes.
    Hand(Handwriting),
    /// Begin of a marked stretch: its kind and its data.
    Open { kind: String, data: Json },
    /// End of the innermost marked stretch of this kind.
    Close { kind: String },
    /// A rubber stamp or seal.
    Stamp {
        x: f64,
        y: f64,
        key: String,
        turn: f64,
        faint: f64,
    },
    /// A pen signature.
    Scribble { x: f64, y: f64, seed: u64 },
    /// The hand-given part of the record.
    Record(Json),
    /// The head of a page of `stamps.typ`.
    StampPage(Json),
}

/// Words to be written by hand at a place of the page (points).
#[derive(Clone)]
pub struct Handwriting {
    pub x: f64,
    pub y: f64,
    pub size: f64,
    pub room: f64,
    pub text: String,
}

/// A page as typst laid it out.
pub struct TypesetPage {
    pub events: Vec<Event>,
    page: Page,
}

/// A page as print without dirt: width, height and straight RGBA bytes.
pub struct Print {
    pub width: usize,
    pub height: usize,
    pub rgba: Vec<u8>,
}

impl TypesetPage {
    /// Draws the page at `dpi`. Pages without fill stay transparent.
    pub fn draw(&self, dpi: u32) -> Print {
        let options = RenderOptions {
            pixel_per_pt: (f64::from(dpi) / 72.0).into(),
            ..RenderOptions::default()
        };
        let pixmap = typst_render::render(&self.page, &options);
        let rgba = pixmap
            .pixels()
            .iter()
            .flat_map(|p| {
                let c = p.demultiply();
                [c.red(), c.green(), c.blue(), c.alpha()]
            })
            .collect();
        Print {
            width: pixmap.width() as usize,
            height: pixmap.height() as usize,
            rgba,
        }
    }
}

/// Sets the file `name` of `documents/`.
pub fn typeset(press: &Press, name: &str) -> Result<Vec<TypesetPage>> {
    let sheet = press.sheet(name)?;
    let compiled = typst::compile::<PagedDocument>(&sheet);
    let document = compiled.output.map_err(|errors| {
        let all: Vec<String> = errors
            .iter()
            .map(|e| format!("{}: {:?}", e.message, e.span))
            .collect();
        format!("{name}: {}", all.join("; "))
    })?;
    document
        .pages()
        .iter()
        .map(|page| {
            let mut events = Vec::new();
            walk(&page.frame, Transform::identity(), &mut events)?;
            Ok(TypesetPage {
                events,
                page: page.clone(),
            })
        })
        .collect()
}

fn walk(frame: &Frame, outer: Transform, events: &mut Vec<Event>) -> Result<()> {
    for (position, item) in frame.items() {
        let here = outer.pre_concat(Transform::translate(position.x, position.y));
        let at = Point::zero().transform(here);
        match item {
            FrameItem::Group(group) => {
                walk(&group.frame, here.pre_concat(group.transform), events)?
            }
            FrameItem::Text(text) => events.push(text_event(text, at)),
            FrameItem::Tag(Tag::Start(content, _)) => {
                if let Some(event) = mark_event(content, at)? {
                    events.push(event);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn text_event(text: &TextItem, at: Point) -> Event {
    Event::Text {
        x: at.x.to_pt(),
        y: at.y.to_pt(),
        width: text.width().to_pt(),
        size: text.size.to_pt(),
        text: text.text.to_string(),
    }
}

/// A mark of `library.typ`: a `metadata` dictionary with the key `mark`.
fn mark_event(content: &Content, at: Point) -> Result<Option<Event>> {
    let Some(metadata) = content.to_packed::<MetadataElem>() else {
        return Ok(None);
    };
    let Value::Dict(_) = &metadata.value else {
        return Ok(None);
    };
    let data = serde_json::to_value(&metadata.value)?;
    let (x, y) = (at.x.to_pt(), at.y.to_pt());
    let text = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| data[key].as_f64().unwrap_or_default();
    let event = match text("mark").as_str() {
        "open" => Event::Open {
            kind: text("kind"),
            data: data["data"].clone(),
        },
        "close" => Event::Close { kind: text("kind") },
        "hand" => Event::Hand(Handwriting {
            x,
            y,
            size: number("size"),
            room: number("room"),
            text: text("text"),
        }),
        "stamp" => Event::Stamp {
            x,
            y,
            key: text("key"),
            turn: number("turn"),
            faint: number("faint"),
        },
        "scribble" => Event::Scribble {
            x,
            y,
            seed: data["seed"].as_u64().unwrap_or(1),
        },
        "record" => Event::Record(data["data"].clone()),
        "stamp-page" => Event::StampPage(data["data"].clone()),
        other => return Err(format!("a mark of unknown kind: {other:?}").into()),
    };
    Ok(Some(event))
}
