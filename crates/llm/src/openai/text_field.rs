//! Shows the `text` field of a JSON object while the object is being written.
//!
//! A reader of JSON that is fed in pieces cut anywhere. It shows the decoded characters of one
//! string and never a character of structure. What it cannot follow it does not show: the whole
//! reply is read again at the end, by a real parser.

/// Watches for the first object that has a `text` field.
#[derive(Debug, Default)]
pub(super) struct TextField {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    /// No object has begun.
    #[default]
    Outside,
    /// In the object, where a field's name may begin.
    BeforeName,
    Name(Unescaper, String),
    BeforeColon {
        wanted: bool,
    },
    BeforeValue {
        wanted: bool,
    },
    /// In the string that is shown.
    Shown(Unescaper),
    /// In a value that is not shown.
    Skipped(Skipped),
    Done,
}

/// A value that is passed over.
#[derive(Debug, Default)]
struct Skipped {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl TextField {
    /// Reads the next piece; answers the characters to show.
    pub(super) fn read(&mut self, piece: &str) -> String {
        let mut shown = String::new();
        for letter in piece.chars() {
            self.state = std::mem::take(&mut self.state).next(letter, &mut shown);
        }
        shown
    }
}

impl State {
    fn next(self, letter: char, shown: &mut String) -> Self {
        match self {
            Self::Outside if letter == '{' => Self::BeforeName,
            Self::Outside => Self::Outside,
            Self::BeforeName => match letter {
                '"' => Self::Name(Unescaper::default(), String::new()),
                ',' => Self::BeforeName,
                space if space.is_whitespace() => Self::BeforeName,
                '{' => Self::BeforeName,
                // The end of an object without the field, or a brace in ordinary words.
                _ => Self::Outside,
            },
            Self::Name(mut unescaper, mut name) => {
                if unescaper.read(letter, &mut name) {
                    Self::BeforeColon {
                        wanted: name == "text",
                    }
                } else {
                    Self::Name(unescaper, name)
                }
            }
            Self::BeforeColon { wanted } => match letter {
                ':' => Self::BeforeValue { wanted },
                space if space.is_whitespace() => Self::BeforeColon { wanted },
                _ => Self::Outside,
            },
            Self::BeforeValue { wanted } => match letter {
                space if space.is_whitespace() => Self::BeforeValue { wanted },
                '"' if wanted => Self::Shown(Unescaper::default()),
                _ => Skipped::default().next(letter),
            },
            Self::Shown(mut unescaper) => {
                if unescaper.read(letter, shown) {
                    Self::Done
                } else {
                    Self::Shown(unescaper)
                }
            }
            Self::Skipped(skipped) => skipped.next(letter),
            Self::Done => Self::Done,
        }
    }
}

impl Skipped {
    fn next(mut self, letter: char) -> State {
        if self.in_string {
            if self.escaped {
                self.escaped = false;
            } else if letter == '\\' {
                self.escaped = true;
            } else if letter == '"' {
                self.in_string = false;
            }
            return State::Skipped(self);
        }
        match letter {
            '"' => self.in_string = true,
            '{' | '[' => self.depth += 1,
            '}' | ']' if self.depth == 0 => return State::Outside,
            '}' | ']' => self.depth -= 1,
            ',' if self.depth == 0 => return State::BeforeName,
            _ => {}
        }
        State::Skipped(self)
    }
}

/// Decodes the inside of a JSON string.
#[derive(Debug, Default)]
struct Unescaper {
    escape: Escape,
    /// The first half of a surrogate pair, waiting for its second.
    high: Option<u16>,
}

#[derive(Debug, Default)]
enum Escape {
    #[default]
    None,
    Backslash,
    Unicode {
        digits: u8,
        unit: u16,
    },
}

impl Unescaper {
    /// Reads one character; whether the string ended with it.
    fn read(&mut self, letter: char, decoded: &mut String) -> bool {
        match std::mem::take(&mut self.escape) {
            Escape::None => match letter {
                '"' => {
                    self.give_up_half(decoded);
                    return true;
                }
                '\\' => self.escape = Escape::Backslash,
                _ => {
                    self.give_up_half(decoded);
                    decoded.push(letter);
                }
            },
            Escape::Backslash if letter == 'u' => {
                self.escape = Escape::Unicode { digits: 0, unit: 0 };
            }
            Escape::Backslash => {
                self.give_up_half(decoded);
                decoded.push(match letter {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    other => other,
                });
            }
            Escape::Unicode { digits, unit } => {
                let Some(digit) = letter
                    .to_digit(16)
                    .and_then(|digit| u16::try_from(digit).ok())
                else {
                    self.give_up_half(decoded);
                    decoded.push(char::REPLACEMENT_CHARACTER);
                    return false;
                };
                let unit = unit << 4 | digit;
                if digits == 3 {
                    self.unit(unit, decoded);
                } else {
                    self.escape = Escape::Unicode {
                        digits: digits + 1,
                        unit,
                    };
                }
            }
        }
        false
    }

