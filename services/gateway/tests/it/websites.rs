//! Websites that knowledge comes from.

use serde_json::{Value, json};
use xin_contracts::messages::{CrawlWebsite, ForgetDocument};
use xin_domain::{Clock, DocumentId, DocumentOrigin, IdSource, RandomIds, WebsiteId};
use xin_storage::tenant::{FoundPage, NewDocument};

use crate::gateway::{Business, Running, text};

const PATH: &str = "/knowledge/websites";

/// The website's run is over, as the crawler ends it.
async fn ended(business: &Business<'_>, id: WebsiteId) {
    let now = business.running.clock.now();
    let tx = business
        .running
        .database
        .tenant(business.tenant())
        .await
        .unwrap();
    let website = tx.websites().get(id).await.unwrap().unwrap();
    tx.websites()
        .end_run(&website, None, None, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[actix_web::test]
async fn a_website_is_taken_in_and_read_at_once() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let body = json!({
        "start_url": "example.com/فروشگاه?utm_source=x#top", "include": ["/فروشگاه*", " "],
        "max_pages": 40, "every_hours": null,
    });
    let answer = business.send("POST", PATH, body).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let website = answer.body;
    let encoded = "https://example.com/%D9%81%D8%B1%D9%88%D8%B4%DA%AF%D8%A7%D9%87";
    assert_eq!(website["start_url"], encoded);
    assert_eq!(website["include"], json!(["/فروشگاه*"]));
    assert_eq!(
        (&website["mode"], &website["state"]),
        (&json!("crawl"), &json!("queued"))
    );
    assert_eq!(
        (&website["max_depth"], &website["max_pages"]),
        (&json!(3), &json!(40))
    );
    assert_eq!(website["every_hours"], Value::Null);
    assert_eq!(website["counts"]["found"], 0);
    let outbox = running.outbox::<CrawlWebsite>().await;
    let [(envelope, command)] = outbox.as_slice() else {
        panic!("{outbox:?}")
    };
    assert_eq!(
        (command.website_id.clone(), command.run),
        (text(&website["id"]), 1)
    );
    assert_eq!(envelope.ordering_key, business.tenant().to_string());
    let path = format!("{PATH}/{}", command.website_id);
    assert_eq!(business.get(&path).await, website);
    assert_eq!(business.get(PATH).await["items"], json!([website]));
    let again = json!({"start_url": encoded});
    business
        .send("POST", PATH, again)
        .await
        .is_problem(409, "duplicate_website");
}

#[actix_web::test]
async fn what_is_wrong_with_a_website_is_told() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let long = format!("https://example.com/{}", "a".repeat(2001));
    let many = vec!["/a"; 51];
    for (body, field, code) in [
        (json!({"start_url": ""}), "start_url", "invalid_url"),
        (
            json!({"start_url": "/etc/passwd"}),
            "start_url",
            "invalid_url",
        ),
        (
            json!({"start_url": "file:///etc/passwd"}),
            "start_url",
            "invalid_url",
        ),
        (
            json!({"start_url": "https://a:b@example.com"}),
            "start_url",
            "invalid_url",
        ),
        (json!({"start_url": long}), "start_url", "invalid_url"),
        (
            json!({"start_url": "http://localhost:8080/"}),
            "start_url",
            "private_address",
        ),
        (
            json!({"start_url": "http://169.254.169.254/"}),
            "start_url",
            "private_address",
        ),
        (
            json!({"start_url": "http://2130706433/"}),
            "start_url",
            "private_address",
        ),
        (
            json!({"start_url": "http://[::1]/"}),
            "start_url",
            "private_address",
        ),
        (
            json!({"start_url": "http://rabbitmq/"}),
            "start_url",
            "private_address",
        ),
        (
            json!({"start_url": "a.example", "include": ["blog"]}),
            "include",
            "invalid_pattern",
        ),
        (
            json!({"start_url": "a.example", "exclude": many}),
            "exclude",
            "too_many",
        ),
        (
            json!({"start_url": "a.example", "max_depth": 11}),
            "max_depth",
            "out_of_range",
        ),
        (
            json!({"start_url": "a.example", "max_pages": 0}),
            "max_pages",
            "out_of_range",
        ),
        (
            json!({"start_url": "a.example", "every_hours": 0}),
            "every_hours",
            "out_of_range",
        ),
    ] {
        let answer = business.send("POST", PATH, body.clone()).await;
        answer.is_problem(400, "invalid");
        let error = &answer.body["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{body}"
        );
    }
    for body in [
        json!({}),
        json!([]),
        json!({"start_url": 7}),
        json!({"start_url": "a.example", "mode": "guess"}),
    ] {
        assert_eq!(business.send("POST", PATH, body).await.status, 400);
    }
    for number in 0..20 {
        business
            .website(&format!("https://{number}.example/"))
            .await;
    }
    let one_more = json!({"start_url": "https://more.example/"});
    business
        .send("POST", PATH, one_more)
        .await
        .is_problem(409, "too_many_websites");
}

