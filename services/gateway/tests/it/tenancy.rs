//! Another tenant's things are not found, on every route that takes an id.

use serde_json::{Value, json};
use xin_domain::Author;

use crate::gateway::{Running, text};

/// Every route with an id: the method, the path with `{}` for the id, the kind of id, a body.
fn routes() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let none = || Value::Null;
    vec![
        ("GET", "/channels/{}", "channel", none()),
        ("PATCH", "/channels/{}", "channel", json!({"name": "taken"})),
        ("DELETE", "/channels/{}", "channel", none()),
        ("GET", "/knowledge/documents/{}", "document", none()),
        ("DELETE", "/knowledge/documents/{}", "document", none()),
        ("PATCH", "/knowledge/documents/{}", "document", json!({})),
        ("GET", "/knowledge/documents/{}/chunks", "document", none()),
        (
            "PATCH",
            "/knowledge/documents/{}/chunks/0",
            "document",
            json!({"disabled": true}),
        ),
        (
            "GET",
            "/knowledge/documents/{}/phrasings",
            "document",
            none(),
        ),
        (
            "POST",
            "/knowledge/documents/{}/phrasings",
            "document",
            json!({"question": "taken"}),
        ),
        ("GET", "/knowledge/faqs/{}", "document", none()),
        (
            "PUT",
            "/knowledge/faqs/{}",
            "document",
            json!({"question": "taken", "answer": "taken"}),
        ),
        ("DELETE", "/knowledge/faqs/{}", "document", none()),
        ("DELETE", "/api-keys/{}", "key", none()),
        ("GET", "/knowledge/websites/{}", "website", none()),
        ("GET", "/knowledge/websites/{}/pages", "website", none()),
        (
            "PATCH",
            "/knowledge/websites/{}",
            "website",
            json!({"max_pages": 1}),
        ),
        ("POST", "/knowledge/websites/{}/refresh", "website", none()),
        ("DELETE", "/knowledge/websites/{}", "website", none()),
        ("GET", "/conversations/{}", "conversation", none()),
        ("GET", "/conversations/{}/messages", "conversation", none()),
        (
            "POST",
            "/conversations/{}/messages",
            "conversation",
            json!({"text": "taken"}),
        ),
        (
            "POST",
            "/conversations/{}/take-over",
            "conversation",
            none(),
        ),
        (
            "POST",
            "/conversations/{}/hand-back",
            "conversation",
            none(),
        ),
        ("POST", "/conversations/{}/resolve", "conversation", none()),
        ("GET", "/ai/playground/{}", "trial", none()),
        ("POST", "/knowledge/gaps/{}/resolve", "gap", none()),
    ]
}

