//! Whatever is sent, the answer says what is wrong with it, and is never our own failure.

use serde_json::{Value, json};

use crate::gateway::{Answer, Running, Visitor, text};

#[actix_web::test]
async fn wrong_input_is_told_and_never_a_failure() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let conversation = business.conversation(&site, "سلام").await;
    let messages = format!("/conversations/{conversation}/messages");
    let channel = format!("/channels/{}", text(&site["id"]));
    let long = "ل".repeat(5000);
    let cases: Vec<(&str, &str, Value, u16)> = vec![
        ("POST", "/channels", json!({}), 400),
        (
            "POST",
            "/channels",
            json!({"kind": "pigeon", "name": "x"}),
            400,
        ),
        ("POST", "/channels", json!({"kind": 7, "name": []}), 400),
        (
            "POST",
            "/channels",
            json!({"kind": "web", "name": " \u{0} "}),
            400,
        ),
        (
            "POST",
            "/channels",
            json!({"kind": "web", "name": long}),
            400,
        ),
        (
            "POST",
            "/channels",
            json!({"kind": "web", "name": "x", "token": "1:a"}),
            400,
        ),
        (
            "POST",
            "/channels",
            json!({"kind": "web", "name": "x", "allowed_origins": ["*"]}),
            400,
        ),
        (
            "POST",
            "/channels",
            json!({"kind": "telegram", "name": "x"}),
            400,
        ),
        (
            "POST",
            "/channels",
            json!({"kind": "telegram", "name": "x", "token": "../.."}),
            400,
        ),
        (
            "POST",
            "/channels",
            json!({"kind": "telegram", "name": "x", "token": "1:a", "api_url": "file:///etc"}),
            400,
        ),
        (
            "POST",
            "/channels",
            json!({"kind": "telegram", "name": "x", "token": "1:a", "api_url": "http://10.0.0.1"}),
            400,
        ),
        (
            "POST",
            "/channels",
            json!({"kind": "telegram", "name": "x", "token": "1:a", "mode": "webhook"}),
            400,
        ),
        ("PATCH", &channel, json!({"name": ""}), 400),
        ("PATCH", &channel, json!({"mode": "polling"}), 400),
        ("PATCH", &channel, json!([]), 400),
        (
            "POST",
            "/knowledge/documents",
            json!({"title": "", "text": ""}),
            400,
        ),
        ("POST", "/knowledge/documents", json!({"title": "x"}), 400),
        ("POST", "/knowledge/documents", json!("words"), 400),
        ("PUT", "/brand", json!({"register": "shouting"}), 400),
        ("PUT", "/brand", json!({"unknown": 1}), 400),
        ("PUT", "/brand", json!({"greeting": long}), 400),
        (
            "PUT",
            "/brand",
            json!({"banned_phrases": vec!["x"; 101]}),
            400,
        ),
        ("POST", &messages, json!({"text": ""}), 400),
        ("POST", &messages, json!({"text": long}), 400),
        (
            "POST",
            &messages,
            json!({"text": "x", "client_id": "a b"}),
            400,
        ),
        (
            "POST",
            &messages,
            json!({"text": "x", "client_id": ""}),
            400,
        ),
        ("POST", "/auth/sign-up", json!({"email": "x"}), 400),
        (
            "POST",
            "/auth/sign-up",
            json!({"email": "x", "password": "short", "business_name": "", "locale": "fa"}),
            400,
        ),
        (
            "POST",
            "/auth/sign-up",
            json!({"email": "a@b.c", "password": "0123456789", "business_name": "x", "locale": "de"}),
            400,
        ),
        (
            "POST",
            "/auth/sign-in",
            json!({"email": null, "password": 1}),
            400,
        ),
    ];
    for (method, path, body, status) in cases {
        let answer = business.send(method, path, body.clone()).await;
        assert_eq!(answer.status, status, "{method} {path} {body}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let broken = json!({"email": "x", "password": "short", "business_name": "", "locale": "fa"});
    let answer = business.send("POST", "/auth/sign-up", broken).await;
    let fields: Vec<_> = answer.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| text(&error["field"]))
        .collect();
    assert_eq!(
        fields,
        ["email", "business_name", "password"],
        "all mistakes at once"
    );
}