#[actix_web::test]
async fn a_website_is_changed_and_read_anew() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let website = business.website("https://example.com/").await;
    let id: WebsiteId = website["id"].as_str().unwrap().parse().unwrap();
    let path = format!("{PATH}/{id}");
    let refresh = format!("{path}/refresh");
    // It is due already.
    assert_eq!(business.ask("POST", &refresh).await.status, 202);
    assert_eq!(running.outbox::<CrawlWebsite>().await.len(), 1);
    ended(&business, id).await;
    let change = json!({"exclude": ["/draft/*"], "every_hours": 6});
    let answer = business.send("PATCH", &path, change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["exclude"], json!(["/draft/*"]));
    assert_eq!(answer.body["max_pages"], 500, "as it was");
    assert_eq!(answer.body["next_run_at"], "2026-11-23T16:00:00Z");
    let wrong = business
        .send("PATCH", &path, json!({"max_depth": -1}))
        .await;
    wrong.is_problem(400, "invalid");
    let never = business
        .send("PATCH", &path, json!({"every_hours": null}))
        .await;
    assert_eq!(never.body["next_run_at"], Value::Null);
    let answer = business.ask("POST", &refresh).await;
    assert_eq!(
        (answer.status, &answer.body["state"]),
        (202, &json!("queued"))
    );
    let outbox = running.outbox::<CrawlWebsite>().await;
    let runs: Vec<i64> = outbox.iter().map(|(_, command)| command.run).collect();
    assert_eq!(runs, [1, 2]);
}

#[actix_web::test]
async fn pages_are_listed_and_forgotten_with_their_website() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let website = business.website("https://example.com/").await;
    let id: WebsiteId = website["id"].as_str().unwrap().parse().unwrap();
    let now = running.clock.now();
    let tx = running.database.tenant(business.tenant()).await.unwrap();
    let found: Vec<FoundPage> = ["", "a", "b"]
        .map(|name| FoundPage {
            id: RandomIds.next(now),
            url: format!("https://example.com/{name}"),
            depth: 0,
            hops: 0,
        })
        .into();
    tx.websites().pages(id).see(&found, 1, 9).await.unwrap();
    let document = DocumentId::new(&RandomIds, now);
    let page = NewDocument {
        id: document,
        title: "خانه".to_owned(),
        kind: "markdown".to_owned(),
        origin: DocumentOrigin::Page,
        source_id: Some(id.uuid()),
        reference: Some(found[0].url.clone()),
        url: Some(found[0].url.clone()),
        file_name: None,
        content_hash: "x".to_owned(),
        bytes: 1,
        valid_from: None,
        valid_until: None,
    };
    tx.documents().add(page, now).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("{PATH}/{id}");
    let first = business.get(&format!("{path}/pages?limit=2")).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert_eq!(first["items"][0]["state"], "waiting");
    let next = format!("{path}/pages?after={}", text(&first["next"]));
    assert_eq!(
        business.get(&next).await["items"].as_array().unwrap().len(),
        1
    );
    for query in ["after=x", "limit=0"] {
        let answer = business.ask("GET", &format!("{path}/pages?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
    }
    assert_eq!(business.ask("DELETE", &path).await.status, 204);
    assert_eq!(business.ask("GET", &path).await.status, 404);
    assert_eq!(business.ask("DELETE", &path).await.status, 404);
    let documents = format!("/knowledge/documents/{document}");
    assert_eq!(business.ask("GET", &documents).await.status, 404);
    let forgets = running.outbox::<ForgetDocument>().await;
    assert_eq!(forgets.len(), 1);
    assert_eq!(forgets[0].1.document_id, document.to_string());
}
