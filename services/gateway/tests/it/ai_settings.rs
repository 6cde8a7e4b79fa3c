//! How the AI works, in versions, and what its knowledge does not answer.

use serde_json::{Value, json};
use xin_contracts::messages::TryQuestion;
use xin_domain::Author;

use crate::gateway::{Running, text};

#[actix_web::test]
async fn a_draft_is_published_and_rolled_back() {
    let running = Running::start().await;
    let golestan = running.sign_up("golestan@example.com").await;
    let baran = running.sign_up("baran@example.com").await;
    let unset = golestan.get("/ai/settings").await;
    assert_eq!(unset["draft"], Value::Null);
    assert_eq!(
        unset["published"]["settings"]["handoff"]["low_confidence_turns"],
        2
    );
    let nothing = golestan.ask("POST", "/ai/settings/publish").await;
    nothing.is_problem(409, "no_draft");

    let first = json!({
        "brand": {"assistant_name": "سارا", "tone_presets": ["friendly"]},
        "settings": {"languages": ["fa"], "handoff": {"keywords": ["شکایت"], "business_hours": {
            "hours": [{"day": "saturday", "from": "09:00", "until": "17:00"}]}}},
    });
    let written = golestan.send("PUT", "/ai/settings", first).await;
    assert_eq!(written.status, 200, "{written:?}");
    assert_eq!(
        written.body["draft"]["settings"]["handoff"]["keywords"],
        json!(["شکایت"])
    );
    // What customers hear has not changed yet.
    assert_eq!(golestan.get("/brand").await["assistant_name"], "");
    let published = golestan.ask("POST", "/ai/settings/publish").await.body;
    assert_eq!(published["published"]["version"], 1);
    assert_eq!(published["draft"], Value::Null);
    assert_eq!(golestan.get("/brand").await["assistant_name"], "سارا");

    // The voice alone is a version too, with the settings that are in use.
    let voice = golestan
        .send("PUT", "/brand", json!({"assistant_name": "نگار"}))
        .await;
    assert_eq!(voice.status, 200);
    let now = golestan.get("/ai/settings").await;
    assert_eq!(now["published"]["version"], 2);
    assert_eq!(now["published"]["settings"]["languages"], json!(["fa"]));

    let back = golestan
        .ask("POST", "/ai/settings/versions/1/restore")
        .await;
    assert_eq!(back.body["published"]["version"], 3, "{back:?}");
    assert_eq!(golestan.get("/brand").await["assistant_name"], "سارا");
    let versions = golestan.get("/ai/settings/versions?limit=2").await;
    let states: Vec<_> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| text(&v["state"]))
        .collect();
    assert_eq!(states, ["published", "superseded"]);
    assert_eq!(versions["next"], "2");

    let foreign = baran.ask("POST", "/ai/settings/versions/1/restore").await;
    foreign.is_problem(404, "not_found");
    assert_eq!(
        baran.get("/ai/settings").await["published"]["brand"]["assistant_name"],
        ""
    );
}

#[actix_web::test]
async fn settings_that_cannot_be_are_refused_all_at_once() {
    let running = Running::start().await;
    let golestan = running.sign_up("golestan@example.com").await;
    let wrong = json!({"settings": {
        "answer_threshold": 0.4, "clarify_threshold": 1.4, "history_tokens": 90_000,
        "channel_instructions": {"pigeon": "کوتاه"},
        "handoff": {"low_confidence_turns": 40, "business_hours": {
            "hours": [{"day": "sunday", "from": "18:00", "until": "9:00"}]}},
    }});
    let refused = golestan.send("PUT", "/ai/settings", wrong).await;
    assert!(
        refused.status == 400 || refused.status == 422,
        "{refused:?}"
    );
    let mut fields: Vec<_> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| text(&error["field"]))
        .collect();
    fields.sort_unstable();
    fields.dedup();
    let wanted = [
        "business_hours",
        "channel_instructions",
        "clarify_threshold",
        "history_tokens",
        "low_confidence_turns",
    ];
    assert_eq!(fields, wanted, "{refused:?}");
    for body in [
        json!({"settings": {"unknown": 1}}),
        json!({"brand": {"tone_presets": ["rude"]}}),
    ] {
        assert_eq!(golestan.send("PUT", "/ai/settings", body).await.status, 400);
    }
    assert_eq!(golestan.get("/ai/settings").await["draft"], Value::Null);
}

#[actix_web::test]
async fn a_trial_waits_for_its_outcome() {
    let running = Running::start().await;
    let golestan = running.sign_up("golestan@example.com").await;
    let trial = golestan.trial("هزینهٔ ارسال؟").await;
    let path = format!("/ai/playground/{}", text(&trial["id"]));
    assert_eq!(golestan.get(&path).await["done"], false);
    let asked = running.outbox::<TryQuestion>().await;
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].1.run_id, text(&trial["id"]));

    let tx = running.database.tenant(golestan.tenant()).await.unwrap();
    let (id, now) = (asked[0].1.run_id.parse().unwrap(), running_now(&running));
    tx.playground()
        .finish(id, json!({"action": "answer"}), now)
        .await
        .unwrap();
    tx.playground()
        .finish(id, json!({"action": "decline"}), now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let done = golestan.get(&path).await;
    assert_eq!(
        (&done["done"], &done["outcome"]["action"]),
        (&json!(true), &json!("answer"))
    );
    let empty = golestan
        .send("POST", "/ai/playground", json!({"question": "  "}))
        .await;
    assert!(empty.status == 400 || empty.status == 422, "{empty:?}");
}

fn running_now(running: &Running) -> chrono::DateTime<chrono::Utc> {
    use xin_domain::Clock;
    running.clock.now()
}

#[actix_web::test]
async fn gaps_are_listed_in_groups_until_they_are_settled() {
    let running = Running::start().await;
    let golestan = running.sign_up("golestan@example.com").await;
    let site = golestan.site(&[]).await;
    let conversation = golestan.conversation(&site, "گارانتی چند ماه است؟").await;
    let reply = golestan.says(conversation, Author::Ai, "نمی‌دانم").await;
    let group = golestan
        .gap(conversation, reply, "گارانتی چند ماه است؟")
        .await;
    let gaps = golestan.get("/knowledge/gaps").await;
    let gap = &gaps["items"][0];
    assert_eq!((&gap["count"], &gap["id"]), (&json!(1), &json!(group)));
    assert_eq!(gap["examples"][0]["reason"], "unknown");
    assert_eq!(gap["examples"][0]["message_id"], json!(reply));
    let path = format!("/knowledge/gaps/{group}/resolve");
    assert_eq!(golestan.ask("POST", &path).await.status, 204);
    assert_eq!(golestan.get("/knowledge/gaps").await["items"], json!([]));
    golestan
        .ask("POST", &path)
        .await
        .is_problem(404, "not_found");
}
