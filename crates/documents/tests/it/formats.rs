//! What is taken out of the files of real programs.

use xin_documents::chunk::chunk;
use xin_documents::{ParsedDocument, SourceKind, detect, parse, table};

use crate::fixtures::{ENGLISH, Fixture, PERSIAN, named};

fn read(fixture: Fixture) -> ParsedDocument {
    let parsed = parse(fixture.bytes, Some(fixture.name)).unwrap();
    assert_eq!(parsed.kind, fixture.kind, "{}", fixture.name);
    parsed
}

fn whole(document: &ParsedDocument) -> String {
    let texts = document.sections.iter().map(|section| &section.text);
    texts
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n---\n")
}

fn text_of(fixtures: &[Fixture], name: &str) -> String {
    whole(&read(named(fixtures, name)))
}

#[test]
fn the_content_tells_the_kind() {
    for fixture in PERSIAN.iter().chain(ENGLISH) {
        // Only these are told by their names.
        let name = match fixture.kind {
            SourceKind::Markdown | SourceKind::Csv => Some(fixture.name),
            SourceKind::Text
            | SourceKind::Pdf
            | SourceKind::Docx
            | SourceKind::Pptx
            | SourceKind::Xlsx
            | SourceKind::Html => Some("file.bin"),
        };
        assert_eq!(
            detect(fixture.bytes, name).unwrap(),
            fixture.kind,
            "{}",
            fixture.name
        );
    }
}

#[test]
fn documents_keep_headings_tables_lists_and_notes() {
    let text = text_of(PERSIAN, "installation.docx");
    let wanted = "# خدمات نصب نگارین\n\n# نصب در منزل\n\nنصاب\u{200C}های نگارین هر روز از ساعت ۹ تا ۱۸ می\u{200C}آیند.\n\n\
        ## هزینه\u{200C}ها\n\n| خدمت | هزینه |\n| --- | --- |\n| نصب لوستر | ۲۷۰ هزار تومان |\n\
        | نصب پرده | ۱۹۰ هزار تومان |\n\n## شرایط\n\n- سقف باید قلاب داشته باشد\n\
        - برق باید قطع\u{200C}شده باشد\n\nبرای ساختمان\u{200C}های بلند (نصب بالاتر از طبقهٔ ۱۵ انجام نمی\u{200C}شود.)\n";
    assert_eq!(text, wanted);
    let text = text_of(ENGLISH, "installation.docx");
    assert!(text.contains("## Fees\n\n| Service | Fee |\n"), "{text}");
    assert!(
        text.contains("In tall buildings (We do not install above floor 17.)"),
        "{text}"
    );
}

#[test]
fn slides_are_pages_with_their_titles_tables_and_notes() {
    let document = read(named(PERSIAN, "club.pptx"));
    let pages: Vec<_> = document
        .sections
        .iter()
        .map(|section| section.page)
        .collect();
    assert_eq!(pages, [Some(1), Some(2), Some(3)]);
    assert_eq!(
        document.sections[1].text,
        "# سطح طلایی\n\n- اعضای سطح طلایی ۱۲ درصد تخفیف می\u{200C}گیرند\n\
         - ارسال سفارش اعضای طلایی رایگان است\n\nسخنران: سطح طلایی از ۵۰۰ امتیاز آغاز می\u{200C}شود.\n"
    );
    assert_eq!(
        document.sections[2].text,
        "# سطح\u{200C}ها\n\n| سطح | امتیاز |\n| --- | --- |\n| نقره\u{200C}ای | ۲۰۰ |\n| الماس | ۹۰۰ |\n"
    );
    let chunks = chunk("باشگاه", &document);
    assert_eq!(chunks[1].heading_path, ["سطح طلایی"]);
    assert_eq!(chunks[1].page, Some(2));
    assert!(
        text_of(ENGLISH, "club.pptx").contains("- Gold members get a discount of 13 percent\n")
    );
}

#[test]
fn rows_of_workbooks_name_their_columns() {
    let text = text_of(PERSIAN, "prices.xlsx");
    let wanted = "# قیمت\u{200C}ها\n\n\
        - کالا: گلدان سرامیکی; قیمت: 415,000 تومان; تخفیف: 5%; تاریخ اعتبار: 2026-12-20\n\
        - کالا: آینهٔ کنسول; قیمت: 1,890,000 تومان; تخفیف: 10%; تاریخ اعتبار: 2026-11-30\n\
        - کالا: رومیزی ترمه; قیمت: 760,000 تومان; تخفیف: 0%; تاریخ اعتبار: 2027-01-15\n\
        \n---\n# شعبه\u{200C}ها\n\n- شهر: تبریز; نشانی: خیابان امام، پلاک ۱۴\n- شهر: یزد; نشانی: میدان امیرچخماق\n";
    assert_eq!(text, wanted);
    assert!(
        text_of(ENGLISH, "prices.xlsx")
            .contains("- Item: Ceramic vase; Price: 46.50 USD; Discount: 5%;")
    );
}

