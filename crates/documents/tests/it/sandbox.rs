//! Files that are read in a process of their own.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;
use xin_documents::sandbox::{Limits, ParseError, Parser};
use xin_documents::{ParseFailure, parse, table};

use crate::fixtures::{ENGLISH, PERSIAN, named};

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_xin-parse-worker"))
}

fn parser(limits: Limits) -> Parser {
    Parser::new(program(), limits)
}

fn failure<T: std::fmt::Debug>(answer: Result<T, ParseError>) -> ParseFailure {
    match answer {
        Err(ParseError::Unusable(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_process_answers_what_the_library_does() {
    let parser = parser(Limits::default());
    for fixture in PERSIAN.iter().chain(ENGLISH) {
        let here = parse(fixture.bytes, Some(fixture.name)).unwrap();
        let there = parser
            .parse(fixture.bytes, Some(fixture.name))
            .await
            .unwrap();
        assert_eq!(there, here, "{}", fixture.name);
    }
    let workbook = named(PERSIAN, "prices.xlsx");
    let there = parser
        .table(workbook.bytes, Some(workbook.name))
        .await
        .unwrap();
    assert_eq!(
        there,
        table::read(workbook.bytes, Some(workbook.name)).unwrap()
    );
    let page = named(PERSIAN, "delivery.html");
    let url = Url::parse("https://negarin.example/delivery").unwrap();
    let there = parser
        .page(page.bytes, Some("text/html"), Some(&url))
        .await
        .unwrap();
    assert_eq!(there.links[0].as_str(), "https://negarin.example/");
    assert_eq!(there.title, "ارسال سفارش | فروشگاه نگارین");
    let refused = failure(parser.parse(b"%PDF-1.7 broken", None).await);
    assert_eq!(refused, parse(b"%PDF-1.7 broken", None).unwrap_err());
}

#[tokio::test]
async fn want_of_memory_is_told() {
    let parser = parser(Limits {
        memory_bytes: 16 * 1_024 * 1_024,
        ..Limits::default()
    });
    let page = format!("<!doctype html>{}", "<p>سلام دنیا</p>".repeat(400_000));
    let failure = failure(parser.parse(page.as_bytes(), None).await);
    assert_eq!(failure.code, "too_much_memory", "{}", failure.message);
}

#[tokio::test]
async fn want_of_time_is_told() {
    let parser = parser(Limits {
        time: Duration::from_millis(1),
        ..Limits::default()
    });
    let pdf = named(PERSIAN, "returns.pdf");
    let failure = failure(parser.parse(pdf.bytes, None).await);
    assert_eq!(failure.code, "took_too_long", "{}", failure.message);
}

#[tokio::test]
async fn another_program_is_our_fault_and_not_the_files() {
    let pdf = named(PERSIAN, "returns.pdf");
    for program in ["/nowhere/at/all", "/bin/true"] {
        let parser = Parser::new(PathBuf::from(program), Limits::default());
        let answer = parser.parse(pdf.bytes, None).await;
        assert!(
            matches!(answer, Err(ParseError::Unavailable(_))),
            "{answer:?}"
        );
    }
    let parser = Parser::new(PathBuf::from("/bin/false"), Limits::default());
    let failure = failure(parser.parse(pdf.bytes, None).await);
    assert_eq!(failure.code, "parser_crashed");
}
