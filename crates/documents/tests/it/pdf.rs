//! Persian PDFs as browsers and report writers make them, and broken ones.

use std::fmt::Write;

use proptest::prelude::*;
use xin_documents::chunk::chunk;
use xin_documents::{ParsedDocument, SourceKind, parse};

const CHROMIUM: &[u8] = include_bytes!("../fixtures/chromium.pdf");
const WEASYPRINT: &[u8] = include_bytes!("../fixtures/weasyprint.pdf");
/// Letters as presentation forms, in the order of the eye.
const SHAPES: &[u8] = include_bytes!("../fixtures/shapes.pdf");
/// One filled rectangle and no text.
const PICTURE: &[u8] = include_bytes!("../fixtures/picture.pdf");
const ENCRYPTED: &[u8] = include_bytes!("../fixtures/encrypted.pdf");

fn whole(document: &ParsedDocument) -> String {
    let texts = document.sections.iter().map(|section| &section.text);
    texts.map(String::as_str).collect()
}

fn code(bytes: &[u8]) -> &'static str {
    parse(bytes, Some("a.pdf")).unwrap_err().code
}

/// A PDF of these objects, the first one its catalog.
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut text = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        writeln!(table, "{:010} 00000 n ", text.len()).unwrap();
        writeln!(text, "{number} 0 obj\n{object}\nendobj").unwrap();
    }
    let start = text.len();
    let size = objects.len() + 1;
    write!(
        text,
        "{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    )
    .unwrap();
    text.into_bytes()
}

fn stream(entries: &str, content: &str) -> String {
    let length = content.len();
    format!("<< {entries} /Length {length} >>\nstream\n{content}\nendstream")
}

#[test]
fn persian_is_read_in_order() {
    for (name, bytes) in [("chromium", CHROMIUM), ("weasyprint", WEASYPRINT)] {
        let parsed = parse(bytes, None).unwrap();
        assert_eq!(parsed.kind, SourceKind::Pdf);
        let pages: Vec<_> = parsed.sections.iter().map(|section| section.page).collect();
        assert_eq!(pages, [Some(1), Some(2)]);
        let text = whole(&parsed);
        for wanted in [
            "راهنمای فروشگاه گلستان\n",
            "سلام! کالاها را ",
            "هزینهٔ ارسال ۵۰٬۰۰۰\nتومان است.",
            "تلفن: 021-88776655 و ایمیل info@golestan.ir برای سفارش\niPhone 15 Pro ",
            "خلاصه (ویژهٔ مشتریان): کد تخفیف «زعفران۴۲» ۲۰٪ تخفیف دارد.",
            "صفحهٔ دوم: گارانتی ",
        ] {
            assert!(text.contains(wanted), "{name} lacks {wanted} in\n{text}");
        }
    }
}

#[test]
fn half_spaces_are_found_again_where_the_file_has_them() {
    let text = whole(&parse(CHROMIUM, None).unwrap());
    assert!(
        text.contains("می\u{200C}توانید") && text.contains("لباس\u{200C}ها"),
        "{text}"
    );
}

#[test]
fn shapes_become_letters() {
    let text = whole(&parse(SHAPES, None).unwrap());
    let wanted = "سلام! کالاها را تا هفت روز پس بدهید.\nتلفن: 021-88776655 و سفارش iPhone 15 Pro\n\
                  هزینه ارسال ۵۰٬۰۰۰ تومان است.\n";
    assert_eq!(text, wanted);
}

#[test]
fn passages_know_their_page() {
    let chunks = chunk("راهنما", &parse(CHROMIUM, None).unwrap());
    assert_eq!(chunks.len(), 2);
    assert_eq!(chunks[1].page, Some(2));
    assert_eq!(chunks[1].language, "fa");
}

#[test]
fn what_cannot_be_read_says_so() {
    assert_eq!(code(ENCRYPTED), "encrypted_pdf");
    assert_eq!(code(PICTURE), "no_text_in_pdf");
    assert_eq!(
        code(b"%PDF-1.7 and then nothing of the kind"),
        "unreadable_pdf"
    );
    let garbage = [&b"%PDF-1.7\n"[..], &[0xFF; 4_000]].concat();
    assert_eq!(code(&garbage), "unreadable_pdf");
    assert_eq!(code(&CHROMIUM[..CHROMIUM.len() / 2]), "unreadable_pdf");
}

#[test]
fn a_mail_header_before_the_pdf_does_no_harm() {
    let bytes = [&b"Content-Type: application/pdf\r\n\r\n"[..], SHAPES].concat();
    assert!(whole(&parse(&bytes, None).unwrap()).contains("سلام!"));
}

#[test]
fn too_many_pages_are_refused() {
    let kids = "3 0 R ".repeat(2_001);
    let tree = format!("<< /Type /Pages /Count 2001 /Kids [{kids}] >>");
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>";
    // The library visits no more pages than there are objects.
    let catalog = "<< /Type /Catalog /Pages 2 0 R >>";
    let filler = vec!["null"; 2_100];
    let objects = [&[catalog, tree.as_str(), page][..], &filler].concat();
    assert_eq!(code(&pdf(&objects)), "too_many_pages");
}

#[test]
fn drawings_that_draw_themselves_are_left_out() {
    let catalog = "<< /Type /Catalog /Pages 2 0 R >>";
    let tree = "<< /Type /Pages /Count 1 /Kids [3 0 R] >>";
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R \
                /Resources << /Font << /F 5 0 R >> /XObject << /A 6 0 R /B 7 0 R /C 8 0 R >> >> >>";
    let contents = stream("", "BT /F 12 Tf 10 50 Td (hello) Tj ET /A Do /B Do /C Do");
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
    let itself = stream(
        "/Type /XObject /Subtype /Form /Resources << /XObject << /A 6 0 R >> >>",
        "/A Do",
    );
    let inherited = stream("/Type /XObject /Subtype /Form", "/B Do");
    let picture = stream("/Type /XObject /Subtype /Image", "( [ << BT Tj Do");
    let objects = [
        catalog, tree, page, &contents, font, &itself, &inherited, &picture,
    ];
    assert_eq!(whole(&parse(&pdf(&objects), None).unwrap()), "hello\n");
}

#[test]
fn pages_that_are_their_own_parents_are_refused() {
    let catalog = "<< /Type /Catalog /Pages 2 0 R >>";
    let tree = "<< /Type /Pages /Parent 2 0 R /Count 1 /Kids [3 0 R] >>";
    let page = "<< /Type /Page /Parent 2 0 R >>";
    assert_eq!(code(&pdf(&[catalog, tree, page])), "unreadable_pdf");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), is_pdf in any::<bool>()) {
        let bytes = if is_pdf { [&b"%PDF-1.7\n"[..], &bytes].concat() } else { bytes };
        if let Ok(parsed) = parse(&bytes, Some("a.md")) {
            prop_assert!(!chunk("", &parsed).is_empty());
        }
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        fixture in prop_oneof![Just(CHROMIUM), Just(WEASYPRINT), Just(SHAPES), Just(ENCRYPTED)],
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..40),
        keep in any::<proptest::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = fixture.to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(keep.index(bytes.len()));
        }
        if let Ok(parsed) = parse(&bytes, None) {
            prop_assert!(!chunk("", &parsed).is_empty());
        }
    }
}
