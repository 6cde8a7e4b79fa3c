//! What the AI answers from.

use chrono::TimeDelta;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use xin_contracts::messages::{ForgetDocument, IngestDocument};

use crate::gateway::{Answer, Business, Running, text};

async fn upload(business: &Business<'_>, form: Form) -> Answer {
    Answer::to(
        business
            .request("POST", "/knowledge/documents")
            .multipart(form),
    )
    .await
}

fn file(name: &str, bytes: &[u8]) -> Form {
    Form::new().part(
        "file",
        Part::bytes(bytes.to_vec()).file_name(name.to_owned()),
    )
}

#[actix_web::test]
async fn words_become_a_document_that_waits_to_be_indexed() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let document = business.document("هزینه ارسال ۴۵ هزار تومان است").await;
    assert_eq!(document["state"], "queued");
    assert_eq!(document["kind"], "text");
    assert_eq!(document["passages"], 0);
    assert!(document["error"].is_null());
    let outbox = running.outbox::<IngestDocument>().await;
    let [(envelope, command)] = outbox.as_slice() else {
        panic!("{outbox:?}")
    };
    assert_eq!(command.document_id, text(&document["id"]));
    assert_eq!(command.version, 1);
    assert_eq!(envelope.ordering_key, command.document_id);
    let path = format!("/knowledge/documents/{}", command.document_id);
    assert_eq!(business.get(&path).await, document);
}

#[actix_web::test]
async fn files_are_known_by_their_content() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let cases: [(&str, &[u8], &str, &str); 3] = [
        (
            "return_policy.pdf",
            b"%PDF-1.7\n\0\0",
            "pdf",
            "return policy",
        ),
        ("راهنما.md", "# ارسال".as_bytes(), "markdown", "راهنما"),
        ("prices.txt", "قیمت‌ها".as_bytes(), "text", "prices"),
    ];
    for (name, bytes, kind, title) in cases {
        let answer = upload(&business, file(name, bytes)).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        assert_eq!(
            (&answer.body["kind"], &answer.body["title"]),
            (&json!(kind), &json!(title))
        );
        assert_eq!(answer.body["bytes"], bytes.len());
    }
    running.clock.advance(TimeDelta::seconds(1));
    let titled = file("a.txt", b"more words").text("title", "عنوان");
    assert_eq!(upload(&business, titled).await.body["title"], "عنوان");
    let listed = business.get("/knowledge/documents?limit=3").await;
    assert_eq!(listed["items"][0]["title"], "عنوان", "newest first");
    assert!(listed["next"].is_string());
}

#[actix_web::test]
async fn what_cannot_be_used_is_refused_at_once() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let zip = upload(&business, file("a.docx", b"PK\x03\x04\0\0")).await;
    zip.is_problem(400, "invalid");
    assert_eq!(zip.body["errors"][0]["code"], "unsupported_format");
    upload(&business, file("a.txt", b""))
        .await
        .is_problem(400, "invalid");
    upload(&business, Form::new().text("title", "x"))
        .await
        .is_problem(400, "invalid");
    let large = upload(&business, file("a.txt", &vec![b'x'; 64 * 1024 + 1])).await;
    large.is_problem(413, "too_large");
    assert_eq!(
        upload(&business, file("b.txt", &vec![b'x'; 64 * 1024]))
            .await
            .status,
        202
    );
    let cut = business
        .request("POST", "/knowledge/documents")
        .header("Content-Type", "multipart/form-data; boundary=x")
        .body("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf");
    Answer::to(cut).await.is_problem(400, "invalid_form");
    let without = business
        .request("POST", "/knowledge/documents")
        .header("Content-Type", "multipart/form-data")
        .body("--x");
    Answer::to(without).await.is_problem(400, "invalid_form");
}

#[actix_web::test]
async fn the_same_content_twice_points_to_the_first() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let first = business.document("همان متن").await;
    let again = upload(&business, file("a.txt", "همان متن".as_bytes())).await;
    again.is_problem(409, "duplicate_document");
    assert!(
        text(&again.body["detail"]).contains(&text(&first["id"])),
        "{again:?}"
    );
    assert_eq!(running.outbox::<IngestDocument>().await.len(), 1);
    // What was deleted may be given again.
    let path = format!("/knowledge/documents/{}", text(&first["id"]));
    assert_eq!(business.ask("DELETE", &path).await.status, 204);
    business.document("همان متن").await;
}

#[actix_web::test]
async fn what_is_deleted_is_gone_at_once() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let document = business.document("محرمانه").await;
    let path = format!("/knowledge/documents/{}", text(&document["id"]));
    assert_eq!(business.ask("DELETE", &path).await.status, 204);
    business
        .ask("GET", &path)
        .await
        .is_problem(404, "not_found");
    business
        .ask("DELETE", &path)
        .await
        .is_problem(404, "not_found");
    assert_eq!(
        business.get("/knowledge/documents").await["items"],
        json!([])
    );
    let forgotten = running.outbox::<ForgetDocument>().await;
    assert_eq!(forgotten[0].1.document_id, text(&document["id"]));
}

#[actix_web::test]
async fn the_voice_is_set_whole() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let voice = json!({
        "assistant_name": "گلی", "tone": "گرم", "register": "informal", "greeting": "سلام!",
        "sign_off": "", "handoff_message": "همکارم پاسخ می‌دهد", "banned_phrases": ["ارزان", " "],
    });
    let set = business.send("PUT", "/brand", voice).await;
    assert_eq!(set.body["banned_phrases"], json!(["ارزان"]));
    assert_eq!(business.get("/brand").await, set.body);
    let reset = business.send("PUT", "/brand", json!({})).await.body;
    assert_eq!(
        (&reset["tone"], &reset["register"]),
        (&json!(""), &json!("formal"))
    );
}