    /// Takes one UTF-16 unit.
    fn unit(&mut self, unit: u16, decoded: &mut String) {
        if let (Some(high), 0xDC00..=0xDFFF) = (self.high, unit) {
            self.high = None;
            decoded.extend(char::decode_utf16([high, unit]).flatten());
            return;
        }
        self.give_up_half(decoded);
        if (0xD800..=0xDBFF).contains(&unit) {
            self.high = Some(unit);
        } else {
            let letter = char::from_u32(u32::from(unit));
            decoded.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn give_up_half(&mut self, decoded: &mut String) {
        if self.high.take().is_some() {
            decoded.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn shown(text: &str) -> String {
        let mut field = TextField::default();
        text.chars()
            .map(|letter| field.read(letter.encode_utf8(&mut [0; 4])))
            .collect()
    }

    #[test]
    fn only_the_field_is_shown() {
        assert_eq!(shown(r#"{"action":"answer","text":"بله"}"#), "بله");
        assert_eq!(
            shown("```json\n{\n  \"text\" : \"a\\n\\\"b\\\"\" , \"x\": 1}\n```"),
            "a\n\"b\""
        );
        assert_eq!(
            shown(r#"{"a":{"text":"no"},"b":["text","no"],"text":"yes"}"#),
            "yes"
        );
        assert_eq!(shown(r#"{"a":"\"text\":\"no","text":"yes"}"#), "yes");
        assert_eq!(shown(r#"{"text":"one"}{"text":"two"}"#), "one");
        assert_eq!(shown(r#"see {this}: {"plan":1} {"text":"yes"}"#), "yes");
        assert_eq!(shown(r#"{"text":null,"other":"no"}"#), "");
        assert_eq!(shown("no JSON at all, \"text\": \"no\""), "");
        assert_eq!(
            shown(r#"{"text":"\ud83d\ude00 \ud83d! \ude00 \u00e9"}"#),
            "😀 \u{fffd}! \u{fffd} é"
        );
        assert_eq!(shown(r#"{"te\u0078t":"yes"}"#), "yes");
        assert_eq!(shown("{\"text\":\"raw\nline\"}"), "raw\nline");
    }

    fn ascii(json: &str) -> String {
        let mut ascii = String::new();
        for letter in json.chars() {
            if letter.is_ascii() {
                ascii.push(letter);
                continue;
            }
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(ascii, "\\u{unit:04x}").unwrap();
            }
        }
        ascii
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((name(), inner), 0..4)
                    .prop_map(|fields| Value::from(fields.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    fn name() -> impl Strategy<Value = String> {
        prop_oneof![Just("text".to_owned()), any::<String>()]
    }

    proptest! {
        /// Whatever stands beside it and however the stream is cut, what is shown is exactly what
        /// a real parser reads.
        #[test]
        fn it_agrees_with_a_real_parser(
            text in any::<String>(),
            others in prop::collection::vec((any::<String>(), value()), 0..4),
            (pretty, escaped) in any::<(bool, bool)>(),
            cuts in prop::collection::vec(1_usize..7, 1..20),
        ) {
            let mut object: Map<String, Value> = others.into_iter().collect();
            object.insert("text".to_owned(), json!(text));
            let mut written =
                if pretty { serde_json::to_string_pretty(&object) } else { serde_json::to_string(&object) }
                    .unwrap();
            if escaped {
                written = ascii(&written);
            }
            let letters: Vec<char> = written.chars().collect();
            let mut field = TextField::default();
            let mut shown = String::new();
            let (mut at, mut cuts) = (0, cuts.iter().cycle());
            while at < letters.len() {
                let end = (at + cuts.next().unwrap()).min(letters.len());
                shown.push_str(&field.read(&letters[at..end].iter().collect::<String>()));
                at = end;
            }
            prop_assert_eq!(shown, text);
        }

        #[test]
        fn anything_is_survived(text: String) {
            shown(&text);
        }
    }
}