#[actix_web::test]
async fn what_belongs_to_another_is_not_found() {
    let running = Running::start().await;
    let golestan = running.sign_up("golestan@example.com").await;
    let baran = running.sign_up("baran@example.com").await;
    let site = golestan.site(&[]).await;
    let document = golestan.document("کد تخفیف زعفران۴۲ است").await;
    let key = json!({"name": "فروشگاه", "scopes": ["knowledge"]});
    let key = golestan.send("POST", "/api-keys", key).await.body;
    let faq = json!({"question": "کد؟", "answer": "زعفران۴۲"});
    let faq = golestan.send("POST", "/knowledge/faqs", faq).await.body;
    let product = json!({"name": "زعفران"});
    golestan.send("PUT", "/products/V-1", product).await;
    let pushed = json!({"title": "زعفران", "text": "زعفران۴۲"});
    let by_reference = "/knowledge/documents/by-reference/42";
    golestan.send("PUT", by_reference, pushed).await;
    let website = golestan.website("https://golestan.example/").await;
    let conversation = golestan.conversation(&site, "سلام").await;
    let message = golestan.says(conversation, Author::Ai, "بفرمایید").await;
    let trial = golestan.trial("کد تخفیف زعفران۴۲ است؟").await;
    let gap = golestan.gap(conversation, message, "کد زعفران۴۲؟").await;
    let id_of = |kind: &str| match kind {
        "channel" => text(&site["id"]),
        "document" => text(&document["id"]),
        "key" => text(&key["id"]),
        "website" => text(&website["id"]),
        "trial" => text(&trial["id"]),
        "gap" => gap.to_string(),
        _ => conversation.to_string(),
    };
    let state = async || {
        let paths = [
            "/channels",
            "/knowledge/documents",
            "/knowledge/faqs",
            "/products",
            "/api-keys",
            "/knowledge/websites",
            "/conversations",
            "/knowledge/gaps",
        ]
        .map(str::to_owned);
        let messages = format!("/conversations/{conversation}/messages");
        let mut all = Vec::new();
        for path in paths.into_iter().chain([messages]) {
            all.push(golestan.get(&path).await);
        }
        all
    };
    let before = state().await;
    for (method, path, kind, body) in routes() {
        let unknown = format!("{}_{}", &id_of(kind)[..3], "0".repeat(32));
        for id in [
            id_of(kind),
            unknown,
            "nonsense".to_owned(),
            "%00".to_owned(),
        ] {
            let path = path.replace("{}", &id);
            let answer = baran.send(method, &path, body.clone()).await;
            assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
            answer.is_problem(404, "not_found");
            assert!(!answer.body.to_string().contains("زعفران"));
        }
    }
    // Keys of one's own naming, pairs, and messages within conversations.
    let (faq, conversation_path) = (text(&faq["id"]), format!("/conversations/{conversation}"));
    let words = json!({"question": "taken", "answer": "taken"});
    for (method, path) in [
        ("GET", "/products/V-1".to_owned()),
        ("DELETE", "/products/V-1".to_owned()),
        ("DELETE", by_reference.to_owned()),
        ("GET", format!("/knowledge/faqs/{faq}")),
        ("PUT", format!("/knowledge/faqs/{faq}")),
        ("DELETE", format!("/knowledge/faqs/{faq}")),
        (
            "POST",
            format!("{conversation_path}/messages/{message}/correction"),
        ),
        (
            "POST",
            format!("{conversation_path}/messages/{message}/confirmation"),
        ),
    ] {
        let answer = baran.send(method, &path, words.clone()).await;
        answer.is_problem(404, "not_found");
    }
    for path in [
        "/channels",
        "/knowledge/documents",
        "/knowledge/faqs",
        "/products",
        "/api-keys",
        "/knowledge/websites",
        "/conversations",
        "/knowledge/gaps",
        "/ai/settings/versions",
    ] {
        assert_eq!(baran.get(path).await["items"], json!([]), "{path}");
    }
    let name = json!({"business_name": "فروشگاه گلستان"});
    let emptied = baran.send("DELETE", "/knowledge", name).await;
    assert_eq!(emptied.status, 204, "{emptied:?}");
    assert_eq!(state().await, before);

    // A foreign message as a cursor, in a conversation of one's own.
    let own_site = baran.site(&[]).await;
    let own = baran.conversation(&own_site, "سلام").await;
    let path = format!("/conversations/{own}/messages?after={message}");
    baran.ask("GET", &path).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn the_same_content_of_two_tenants_is_two_documents() {
    let running = Running::start().await;
    let golestan = running.sign_up("golestan@example.com").await;
    let baran = running.sign_up("baran@example.com").await;
    let first = golestan.document("همان متن").await;
    let second = baran.document("همان متن").await;
    assert_ne!(first["id"], second["id"]);
}

#[actix_web::test]
async fn without_a_token_every_route_is_shut() {
    let running = Running::start().await;
    let more = [
        ("GET", "/me"),
        ("GET", "/channels"),
        ("POST", "/channels"),
        ("GET", "/knowledge/documents"),
        ("POST", "/knowledge/documents"),
        ("DELETE", "/knowledge"),
        ("GET", "/knowledge/faqs"),
        ("POST", "/knowledge/faqs"),
        ("POST", "/knowledge/faqs/import"),
        ("PUT", "/knowledge/documents/by-reference/x"),
        ("DELETE", "/knowledge/documents/by-reference/x"),
        ("GET", "/products"),
        ("POST", "/products/batch"),
        ("POST", "/products/import"),
        ("GET", "/products/x"),
        ("PUT", "/products/x"),
        ("DELETE", "/products/x"),
        ("GET", "/api-keys"),
        ("POST", "/api-keys"),
        ("GET", "/knowledge/websites"),
        ("POST", "/knowledge/websites"),
        ("GET", "/brand"),
        ("PUT", "/brand"),
        ("GET", "/ai/settings"),
        ("PUT", "/ai/settings"),
        ("POST", "/ai/settings/publish"),
        ("GET", "/ai/settings/versions"),
        ("POST", "/ai/settings/versions/1/restore"),
        ("POST", "/ai/playground"),
        ("GET", "/knowledge/gaps"),
        ("GET", "/ai/models"),
        ("PUT", "/ai/models/chat"),
        ("POST", "/ai/models/test"),
        ("GET", "/ai/budgets"),
        ("PUT", "/ai/budgets"),
        ("GET", "/ai/usage"),
        ("GET", "/conversations"),
        ("GET", "/events"),
        ("GET", "/widget/messages"),
        ("POST", "/widget/messages"),
        ("GET", "/widget/socket"),
    ];
    let with_ids = routes()
        .into_iter()
        .map(|(method, path, _, _)| (method, path));
    for (method, path) in more.into_iter().chain(with_ids) {
        for token in [None, Some("nonsense"), Some("a.b.c")] {
            let mut request = running.request(method, path).json(&json!({}));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let answer = crate::gateway::Answer::to(request).await;
            assert_eq!(answer.status, 401, "{method} {path}: {answer:?}");
            answer.is_problem(401, "unauthenticated");
        }
    }
}
