//! The operators of a content stream and where they stand in its bytes.
//!
//! Only what is cut out changes; all other bytes stay as they are, so that the
//! page looks the same whatever its stream says.

use std::ops::Range;

/// An operator with what precedes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation<'a> {
    pub(super) operator: &'a [u8],
    /// Each operand, brackets being operands of their own.
    pub(super) operands: Vec<&'a [u8]>,
    /// From the first operand to the end of the operator.
    pub(super) range: Range<usize>,
}

impl Operation<'_> {
    /// The operands as numbers; those that are none count as 0.
    pub(super) fn numbers(&self) -> Vec<f64> {
        self.operands
            .iter()
            .map(|operand| {
                let text = std::str::from_utf8(operand).unwrap_or_default();
                text.parse().unwrap_or(0.0)
            })
            .collect()
    }

    /// The last operand as a name, without its slash.
    pub(super) fn name(&self) -> Option<&[u8]> {
        self.operands.last()?.strip_prefix(b"/")
    }
}

/// Goes through the operators of a content stream. An inline picture is one
/// operator, `EI`.
pub(super) struct Operations<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// More operands than any operator has; a stream of numbers without operators
/// would else be kept whole.
const MAX_OPERANDS: usize = 10_000;

impl<'a> Operations<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn skip_space(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'%' {
                while !matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r')) {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The end of the token that begins here.
    fn token_end(&self) -> usize {
        let rest = &self.bytes[self.at..];
        let length = match rest {
            [b'(', ..] => string_length(rest),
            [b'<', b'<', ..] | [b'>', b'>', ..] => 2,
            [b'<', ..] => rest
                .iter()
                .position(|byte| *byte == b'>')
                .map_or(rest.len(), |end| end + 1),
            [b'[' | b']' | b'{' | b'}' | b')' | b'>', ..] => 1,
            _ => {
                1 + rest[1..]
                    .iter()
                    .position(|byte| is_space(*byte) || is_delimiter(*byte))
                    .unwrap_or(rest.len() - 1)
            }
        };
        self.at + length
    }

    /// Leads behind the data of an inline picture, which begin one byte on.
    fn skip_picture_data(&mut self) {
        let data = &self.bytes[self.at.min(self.bytes.len())..];
        let end = data.windows(2).enumerate().find_map(|(index, two)| {
            let parted_before = index > 0 && is_space(data[index - 1]);
            let after = data.get(index + 2..index + 12.min(data.len() - index));
            // Chance hits inside the data are followed by more binary data.
            let is_text_after = after.is_none_or(|after| {
                after.first().is_none_or(|byte| is_space(*byte))
                    && after
                        .iter()
                        .all(|byte| byte.is_ascii_graphic() || is_space(*byte))
            });
            (two == b"EI" && parted_before && is_text_after).then_some(index + 2)
        });
        self.at += end.unwrap_or(data.len());
    }
}

impl<'a> Iterator for Operations<'a> {
    type Item = Operation<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut operands = Vec::new();
        let mut start = None;
        loop {
            self.skip_space();
            if self.at >= self.bytes.len() {
                return None;
            }
            let start = *start.get_or_insert(self.at);
            let end = self.token_end();
            let token = &self.bytes[self.at..end];
            self.at = end;
            if is_operand(token) {
                if operands.len() < MAX_OPERANDS {
                    operands.push(token);
                }
                continue;
            }
            let mut operator = token;
            if token == b"BI" {
                // Its entries run up to `ID`.
                continue;
            }
            if token == b"ID" {
                self.skip_picture_data();
                operator = b"EI";
            }
            return Some(Operation {
                operator,
                operands,
                range: start..self.at,
            });
        }
    }
}

fn is_operand(token: &[u8]) -> bool {
    match token {
        [b'a'..=b'z' | b'A'..=b'Z' | b'\'' | b'"', ..] => {
            matches!(token, b"true" | b"false" | b"null")
        }
        _ => true,
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

/// The length of a literal string with its brackets.
fn string_length(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index] {
            b'\\' => index += 1,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return index + 1;
                }
            }
            _ => {}
        }
        index += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn operators(content: &[u8]) -> Vec<String> {
        Operations::new(content)
            .map(|operation| String::from_utf8_lossy(operation.operator).into_owned())
            .collect()
    }

    #[test]
    fn operators_are_told_from_operands() {
        let content =
            b"q 1 0 0 1 0 0 cm % a q b\n/F 12 Tf[(a\\)b(c)) -3 <41>]TJ(x)' BT/P<</A 1>>BDC";
        assert_eq!(
            operators(content),
            ["q", "cm", "Tf", "TJ", "'", "BT", "BDC"]
        );
    }

    #[test]
    fn a_picture_in_the_stream_is_one_operator() {
        let content = b"q BI /W 4 /H 1 ID \x01 EI\xff Tj \nEI Q";
        assert_eq!(operators(content), ["q", "EI", "Q"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_gone_through(content in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut last = 0;
            for operation in Operations::new(&content) {
                prop_assert!(operation.range.start >= last);
                prop_assert!(operation.range.end <= content.len());
                last = operation.range.end;
            }
        }
    }
}
