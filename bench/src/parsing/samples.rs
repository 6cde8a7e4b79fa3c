//! Files of every format with some megabytes of text, made the same on every run.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A file to be measured.
pub struct Sample {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Bytes of text in a sample.
const TEXT: usize = 3_000_000;
/// Pages of the PDF, as in the largest manual that a customer of ours has.
const PAGES: usize = 1_600;
const LINES_OF_PAGE: usize = 40;
const ROWS: usize = 20_000;
const SLIDES: usize = 1_000;

const WORDS: [&str; 40] = [
    "فروشگاه",
    "سفارش",
    "هزینهٔ",
    "ارسال",
    "مشتری",
    "کالا",
    "گارانتی",
    "مهلت",
    "بازگشت",
    "تحویل",
    "پرداخت",
    "می‌توانید",
    "شهرستان",
    "روز",
    "کاری",
    "خدمات",
    "پشتیبانی",
    "تماس",
    "قیمت",
    "تومان",
    "تخفیف",
    "عضویت",
    "امتیاز",
    "کارت",
    "هدیه",
    "نصب",
    "تعمیر",
    "قطعه",
    "موجودی",
    "انبار",
    "است",
    "شود",
    "باشد",
    "دارد",
    "را",
    "به",
    "از",
    "برای",
    "که",
    "با",
];

/// Every format.
pub fn all() -> anyhow::Result<Vec<Sample>> {
    let mut words = Words { state: 7 };
    let sample = |name: &str, bytes: Vec<u8>| Sample {
        name: name.to_owned(),
        bytes,
    };
    Ok(vec![
        sample("text.txt", words.prose(TEXT, "", "\n\n").into_bytes()),
        sample("markdown.md", words.prose(TEXT, "## ", "\n\n").into_bytes()),
        sample("table.csv", words.table().into_bytes()),
        sample("page.html", words.page().into_bytes()),
        sample("document.docx", words.docx()?),
        sample("slides.pptx", words.pptx()?),
        sample("workbook.xlsx", words.xlsx()?),
        sample("manual.pdf", words.pdf()?),
    ])
}

/// Words in an order that is the same every time.
struct Words {
    state: u64,
}

impl Words {
    fn number(&mut self) -> usize {
        // Numerical Recipes' generator: good enough to mix words.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 40).unwrap_or_default()
    }

    fn sentence(&mut self, words: usize) -> String {
        let mut sentence = String::new();
        for _ in 0..words {
            let word = WORDS.get(self.number() % WORDS.len()).copied();
            sentence.push_str(word.unwrap_or_default());
            sentence.push(' ');
        }
        let _ = write!(sentence, "{}.", self.number() % 10_000);
        sentence
    }

    /// Paragraphs of four sentences, under a heading every fifth where there are any.
    fn prose(&mut self, bytes: usize, heading: &str, end: &str) -> String {
        let mut text = String::new();
        let mut at = 0;
        while text.len() < bytes {
            if at % 5 == 0 && !heading.is_empty() {
                let words = self.sentence(3);
                let _ = write!(text, "{heading}{words}{end}");
            }
            for _ in 0..4 {
                text.push_str(&self.sentence(12));
                text.push(' ');
            }
            text.push_str(end);
            at += 1;
        }
        text
    }

    fn table(&mut self) -> String {
        let mut text = "نام,قیمت,شرح\n".to_owned();
        for _ in 0..ROWS {
            let (name, about) = (self.sentence(2), self.sentence(10));
            let _ = writeln!(text, "{name},{},{about}", self.number());
        }
        text
    }

    fn page(&mut self) -> String {
        let menu = "<li><a href=\"/x\" class=\"menu-item\">منو</a></li>".repeat(50);
        let text = self.prose(
            TEXT,
            "</p><h2>",
            "</h2><p class=\"entry\" style=\"margin: 0\">",
        );
        format!(
            "<!DOCTYPE html><html lang=\"fa\"><head><title>راهنما</title></head><body>\
             <div><ul>{menu}</ul></div><div class=\"post\"><p>{text}</p></div></body></html>"
        )
    }