#[actix_web::test]
async fn wrong_queries_are_told() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let conversation = business.conversation(&site, "سلام").await;
    let lists = [
        "/channels".to_owned(),
        "/knowledge/documents".to_owned(),
        "/conversations".to_owned(),
        format!("/conversations/{conversation}/messages"),
    ];
    for list in lists {
        for query in [
            "limit=0",
            "limit=201",
            "limit=-1",
            "limit=x",
            "after=x",
            "after=%00",
        ] {
            let answer = business.ask("GET", &format!("{list}?{query}")).await;
            assert_eq!(answer.status, 400, "{list}?{query}: {answer:?}");
        }
        assert_eq!(
            business
                .ask("GET", &format!("{list}?limit=200&after="))
                .await
                .status,
            200
        );
    }
    for query in ["status=x", "after=99999999999999999999-cnv_1"] {
        assert_eq!(
            business
                .ask("GET", &format!("/conversations?{query}"))
                .await
                .status,
            400
        );
    }
    assert_eq!(business.ask("GET", "/events?after=x").await.status, 400);
}

#[actix_web::test]
async fn bodies_that_are_no_json_are_told() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let visitor = Visitor::of(&running, &site).await;
    let paths = [
        ("POST", "/channels", &business.token),
        ("POST", "/knowledge/documents", &business.token),
        ("PUT", "/brand", &business.token),
        ("POST", "/auth/sign-up", &business.token),
        ("POST", "/auth/sign-in", &business.token),
        ("POST", "/widget/messages", &visitor.token),
    ];
    let deep = "[".repeat(10_000);
    let bodies: [(&str, Vec<u8>, u16); 8] = [
        ("application/json", b"".to_vec(), 400),
        ("application/json", b"{".to_vec(), 400),
        ("application/json", b"\xff\xfe".to_vec(), 400),
        ("application/json", br#"{"text":"\ud800"}"#.to_vec(), 400),
        ("application/json", deep.into_bytes(), 400),
        ("application/json", b"null".to_vec(), 400),
        ("text/plain", b"{}".to_vec(), 415),
        ("application/json", vec![b' '; 5 * 1024 * 1024], 413),
    ];
    for (method, path, token) in paths {
        for (content_type, body, status) in &bodies {
            let request = running
                .request(method, path)
                .bearer_auth(token)
                .header("Content-Type", *content_type)
                .body(body.clone());
            let answer = Answer::to(request).await;
            assert_eq!(
                answer.status, *status,
                "{method} {path} {content_type}: {answer:?}"
            );
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
}

#[actix_web::test]
async fn a_visitor_is_told_too() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let visitor = Visitor::of(&running, &site).await;
    let long = "ل".repeat(4001);
    for (client_id, words) in [
        ("", "x"),
        ("a b", "x"),
        ("é", "x"),
        ("c", ""),
        ("c", " \u{0} "),
        ("c", long.as_str()),
    ] {
        visitor
            .says(client_id, words)
            .await
            .is_problem(400, "invalid");
    }
    visitor
        .says(&"c".repeat(65), "x")
        .await
        .is_problem(400, "invalid");
    assert_eq!(
        visitor
            .says(&"c".repeat(64), &"ل".repeat(4000))
            .await
            .status,
        202
    );
    for query in ["?limit=0", "?after=x"] {
        assert_eq!(visitor.messages(query).await.status, 400);
    }
    let unknown = format!("?after=msg_{}", "0".repeat(32));
    visitor
        .messages(&unknown)
        .await
        .is_problem(404, "not_found");
}

#[actix_web::test]
async fn unknown_addresses_are_not_found() {
    let running = Running::start().await;
    for path in [
        "/",
        "/nothing",
        "/channels/",
        "/widget/x/y/z",
        "/auth/sign-up/x",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = Answer::to(running.request(method, path)).await;
            assert!(
                (400..500).contains(&answer.status),
                "{method} {path}: {answer:?}"
            );
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{method} {path}"
            );
        }
    }
}
