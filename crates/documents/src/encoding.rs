//! From bytes to text, whatever the alphabet of the file.

use encoding_rs::{Encoding, WINDOWS_1256};

use super::{MOST_TEXT_BYTES, ParseFailure};

/// Of the letters beyond ASCII in a Persian or Arabic text, how many are of its script: foreign
/// names with accents are few.
const SCRIPT_SHARE: f64 = 0.9;
/// The eleven most common letters make up some two thirds of either language, and under a third of
/// what other bytes look like in windows-1256.
const COMMON_SHARE: f64 = 0.5;
const COMMON: [char; 13] = [
    'ا', 'ل', 'ي', 'ی', 'ن', 'م', 'و', 'ر', 'ت', 'ه', 'د', 'ب', 'س',
];
/// Letters of a word on average; noise has shorter runs.
const WORD_LENGTH: std::ops::RangeInclusive<f64> = 2.0..=12.0;

/// The text of a file in UTF-8, in UTF-16 with a byte order mark, or in windows-1256. Lines end
/// with `\n`.
pub(super) fn decode(bytes: &[u8]) -> Result<String, ParseFailure> {
    let text = match marked(bytes) {
        Marked::With(text) => Some(text),
        Marked::Wrongly => None,
        Marked::Not => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => windows_1256(bytes),
        },
    };
    // A text has no NUL, and many binary files that happen to be UTF-8 do.
    let text = text.filter(|text| !text.contains('\0')).ok_or_else(|| {
        ParseFailure::unsupported_format(
            "the file is not text in UTF-8 or windows-1256, so save it as UTF-8",
        )
    })?;
    bounded(text)
}

/// The text of a page whose declared encoding may be any that browsers know; bytes that mean
/// nothing in it become replacement characters, as in a browser.
pub(super) fn decode_declared(
    bytes: &[u8],
    declared: Option<&'static Encoding>,
) -> Result<String, ParseFailure> {
    let text = match marked(bytes) {
        Marked::With(text) => text,
        Marked::Wrongly => encoding_rs::UTF_8.decode(bytes).0.into_owned(),
        Marked::Not => match (declared, std::str::from_utf8(bytes)) {
            // What is valid in UTF-8 by chance is too rare to believe a wrong declaration.
            (_, Ok(text)) => text.to_owned(),
            (Some(encoding), Err(_)) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            (None, Err(_)) => windows_1256(bytes)
                .unwrap_or_else(|| encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned()),
        },
    };
    bounded(text.replace('\0', ""))
}

fn bounded(text: String) -> Result<String, ParseFailure> {
    if text.len() > MOST_TEXT_BYTES {
        return Err(ParseFailure::too_large());
    }
    if !text.contains('\r') {
        return Ok(text);
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// What a byte order mark says.
enum Marked {
    Not,
    With(String),
    /// The bytes do not keep to it.
    Wrongly,
}

fn marked(bytes: &[u8]) -> Marked {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => std::str::from_utf8(rest).map(str::to_owned).ok(),
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => return Marked::Not,
    };
    text.map_or(Marked::Wrongly, Marked::With)
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| rest.is_empty())
}

/// The text of an old Persian or Arabic file. Every byte means something in windows-1256, so what
/// comes out has to look like words of these languages.
fn windows_1256(bytes: &[u8]) -> Option<String> {
    let text = WINDOWS_1256.decode_without_bom_handling(bytes).0;
    Evidence::of(&text)
        .is_convincing()
        .then(|| text.into_owned())
}

/// What speaks for a text being Persian or Arabic.
#[derive(Default)]
struct Evidence {
    /// Letters of the script.
    script: u32,
    /// Of those, the ones that are common in both languages.
    common: u32,
    /// Other letters beyond ASCII.
    foreign: u32,
    /// Words of the script.
    words: u32,
    /// Control characters, which no text has.
    controls: u32,
}

impl Evidence {
    fn of(text: &str) -> Self {
        let mut evidence = Self::default();
        let mut in_word = false;
        for character in text.chars() {
            let is_script = matches!(character, '\u{0621}'..='\u{064A}' | '\u{0671}'..='\u{06D3}');
            if is_script {
                evidence.script += 1;
                evidence.common += u32::from(COMMON.contains(&character));
                evidence.words += u32::from(!in_word);
            } else if character.is_alphabetic() && !character.is_ascii() {
                evidence.foreign += 1;
            } else if character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{C}') {
                evidence.controls += 1;
            }
            // The half-space and vowel marks stand inside words.
            in_word = is_script || matches!(character, '\u{200C}' | '\u{064B}'..='\u{0652}');
        }
        evidence
    }

    fn is_convincing(&self) -> bool {
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        self.script > 0
            && self.controls == 0
            && share(self.script, self.script + self.foreign) >= SCRIPT_SHARE
            && share(self.common, self.script) >= COMMON_SHARE
            && WORD_LENGTH.contains(&share(self.script, self.words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SourceKind, parse};

    #[test]
    fn text_is_read_whatever_its_encoding() {
        let utf_16: Vec<u8> = "\u{FEFF}سلام"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked = "\u{FEFF}سلام".as_bytes();
        for bytes in ["سلام".as_bytes(), marked, &utf_16] {
            let parsed = parse(bytes, Some("a.txt")).unwrap();
            assert_eq!(parsed.kind, SourceKind::Text);
            assert_eq!(parsed.sections[0].text, "سلام");
        }
        assert_eq!(decode(b"a\r\nb\rc").unwrap(), "a\nb\nc");
        assert_eq!(decode("می‌خواهم".as_bytes()).unwrap(), "می‌خواهم");
    }

    #[test]
    fn old_persian_and_arabic_files_are_read() {
        for text in [
            "هزينه ارسال به تهران ۵۰ هزار تومان است و پرداخت در محل انجام مي شود.",
            "سلام",
            "سياسة الإرجاع: يمكنك إرجاع المنتج خلال 14 يوماً (iPhone 15).",
            "گارانتي پارچه‌ها: چهار ژانويه",
        ] {
            let (bytes, _, lossy) = WINDOWS_1256.encode(text);
            // Persian digits are not in windows-1256; old files have Latin ones.
            let (bytes, text) = if lossy {
                let latin = text.replace('۵', "5").replace('۰', "0");
                (WINDOWS_1256.encode(&latin).0.into_owned(), latin)
            } else {
                (bytes.into_owned(), text.to_owned())
            };
            assert_eq!(decode(&bytes).unwrap(), text);
        }
    }

    #[test]
    fn other_bytes_are_not_taken_for_persian() {
        let cyrillic = encoding_rs::WINDOWS_1251
            .encode("Стоимость доставки по городу составляет пятьсот рублей")
            .0
            .into_owned();
        let french = encoding_rs::WINDOWS_1252
            .encode("Les frais de livraison à Téhéran sont très élevés, même pour les élèves")
            .0
            .into_owned();
        let greek = encoding_rs::WINDOWS_1253
            .encode("Το κόστος αποστολής είναι πενήντα ευρώ για όλη τη χώρα")
            .0
            .into_owned();
        let all: Vec<u8> = (0x80..=0xFF).collect();
        for bytes in [
            &cyrillic[..],
            &french,
            &greek,
            &all,
            b"\x80abc",
            b"\xFF\xFEa",
        ] {
            assert_eq!(decode(bytes).unwrap_err().code, "unsupported_format");
        }
    }
}
