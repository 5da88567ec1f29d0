//! Taking the hidden text of an earlier recogniser out of a content stream.
//!
//! Text is hidden by its rendering mode, or by a picture of the whole page that
//! is drawn over it. Only show operators are cut out, and only from text objects
//! that show nothing else: the pen moves on with each of them, and what follows
//! in the same object would move.

use super::operators::{Operation, Operations};
use std::ops::Range;

/// Text rendering modes (ISO 32000-1, 9.3.6) that leave no mark.
const INVISIBLE: i64 = 3;
/// States saved within one another beyond this depth are not looked at.
const MAX_SAVED_STATES: usize = 512;

/// What a content stream is without its hidden text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// `None` where nothing is hidden.
    pub(super) content: Option<Vec<u8>>,
    /// Names of what it calls by `Do`, each once, with the rendering mode there.
    pub(super) calls: Vec<(Vec<u8>, i64)>,
}

/// What the walk needs to know of what `Do` calls.
pub(super) trait Called {
    /// Whether this is a picture without clear parts.
    fn is_opaque_picture(&self, name: &[u8]) -> bool;
}

/// Area that a picture must cover, as left, bottom, right and top of the user
/// space, for text under it to be hidden.
pub(super) type PageArea = [f64; 4];

#[derive(Clone, Copy)]
struct State {
    mode: i64,
    matrix: [f64; 6],
}

/// A text object and the show operators in it.
#[derive(Default)]
struct TextObject {
    hidden: Vec<Cut>,
    /// What becomes superfluous when nothing is shown.
    moves: Vec<Range<usize>>,
    shows_more: bool,
    visible: Vec<Cut>,
}

struct Cut {
    range: Range<usize>,
    instead: Vec<u8>,
}

/// Cuts hidden text out of `content`, which begins in rendering mode
/// `mode_at_start`; `area` is given for the page itself, not for forms.
pub(super) fn clean(
    content: &[u8],
    mode_at_start: i64,
    area: Option<PageArea>,
    called: &dyn Called,
) -> Cleaned {
    let mut state = State {
        mode: mode_at_start,
        matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    };
    let mut saved = Vec::new();
    let mut cleaned = Cleaned::default();
    let mut cuts: Vec<Cut> = Vec::new();
    // Shown so far and not yet known to be covered.
    let mut uncovered: Vec<Cut> = Vec::new();
    let mut text = TextObject::default();
    for operation in Operations::new(content) {
        match operation.operator {
            b"q" if saved.len() < MAX_SAVED_STATES => saved.push(state),
            b"Q" => state = saved.pop().unwrap_or(state),
            b"cm" => state.matrix = concatenated(&operation.numbers(), state.matrix),
            b"Tr" => state.mode = operation.numbers().last().map_or(0, |mode| *mode as i64),
            b"BT" => text = TextObject::default(),
            b"Td" | b"Tm" | b"T*" => text.moves.push(operation.range),
            b"Tj" | b"TJ" | b"'" | b"\"" => {
                let instead = instead_of(&operation);
                let cut = Cut {
                    range: operation.range,
                    instead,
                };
                if state.mode == INVISIBLE {
                    text.hidden.push(cut);
                } else {
                    text.shows_more = true;
                    text.visible.push(cut);
                }
            }
            b"ET" => {
                let object = std::mem::take(&mut text);
                if !object.shows_more && !object.hidden.is_empty() {
                    cuts.extend(object.hidden);
                    cuts.extend(object.moves.into_iter().map(|range| Cut {
                        range,
                        instead: Vec::new(),
                    }));
                } else if object.hidden.is_empty() {
                    uncovered.extend(object.visible);
                }
            }
            b"Do" => {
                let Some(name) = operation.name() else {
                    continue;
                };
                if cleaned.calls.iter().all(|(known, _)| known != name) {
                    cleaned.calls.push((name.to_vec(), state.mode));
                }
                if let Some(area) = area
                    && covers(state.matrix, area)
                    && called.is_opaque_picture(name)
                {
                    cuts.append(&mut uncovered);
                }
            }
            _ => {}
        }
    }
    if !cuts.is_empty() {
        cleaned.content = Some(without(content, cuts));
    }
    cleaned
}

