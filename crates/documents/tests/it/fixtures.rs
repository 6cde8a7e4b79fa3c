//! The files of the format walkthrough; `make.sh` beside them tells how they were made.

use xin_documents::SourceKind;

/// A file that a real program wrote.
#[derive(Clone, Copy, Debug)]
pub struct Fixture {
    pub name: &'static str,
    pub kind: SourceKind,
    pub bytes: &'static [u8],
}

macro_rules! fixtures {
    ($($name:ident: [$(($file:literal, $kind:ident)),+ $(,)?], $folder:literal;)+) => {
        $(pub const $name: &[Fixture] = &[$(Fixture {
            name: $file,
            kind: SourceKind::$kind,
            bytes: include_bytes!(concat!(
                "../../../../services/xin/tests/fixtures/formats/", $folder, "/", $file
            )),
        }),+];)+
    };
}

fixtures! {
    PERSIAN: [
        ("returns.pdf", Pdf),
        ("warranty.pdf", Pdf),
        ("installation.docx", Docx),
        ("club.pptx", Pptx),
        ("prices.xlsx", Xlsx),
        ("branches.csv", Csv),
        ("delivery.html", Html),
        ("support.txt", Text),
        ("gift-card.md", Markdown),
    ], "fa";
    ENGLISH: [
        ("returns.pdf", Pdf),
        ("warranty.pdf", Pdf),
        ("installation.docx", Docx),
        ("club.pptx", Pptx),
        ("prices.xlsx", Xlsx),
        ("branches.csv", Csv),
        ("delivery.html", Html),
        ("support.txt", Text),
        ("gift-card.md", Markdown),
    ], "en";
}

/// The file of that name.
pub fn named(fixtures: &[Fixture], name: &str) -> Fixture {
    let mut found = fixtures.iter().filter(|fixture| fixture.name == name);
    *found.next().unwrap()
}
