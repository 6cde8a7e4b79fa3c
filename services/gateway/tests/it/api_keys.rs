//! Programs of a tenant's own, and what they push.

use serde_json::{Value, json};
use xin_contracts::messages::{ForgetDocument, IngestDocument};

use crate::gateway::{Answer, Business, Running, text};

async fn key(business: &Business<'_>, scopes: &[&str]) -> Value {
    let body = json!({"name": "فروشگاه", "scopes": scopes});
    let made = business.send("POST", "/api-keys", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.body
}

async fn send(running: &Running, key: &Value, method: &str, path: &str, body: Value) -> Answer {
    let request = running.request(method, path).bearer_auth(text(&key["key"]));
    Answer::to(request.json(&body)).await
}

#[actix_web::test]
async fn a_key_does_what_it_is_for_and_nothing_else() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let made = key(&business, &["products"]).await;
    assert!(text(&made["key"]).starts_with(&text(&made["prefix"])));
    let vase = json!({"name": "گلدان"});
    let put = send(&running, &made, "PUT", "/products/V1", vase.clone()).await;
    assert_eq!(put.status, 201, "{put:?}");
    assert_eq!(business.get("/products/V1").await["name"], "گلدان");
    let page = json!({"title": "x", "text": "y"});
    let by_reference = "/knowledge/documents/by-reference/1";
    let other = send(&running, &made, "PUT", by_reference, page).await;
    other.is_problem(403, "forbidden");
    for (method, path) in [
        ("GET", "/me"),
        ("GET", "/knowledge/documents"),
        ("GET", "/products"),
        ("GET", "/api-keys"),
        ("GET", "/conversations"),
    ] {
        let answer = send(&running, &made, method, path, json!({})).await;
        answer.is_problem(401, "unauthenticated");
    }
    let listed = business.get("/api-keys").await;
    assert!(listed["items"][0]["key"].is_null(), "shown once");
    assert!(listed["items"][0]["last_used_at"].is_string());
    let path = format!("/api-keys/{}", text(&made["id"]));
    assert_eq!(business.ask("DELETE", &path).await.status, 204);
    let after = send(&running, &made, "PUT", "/products/V1", vase).await;
    after.is_problem(401, "unauthenticated");
    let unknown = json!({"name": "x", "scopes": ["everything"]});
    let refused = business.send("POST", "/api-keys", unknown).await;
    refused.is_problem(400, "invalid");
}

#[actix_web::test]
async fn pushing_twice_is_pushing_once() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let made = key(&business, &["knowledge"]).await;
    let path = "/knowledge/documents/by-reference/page%2F1";
    let page = |words: &str| json!({"title": "ارسال", "markdown": words, "url": "https://a.ir/1"});
    let first = send(&running, &made, "PUT", path, page("# دو روز")).await;
    assert_eq!(first.status, 202, "{first:?}");
    assert_eq!(
        (
            &first.body["origin"],
            &first.body["reference"],
            &first.body["kind"]
        ),
        (&json!("api"), &json!("page/1"), &json!("markdown"))
    );
    let again = send(&running, &made, "PUT", path, page("# دو روز")).await;
    assert_eq!((again.status, &again.body["version"]), (200, &json!(1)));
    let changed = send(&running, &made, "PUT", path, page("# سه روز")).await;
    assert_eq!((changed.status, &changed.body["version"]), (202, &json!(2)));
    assert_eq!(changed.body["id"], first.body["id"]);
    assert_eq!(running.outbox::<IngestDocument>().await.len(), 2);
    let mut dated = page("# سه روز");
    dated["valid_until"] = json!("2027-01-01T00:00:00Z");
    let dated = send(&running, &made, "PUT", path, dated).await;
    assert_eq!(dated.status, 200, "{dated:?}");
    assert_eq!(dated.body["valid_until"], "2027-01-01T00:00:00Z");
    let twice = send(
        &running,
        &made,
        "PUT",
        "/knowledge/documents/by-reference/2",
        page("# سه روز"),
    );
    twice.await.is_problem(409, "duplicate_document");
    for wrong in [
        json!({"title": "x"}),
        json!({"title": "x", "text": "a", "html": "b"}),
        json!({"title": "x", "text": "a", "url": "javascript:1"}),
        json!({"title": "x", "text": "a", "valid_from": "2027-01-01T00:00:00Z",
               "valid_until": "2026-01-01T00:00:00Z"}),
    ] {
        let refused = send(&running, &made, "PUT", path, wrong).await;
        refused.is_problem(400, "invalid");
    }
    assert_eq!(
        send(&running, &made, "DELETE", path, json!({}))
            .await
            .status,
        204
    );
    let gone = send(&running, &made, "DELETE", path, json!({})).await;
    gone.is_problem(404, "not_found");
    assert_eq!(running.outbox::<ForgetDocument>().await.len(), 1);
}