#[test]
fn tables_are_read_row_by_row() {
    let workbook = named(PERSIAN, "prices.xlsx");
    let table = table::read(workbook.bytes, Some(workbook.name)).unwrap();
    assert_eq!(table.header, ["کالا", "قیمت", "تخفیف", "تاریخ اعتبار"]);
    assert_eq!(table.rows[1].number, 3);
    assert_eq!(
        table.rows[1].cells,
        ["آینهٔ کنسول", "1890000", "0.1", "2026-11-30"]
    );
    let list = named(ENGLISH, "branches.csv");
    let table = table::read(list.bytes, Some(list.name)).unwrap();
    assert_eq!(table.header, ["Branch", "Opening hours", "Phone"]);
    assert_eq!(table.rows[2].cells[0], "Isfahan, Chaharbagh");
    assert_eq!(table.rows.len(), 3);
}

#[test]
fn separated_rows_name_their_columns() {
    let text = text_of(PERSIAN, "branches.csv");
    assert!(
        text.starts_with("- شعبه: شیراز; ساعت کار: ۱۰ تا ۲۱:۳۰; تلفن: ۰۷۱-۳۲۱۱۰۰۴۵\n"),
        "{text}"
    );
    assert!(text.contains("- شعبه: اصفهان، چهارباغ; "), "{text}");
}

#[test]
fn pages_keep_their_content_and_nothing_around_it() {
    let text = text_of(PERSIAN, "delivery.html");
    let wanted = "# ارسال سفارش\u{200C}ها\n\nسفارش\u{200C}های نگارین هر روز پیش از ظهر به پست داده می\u{200C}شوند.\n\n\
        ## جزیره\u{200C}ها\n\nارسال به جزیرهٔ کیش ۹ روز کاری طول می\u{200C}کشد.\n\n\
        | مقصد | هزینه |\n| --- | --- |\n| تهران | ۳۸ هزار تومان |\n| بوشهر | ۶۵ هزار تومان |\n\n\
        ## پرسش\u{200C}ها\n\n### آیا کالای شکستنی را بیمه می\u{200C}کنید؟\n\nبله، بیمهٔ کالای شکستنی ۲ درصد قیمت آن است.\n";
    assert_eq!(text, wanted);
    assert!(!text_of(ENGLISH, "delivery.html").contains("secret"));
}

#[test]
fn both_makers_of_pdf_are_read_in_order() {
    let document = read(named(PERSIAN, "returns.pdf"));
    assert_eq!(document.sections.len(), 2);
    let text = whole(&document);
    assert!(
        text.contains("مهلت بازگرداندن فرش دستباف ۲۱ روز پس از تحویل است."),
        "{text}"
    );
    assert!(
        document.sections[1]
            .text
            .contains("ظرف ۷۲ ساعت به کارت بانکی"),
        "{text}"
    );
    assert!(text.contains("می\u{200C}توانید"), "{text}");
    let document = read(named(PERSIAN, "warranty.pdf"));
    let text = whole(&document);
    assert_eq!(document.sections.len(), 2, "{text}");
    assert!(text.contains("نگارین ۳۰ ماه است."), "{text}");
    assert!(
        document.sections[1]
            .text
            .contains("گارانتی چرخ خیاطی ۴ سال است"),
        "{text}"
    );
    let text = text_of(ENGLISH, "returns.pdf");
    assert!(
        text.contains("Handmade carpets can be returned within 23 days"),
        "{text}"
    );
    let text = text_of(ENGLISH, "warranty.pdf");
    assert!(
        text.contains("The warranty of Negarin juicers lasts 34 months."),
        "{text}"
    );
}

#[test]
fn texts_are_kept_as_they_were_written() {
    for fixtures in [PERSIAN, ENGLISH] {
        for name in ["support.txt", "gift-card.md"] {
            let fixture = named(fixtures, name);
            assert_eq!(whole(&read(fixture)).as_bytes(), fixture.bytes);
        }
    }
}

#[test]
fn languages_are_told() {
    for (fixtures, language) in [(PERSIAN, "fa"), (ENGLISH, "en")] {
        for fixture in fixtures {
            let chunks = chunk("", &read(*fixture));
            assert!(
                chunks.iter().all(|chunk| chunk.language == language),
                "{chunks:?}"
            );
        }
    }
}
