//! The references of a paper as a small picture: who cites it on the left, what
//! it cites on the right. The list below it says the same in words.

use super::{Opened, references::name_of};
use crate::archive::CitedPaper;
use crate::server::web::hits::paper_address;
use crate::server::web::visit::Visit;
use maud::{Markup, html};

/// Papers shown on each side.
const MAX_A_SIDE: usize = 8;
/// Letters a name has room for.
const MAX_NAME_CHARS: usize = 26;

const WIDTH: usize = 760;
const ROW: usize = 40;
const BOX_WIDTH: usize = 220;
const BOX_HEIGHT: usize = 30;

struct Node {
    name: String,
    address: Option<String>,
}

pub(super) fn graph(visit: &Visit, opened: &Opened, cites: &[(usize, &CitedPaper)]) -> Markup {
    let right: Vec<Node> = cites
        .iter()
        .map(|(_, paper)| Node {
            name: name_of(None, paper.number.as_deref(), paper.text.as_deref()),
            address: paper.archived_as.map(|id| paper_address(id, None)),
        })
        .collect();
    let left: Vec<Node> = opened
        .cited_by
        .iter()
        .map(|paper| Node {
            name: name_of(None, paper.number.as_deref(), paper.subject.as_deref()),
            address: Some(paper_address(paper.document_id, paper.page_number)),
        })
        .collect();
    let rows = left
        .len()
        .min(MAX_A_SIDE + 1)
        .max(right.len().min(MAX_A_SIDE + 1))
        .max(1);
    let height = rows * ROW + 10;
    let middle = height / 2;
    let center = (WIDTH - BOX_WIDTH) / 2;
    html! {
        div.graph-frame tabindex="0" role="group" aria-label=(visit.say("Sơ đồ viện dẫn", "Graph of references")) {
            svg.graph viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height) role="group"
                aria-label=(visit.say(
                    "Bên trái: văn bản viện dẫn văn bản này; bên phải: văn bản được viện dẫn",
                    "Left: papers that cite this one; right: papers it cites",
                )) {
                (side(visit, &left, 1, height, (1 + BOX_WIDTH, center), middle))
                (side(visit, &right, WIDTH - BOX_WIDTH - 1, height, (WIDTH - BOX_WIDTH - 1, center + BOX_WIDTH), middle))
                (node(&Node { name: opened.name(visit), address: None }, center, middle, "node here"))
            }
        }
    }
}

/// The papers of one side below each other, each with a line from `edge.0` to
/// the middle's border `edge.1`.
fn side(
    visit: &Visit,
    nodes: &[Node],
    left: usize,
    height: usize,
    edge: (usize, usize),
    middle: usize,
) -> Markup {
    let n_shown = nodes.len().min(MAX_A_SIDE);
    let n_rows = n_shown + usize::from(nodes.len() > n_shown);
    let first = (height - n_rows * ROW) / 2 + ROW / 2;
    html! {
        @for (index, shown) in nodes.iter().take(n_shown).enumerate() {
            @let row = first + index * ROW;
            @let bend = (edge.0 + edge.1) / 2;
            path.edge d={ "M" (edge.0) " " (row) " C" (bend) " " (row) " " (bend) " " (middle) " " (edge.1) " " (middle) } {}
            (node(shown, left, row, if shown.address.is_some() { "node" } else { "node outside" }))
        }
        @if nodes.len() > n_shown {
            text.node-more x=(left + BOX_WIDTH / 2) y=(first + n_shown * ROW + 4) text-anchor="middle" {
                (visit.say("và ", "and ")) (nodes.len() - n_shown) (visit.say(" văn bản nữa", " more"))
            }
        }
    }
}

fn node(node: &Node, left: usize, row: usize, class: &str) -> Markup {
    let mut name: String = node.name.chars().take(MAX_NAME_CHARS).collect();
    if name.len() < node.name.len() {
        name.push('…');
    }
    let drawn = html! {
        g class=(class) {
            rect x=(left) y=(row - BOX_HEIGHT / 2) width=(BOX_WIDTH) height=(BOX_HEIGHT) rx="6" {}
            text x=(left + BOX_WIDTH / 2) y=(row + 5) text-anchor="middle" { (name) }
        }
    };
    html! {
        @match &node.address {
            Some(address) => a href=(address) aria-label=(node.name) { (drawn) },
            None => (drawn),
        }
    }
}
