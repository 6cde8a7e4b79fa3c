//! What documents were cut into, and the end of all knowledge.

use serde_json::json;
use xin_contracts::messages::{ForgetKnowledge, ReindexPassage};
use xin_domain::{Clock, DocumentId};
use xin_storage::tenant::StoredChunk;

use crate::gateway::{Business, Running, text};

/// A document that is cut and ready, as the ingest leaves it.
async fn ready(business: &Business<'_>) -> DocumentId {
    let document = business.document("هزینه ارسال ۴۵ هزار تومان است").await;
    let id: DocumentId = text(&document["id"]).parse().unwrap();
    let tx = business
        .running
        .database
        .tenant(business.tenant())
        .await
        .unwrap();
    let chunks: Vec<_> = (0..3)
        .map(|ordinal| StoredChunk {
            document_id: id,
            version: 1,
            ordinal,
            heading_path: vec!["ارسال".to_owned()],
            page: None,
            language: "fa".to_owned(),
            text: format!("متن {ordinal}"),
            original_hash: ordinal.to_string(),
            is_edited: false,
            is_disabled: false,
        })
        .collect();
    tx.chunks().add(&chunks).await.unwrap();
    let now = business.running.clock.now();
    tx.documents().complete(id, 1, 3, now).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[actix_web::test]
async fn passages_are_listed_and_changed() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let id = ready(&business).await;
    let path = format!("/knowledge/documents/{id}/chunks");
    let first = business.get(&format!("{path}?limit=2")).await;
    assert_eq!(first["items"][1]["text"], "متن 1");
    let next = text(&first["next"]);
    let rest = business.get(&format!("{path}?after={next}")).await;
    assert_eq!(
        (rest["items"][0]["ordinal"].as_i64(), &rest["next"]),
        (Some(2), &json!(null))
    );
    let one = format!("{path}/1");
    let edited = business.send("PATCH", &one, json!({"text": "نو"})).await;
    assert_eq!(
        (&edited.body["text"], &edited.body["edited"]),
        (&json!("نو"), &json!(true))
    );
    let disabled = business
        .send("PATCH", &one, json!({"disabled": true}))
        .await;
    assert_eq!(
        (&disabled.body["text"], &disabled.body["disabled"]),
        (&json!("نو"), &json!(true))
    );
    let told = running.outbox::<ReindexPassage>().await;
    assert_eq!((told.len(), told[0].1.ordinal), (2, 1));
    for (path, body) in [(format!("{path}/9"), "x"), (format!("{path}/-1"), "x")] {
        let missing = business.send("PATCH", &path, json!({"text": body})).await;
        missing.is_problem(404, "not_found");
    }
    let empty = business.send("PATCH", &one, json!({"text": " "})).await;
    empty.is_problem(400, "invalid");
    let faq = json!({"question": "چه؟", "answer": "این"});
    let faq = business.send("POST", "/knowledge/faqs", faq).await;
    let path = format!("/knowledge/documents/{}/chunks/0", text(&faq.body["id"]));
    let record = business.send("PATCH", &path, json!({"text": "x"})).await;
    record.is_problem(409, "is_a_record");
}

#[actix_web::test]
async fn validity_is_set_and_taken_away() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let path = format!("/knowledge/documents/{}", ready(&business).await);
    let until = json!({"valid_until": "2027-01-01T00:00:00Z"});
    let set = business.send("PATCH", &path, until).await;
    assert_eq!(set.body["valid_until"], "2027-01-01T00:00:00Z", "{set:?}");
    let same = business.send("PATCH", &path, json!({})).await;
    assert_eq!(same.body["valid_until"], "2027-01-01T00:00:00Z");
    let late = json!({"valid_from": "2028-01-01T00:00:00Z"});
    business
        .send("PATCH", &path, late)
        .await
        .is_problem(400, "invalid");
    let gone = business
        .send("PATCH", &path, json!({"valid_until": null}))
        .await;
    assert!(gone.body["valid_until"].is_null());
}

#[actix_web::test]
async fn all_knowledge_goes_when_it_is_meant() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    ready(&business).await;
    business
        .send("PUT", "/products/V1", json!({"name": "گلدان"}))
        .await;
    let wrong = json!({"business_name": "دیگری"});
    let refused = business.send("DELETE", "/knowledge", wrong).await;
    refused.is_problem(400, "invalid");
    let meant = json!({"business_name": "فروشگاه گلستان"});
    let done = business.send("DELETE", "/knowledge", meant).await;
    assert_eq!(done.status, 204, "{done:?}");
    for path in ["/knowledge/documents", "/knowledge/faqs", "/products"] {
        assert_eq!(business.get(path).await["items"], json!([]), "{path}");
    }
    assert_eq!(running.outbox::<ForgetKnowledge>().await.len(), 1);
}
