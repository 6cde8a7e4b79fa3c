//! Web pages of many makes.

use url::Url;
use xin_documents::html::{HtmlPage, page};
use xin_documents::parse;

fn read(html: &str) -> HtmlPage {
    let url = Url::parse("https://shop.example/a/b?x=1").unwrap();
    page(html.as_bytes(), None, Some(&url)).unwrap()
}

#[test]
fn a_page_says_what_a_crawler_needs() {
    let found = read(
        r#"<html lang="fa-IR"><head><title> فروشگاه
        گل </title><link rel="Canonical" href="/a/b"><meta name="ROBOTS" content="NoIndex, nofollow">
        <base href="/base/"></head><body><a href="c#top">c</a> <a href="c">c</a>
        <a href="https://other.example/x?y#z">x</a> <a href="mailto:a@b.c">m</a>
        <a href="javascript:alert(1)">j</a> <a href="//cdn.example/f">f</a> <a href=" ">e</a>
        <a href="http://[bad">b</a> متن</body></html>"#,
    );
    assert_eq!(found.title, "فروشگاه گل");
    assert_eq!(found.language.as_deref(), Some("fa"));
    let links: Vec<_> = found.links.iter().map(Url::as_str).collect();
    let wanted = [
        "https://shop.example/base/c",
        "https://other.example/x?y",
        "https://cdn.example/f",
    ];
    assert_eq!(links, wanted);
    assert_eq!(
        found.canonical.unwrap().as_str(),
        "https://shop.example/a/b"
    );
    assert!(found.no_index && found.no_follow);

    let plain = page(b"<h1>hi</h1><a href='/rel'>x</a>", None, None).unwrap();
    assert_eq!((plain.title.as_str(), plain.links.len()), ("hi", 0));
    assert!(!plain.no_index && plain.language.is_none());
}

#[test]
fn a_page_without_landmarks_keeps_its_article() {
    let menu = "<li><a href='/x'>دسته‌بندی کالاها</a></li>".repeat(15);
    let body =
        "<p>هزینهٔ ارسال به همهٔ شهرها یکسان است، و سفارش‌ها هر روز فرستاده می‌شوند.</p>".repeat(12);
    let html = format!(
        "<html><head><title>ارسال</title></head><body><div class='menu'><ul>{menu}</ul></div>\
         <div class='post'><h1>راهنمای ارسال</h1>{body}</div>\
         <div class='copyright'>همهٔ حقوق محفوظ است</div></body></html>"
    );
    let text = read(&html).markdown;
    assert!(
        text.contains("# راهنمای ارسال") && text.contains("هزینهٔ ارسال به"),
        "{text}"
    );
    assert!(!text.contains("دسته‌بندی"), "{text}");
}

#[test]
fn questions_that_open_are_kept() {
    let html = "<body><h2>پرسش‌ها</h2><div hidden><button>مهلت بازگشت؟</button><p>۱۰ روز</p></div>\
        <dl><dt>گارانتی</dt><dd>دو سال</dd></dl><ol start=3><li>یک<ul><li>دو</ul><li>سه</ol>\
        <pre>a\n b</pre><p>x<br>y</p><table role=presentation><tr><td>چپ</td><td>راست</td></tr></table>";
    let wanted = "## پرسش‌ها\n\nمهلت بازگشت؟\n\n۱۰ روز\n\nگارانتی\n\nدو سال\n\n\
        3. یک\n  - دو\n4. سه\n\na\nb\n\nx\ny\n\nچپ راست\n";
    assert_eq!(read(html).markdown, wanted);
}

#[test]
fn encodings_are_declared_in_three_places() {
    let (persian, ..) = encoding_rs::WINDOWS_1256.encode("<p>هزينه ارسال</p>");
    let found = page(&persian, Some("text/html; charset=windows-1256"), None).unwrap();
    assert_eq!(found.markdown, "هزينه ارسال\n");
    let declared = [&b"<meta charset='windows-1256'>"[..], &persian].concat();
    assert_eq!(
        page(&declared, None, None).unwrap().markdown,
        "هزينه ارسال\n"
    );
    let old = b"<meta http-equiv=Content-Type content='text/html; charset=windows-1256'>";
    let declared = [&old[..], &persian].concat();
    assert_eq!(
        page(&declared, None, None).unwrap().markdown,
        "هزينه ارسال\n"
    );
    // Undeclared, its letters tell.
    assert_eq!(
        page(&persian, None, None).unwrap().markdown,
        "هزينه ارسال\n"
    );
    let utf_8 = "<meta charset=windows-1256><p>هزینه</p>";
    assert_eq!(read(utf_8).markdown, "هزینه\n");
    assert!(parse(&persian, Some("a.html")).is_ok());
}

#[test]
fn scripts_are_never_text() {
    let html = "<body><p>متن</p><script>var a = '<p>no</p>'</script><style>p{}</style>\
        <noscript>no</noscript><template><p>no</p></template><iframe>no</iframe>\
        <svg><text>no</text></svg><div onclick='no()'>بس</div><!-- no --><textarea>no</textarea>";
    assert_eq!(read(html).markdown, "متن\n\nبس\n");
}