/// Whether the unit square, which a picture fills, covers nearly all of an area.
fn covers([a, b, c, d, e, f]: [f64; 6], [left, bottom, right, top]: PageArea) -> bool {
    let is_straight = b.abs() + c.abs() < 1e-3 || a.abs() + d.abs() < 1e-3;
    let (x0, x1) = (e + a.min(0.0) + c.min(0.0), e + a.max(0.0) + c.max(0.0));
    let (y0, y1) = (f + b.min(0.0) + d.min(0.0), f + b.max(0.0) + d.max(0.0));
    let slack = 0.02 * (right - left).max(top - bottom);
    is_straight
        && x0 <= left + slack
        && x1 >= right - slack
        && y0 <= bottom + slack
        && y1 >= top - slack
}

fn concatenated(numbers: &[f64], [a, b, c, d, e, f]: [f64; 6]) -> [f64; 6] {
    let [.., a2, b2, c2, d2, e2, f2] = *numbers else {
        return [a, b, c, d, e, f];
    };
    [
        a2 * a + b2 * c,
        a2 * b + b2 * d,
        c2 * a + d2 * c,
        c2 * b + d2 * d,
        e2 * a + f2 * c + e,
        e2 * b + f2 * d + f,
    ]
}

/// What a show operator does besides showing (ISO 32000-1, table 109).
fn instead_of(operation: &Operation<'_>) -> Vec<u8> {
    match (operation.operator, operation.operands.as_slice()) {
        (b"'", _) => b"T*".to_vec(),
        (b"\"", [word_space, char_space, _]) => {
            [word_space, &b" Tw "[..], char_space, b" Tc T*"].concat()
        }
        _ => Vec::new(),
    }
}

fn without(content: &[u8], mut cuts: Vec<Cut>) -> Vec<u8> {
    cuts.sort_by_key(|cut| cut.range.start);
    let mut kept = Vec::with_capacity(content.len());
    let mut at = 0;
    for cut in cuts {
        kept.extend_from_slice(&content[at..cut.range.start.max(at)]);
        kept.extend_from_slice(&cut.instead);
        at = cut.range.end.max(at);
    }
    kept.extend_from_slice(&content[at..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pictures;

    impl Called for Pictures {
        fn is_opaque_picture(&self, name: &[u8]) -> bool {
            name == b"Scan"
        }
    }

    fn cleaned(content: &str) -> Option<String> {
        let area = Some([0.0, 0.0, 100.0, 200.0]);
        clean(content.as_bytes(), 0, area, &Pictures)
            .content
            .map(|content| String::from_utf8(content).unwrap())
    }

    #[test]
    fn hidden_text_goes_and_the_rest_stays() {
        let content =
            "q 100 0 0 200 0 0 cm /Scan Do Q BT 3 Tr /F 9 Tf 5 5 Td (gar) Tj T* (ble) ' ET";
        assert_eq!(
            cleaned(content).unwrap(),
            "q 100 0 0 200 0 0 cm /Scan Do Q BT 3 Tr /F 9 Tf    T* ET"
        );
    }

    #[test]
    fn shown_text_stays() {
        assert_eq!(cleaned("BT /F 9 Tf (seen) Tj ET"), None);
        // The pen would be elsewhere without the first operator.
        assert_eq!(cleaned("BT 3 Tr (hidden) Tj 0 Tr (seen) Tj ET"), None);
        assert_eq!(cleaned("q 3 Tr Q BT (seen) Tj ET"), None);
    }

    #[test]
    fn text_under_a_scan_goes() {
        let under = "BT (garble) Tj ET q 100 0 0 200 0 0 cm /Scan Do Q";
        assert_eq!(
            cleaned(under).unwrap(),
            "BT  ET q 100 0 0 200 0 0 cm /Scan Do Q"
        );
        assert_eq!(
            cleaned("BT (seen) Tj ET q 50 0 0 200 0 0 cm /Scan Do Q"),
            None
        );
        assert_eq!(
            cleaned("BT (seen) Tj ET q 100 0 0 200 0 0 cm /Logo Do Q"),
            None
        );
        assert_eq!(
            cleaned("q 100 0 0 200 0 0 cm /Scan Do Q BT (seen) Tj ET"),
            None
        );
    }

    #[test]
    fn what_is_called_is_told() {
        let found = clean(b"3 Tr /Form Do /Form Do", 0, None, &Pictures);
        assert_eq!(found.calls, [(b"Form".to_vec(), 3)]);
    }
}
