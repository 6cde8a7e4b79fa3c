//! What a page of a PDF draws, reduced to its text.
//!
//! The library that reads it takes most of its time for operators that have no part in the text:
//! paths, colours, marks of structure. On some of them it panics, and two that show text it does
//! not know.

/// Operators that show text or say where it stands.
const KEPT: [&[u8]; 18] = [
    b"BT", b"ET", b"cm", b"q", b"Q", b"Do", b"Tc", b"Tw", b"Tz", b"TL", b"Tf", b"Ts", b"Tm", b"Td",
    b"TD", b"T*", b"Tj", b"TJ",
];
/// How deep operands lie in operands; text has strings in arrays.
const DEEPEST: usize = 2;
/// The most operands of an operator that is kept.
const MOST_OPERANDS: usize = 8;

/// The operators of a page that its text needs, with their operands.
pub(super) fn text_only(content: &[u8]) -> Vec<u8> {
    let mut reader = Reader {
        content,
        at: 0,
        depth: 0,
        deepest: 0,
        operands: Vec::new(),
    };
    let mut kept = Vec::with_capacity(content.len() / 2);
    while let Some(operator) = reader.operator() {
        let operands = std::mem::take(&mut reader.operands);
        let is_plain = std::mem::take(&mut reader.deepest) <= DEEPEST;
        if is_plain && operands.len() <= MOST_OPERANDS {
            write(&mut kept, operator, &operands);
        }
    }
    kept
}

fn write(kept: &mut Vec<u8>, operator: &[u8], operands: &[&[u8]]) {
    let mut line = |operands: &[&[u8]], operator: &[u8]| {
        for operand in operands {
            kept.extend_from_slice(operand);
            kept.push(b' ');
        }
        kept.extend_from_slice(operator);
        kept.push(b'\n');
    };
    match (operator, operands) {
        // On the next line, with spaces of that width.
        (b"'", [text]) => {
            line(&[], b"T*");
            line(&[text], b"Tj");
        }
        (b"\"", [words, letters, text]) => {
            line(&[words], b"Tw");
            line(&[letters], b"Tc");
            line(&[], b"T*");
            line(&[text], b"Tj");
        }
        _ if KEPT.contains(&operator) => line(operands, operator),
        _ => {}
    }
}

struct Reader<'a> {
    content: &'a [u8],
    at: usize,
    /// Arrays and dictionaries that are open, and how many there have been for this operator.
    depth: usize,
    deepest: usize,
    operands: Vec<&'a [u8]>,
}

impl<'a> Reader<'a> {
    /// Reads up to the next operator; nothing when there is none.
    fn operator(&mut self) -> Option<&'a [u8]> {
        let mut outer = self.at;
        loop {
            let start = self.at;
            let byte = self.peek()?;
            if self.depth == 0 {
                outer = start;
            }
            match byte {
                b'%' => self.skip_while(|byte| !matches!(byte, b'\n' | b'\r')),
                b'(' => self.string(),
                b'<' if self.content.get(start + 1) == Some(&b'<') => self.open(2),
                b'<' => self.skip_past(b'>'),
                b'>' if self.content.get(start + 1) == Some(&b'>') => self.close(2),
                b'[' => self.open(1),
                b']' => self.close(1),
                b'/' => {
                    self.at += 1;
                    self.skip_while(is_regular);
                }
                _ if !is_regular(byte) => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    self.skip_while(is_regular);
                    let word = self.content.get(start..self.at)?;
                    if self.depth == 0 && is_operator(word) {
                        if word == b"ID" {
                            self.skip_image();
                        }
                        return Some(word);
                    }
                }
            }
            if byte != b'%' && self.depth == 0 && self.operands.len() <= MOST_OPERANDS {
                self.operands.extend(self.content.get(outer..self.at));
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.content.get(self.at).copied()
    }

    fn open(&mut self, length: usize) {
        self.at += length;
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    fn close(&mut self, length: usize) {
        self.at += length;
        self.depth = self.depth.saturating_sub(1);
    }

    fn skip_while(&mut self, is_wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_wanted) {
            self.at += 1;
        }
    }

    fn skip_past(&mut self, end: u8) {
        self.skip_while(|byte| byte != end);
        self.at += 1;
    }

    /// A string in parentheses, which may have pairs of them inside.
    fn string(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => open += 1,
                b')' if open <= 1 => return,
                b')' => open -= 1,
                _ => {}
            }
        }
    }

    /// The bytes of a picture that lies in the page; they end with `EI` between spaces.
    fn skip_image(&mut self) {
        let rest = self.content.get(self.at..).unwrap_or_default();
        let is_end = |at: usize| rest.get(at).is_none_or(u8::is_ascii_whitespace);
        let mut marks = rest.windows(3).enumerate();
        let end = marks.position(|(at, three)| match three {
            [before, b'E', b'I'] => before.is_ascii_whitespace() && is_end(at + 3),
            _ => false,
        });
        self.at += end.map_or(rest.len(), |end| end + 3);
    }
}

/// What names, numbers and operators are made of.
fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        0 | b'\t'
            | b'\n'
            | 0x0C
            | b'\r'
            | b' '
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'/'
            | b'%'
    )
}

fn is_operator(word: &[u8]) -> bool {
    let begins = word
        .first()
        .is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'\'' | b'"'));
    begins && !matches!(word, b"true" | b"false" | b"null")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::text_only;

    fn kept(content: &str) -> String {
        String::from_utf8(text_only(content.as_bytes())).unwrap()
    }

    #[test]
    fn text_stays_and_drawing_goes() {
        let content = "q 1 0 0 rg 0 0 9 9 re f % note (\n/Span<</A (x)/B [1]>>BDC BT/F1 12 Tf \
            <0041>Tj[(a\\)(b)c)-20<42>]TJ EMC(next)' 1 2(last)\" ET /CS0 cs Q/X Do";
        let wanted = "q\nBT\n/F1 12 Tf\n<0041> Tj\n[(a\\)(b)c)-20<42>] TJ\nT*\n(next) Tj\n\
            1 Tw\n2 Tc\nT*\n(last) Tj\nET\nQ\n/X Do\n";
        assert_eq!(kept(content), wanted);
    }

    #[test]
    fn pictures_in_the_page_are_passed_over() {
        let content = "BI /W 1 /H 1 ID \u{1}(Tj EIx (\n EI BT (a) Tj ET";
        assert_eq!(kept(content), "BT\n(a) Tj\nET\n");
    }

    #[test]
    fn nests_are_left_out() {
        let content = format!("{}1{} TJ (a) Tj", "[".repeat(9_000), "]".repeat(9_000));
        assert_eq!(kept(&content), "(a) Tj\n");
        assert_eq!(kept("(never closed Tj"), "");
    }

    proptest! {
        #[test]
        fn any_content_is_reduced_once(content in "([a-zA-Z0-9 ()<>/%'\"*\\\\\\[\\].-]|Tj |BT |\n){0,80}") {
            let once = text_only(content.as_bytes());
            prop_assert_eq!(text_only(&once), once);
        }

        #[test]
        fn any_bytes_are_read(content: Vec<u8>) {
            text_only(&content);
        }
    }
}