    fn docx(&mut self) -> anyhow::Result<Vec<u8>> {
        let run =
            "</w:t></w:r></w:p><w:p><w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr><w:t>";
        let text = self.prose(TEXT, "", run);
        let body = format!(
            "<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
        );
        packed(&[("word/document.xml".to_owned(), body)])
    }

    fn pptx(&mut self) -> anyhow::Result<Vec<u8>> {
        let (mut order, mut relations) = (String::new(), String::new());
        let mut parts = Vec::new();
        for at in 0..SLIDES {
            let _ = write!(order, "<p:sldId id=\"{at}\" r:id=\"r{at}\"/>");
            let _ = write!(
                relations,
                "<Relationship Id=\"r{at}\" Type=\"x/slide\" Target=\"slides/slide{at}.xml\"/>"
            );
            let title = self.sentence(4);
            let text = self.prose(TEXT / SLIDES, "", "</a:t></a:r></a:p><a:p><a:r><a:t>");
            let slide = format!(
                "<p:sld><p:sp><p:nvPr><p:ph type=\"title\"/></p:nvPr><a:p><a:r><a:t>{title}</a:t></a:r>\
                 </a:p></p:sp><p:sp><p:nvPr><p:ph/></p:nvPr><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp></p:sld>"
            );
            parts.push((format!("ppt/slides/slide{at}.xml"), slide));
        }
        let main = format!("<p:presentation>{order}</p:presentation>");
        let relations = format!("<Relationships>{relations}</Relationships>");
        parts.push(("ppt/presentation.xml".to_owned(), main));
        parts.push(("ppt/_rels/presentation.xml.rels".to_owned(), relations));
        packed(&parts)
    }

    fn xlsx(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut rows = String::new();
        for at in 1..=ROWS {
            let (name, about) = (self.sentence(2), self.sentence(10));
            let _ = write!(
                rows,
                "<row r=\"{at}\"><c r=\"A{at}\" t=\"str\"><v>{name}</v></c><c r=\"B{at}\"><v>{}</v></c>\
                 <c r=\"C{at}\" t=\"inlineStr\"><is><t>{about}</t></is></c></row>",
                self.number()
            );
        }
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        let list = "<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>";
        let relations = "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" \
                         Target=\"worksheets/sheet1.xml\"/></Relationships>";
        packed(&[
            ("xl/workbook.xml".to_owned(), list.to_owned()),
            (
                "xl/_rels/workbook.xml.rels".to_owned(),
                relations.to_owned(),
            ),
            ("xl/worksheets/sheet1.xml".to_owned(), sheet),
        ])
    }

    /// English, since a standard font has no Persian letters.
    fn pdf(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            String::new(),
        ];
        objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned());
        let mut kids = String::new();
        for _ in 0..PAGES {
            let number = objects.len() + 1;
            let _ = write!(kids, "{number} 0 R ");
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
                 /Resources << /Font << /F 3 0 R >> >> >>",
                number + 1
            ));
            let mut drawn = "BT /F 11 Tf 14 TL 50 800 Td\n".to_owned();
            for _ in 0..LINES_OF_PAGE {
                let line = "The order is delivered within some working days for a fee of";
                let _ = writeln!(drawn, "({line} {}.) Tj T*", self.number());
            }
            drawn.push_str("ET");
            let length = drawn.len();
            objects.push(format!(
                "<< /Length {length} >>\nstream\n{drawn}\nendstream"
            ));
        }
        if let Some(tree) = objects.get_mut(1) {
            *tree = format!("<< /Type /Pages /Count {PAGES} /Kids [{kids}] >>");
        }
        let mut text = "%PDF-1.4\n".to_owned();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (number, object) in (1..).zip(&objects) {
            writeln!(table, "{:010} 00000 n ", text.len())?;
            writeln!(text, "{number} 0 obj\n{object}\nendobj")?;
        }
        let (start, size) = (text.len(), objects.len() + 1);
        write!(
            text,
            "{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
        )?;
        Ok(text.into_bytes())
    }
}

/// An Office file of these parts.
fn packed(parts: &[(String, String)]) -> anyhow::Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("[Content_Types].xml", SimpleFileOptions::default())?;
    writer.write_all(b"<Types/>")?;
    for (name, text) in parts {
        writer.start_file(name.as_str(), SimpleFileOptions::default())?;
        writer.write_all(text.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}
