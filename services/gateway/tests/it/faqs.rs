//! Questions with their answers, given, imported, corrected and confirmed.

use chrono::TimeDelta;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use xin_contracts::messages::{ForgetDocument, IngestDocument, ReindexPassage};
use xin_domain::{Author, Citation, Clock, ConversationId, MessageId, RandomIds};
use xin_storage::tenant::Message;

use crate::gateway::{Answer, Business, Running, text};

async fn faq(business: &Business<'_>, question: &str, answer: &str) -> Answer {
    let body = json!({"question": question, "answer": answer});
    business.send("POST", "/knowledge/faqs", body).await
}

async fn import(business: &Business<'_>, query: &str, csv: &str) -> Value {
    let part = Part::bytes(csv.as_bytes().to_vec()).file_name("faq.csv");
    let path = format!("/knowledge/faqs/import{query}");
    let request = business.request("POST", &path);
    let answer = Answer::to(request.multipart(Form::new().part("file", part))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

#[actix_web::test]
async fn a_pair_is_a_document_that_lives_and_ends_with_it() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let made = faq(&business, "ارسال چند روز است؟", "دو روز\nکاری").await;
    assert_eq!((made.status, &made.body["state"]), (201, &json!("queued")));
    assert_eq!(made.body["answer"], "دو روز\nکاری");
    let id = text(&made.body["id"]);
    let document = business.get(&format!("/knowledge/documents/{id}")).await;
    assert_eq!(document["origin"], "faq");
    // The same question from another keyboard.
    let again = faq(&business, "ارسال چند روز  است", "سه روز").await;
    again.is_problem(409, "duplicate_question");
    assert!(text(&again.body["detail"]).contains(&id));
    let path = format!("/knowledge/faqs/{id}");
    let change = json!({"question": "ارسال چند روز است؟", "answer": "سه روز"});
    for _ in 0..2 {
        let changed = business.send("PUT", &path, change.clone()).await;
        assert_eq!(changed.body["answer"], "سه روز", "{changed:?}");
    }
    let versions: Vec<i64> = running
        .outbox::<IngestDocument>()
        .await
        .iter()
        .map(|(_, command)| command.version)
        .collect();
    assert_eq!(versions, [1, 2], "what is the same is not indexed again");
    let found = business.get("/knowledge/faqs?search=سه روز").await;
    assert_eq!(found["items"][0]["id"], json!(id));
    let none = business.get("/knowledge/faqs?search=گارانتی").await;
    assert_eq!(none["items"], json!([]));
    assert_eq!(business.ask("DELETE", &path).await.status, 204);
    business
        .ask("GET", &path)
        .await
        .is_problem(404, "not_found");
    assert_eq!(running.outbox::<ForgetDocument>().await.len(), 1);
    assert_eq!(faq(&business, "ارسال چند روز است؟", "x").await.status, 201);
}

#[actix_web::test]
async fn a_table_is_looked_at_before_it_is_taken() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    faq(&business, "گارانتی؟", "شش ماه").await;
    let csv = "پاسخ,سؤال\nدو روز,ارسال؟\n,بی‌پاسخ؟\nیک سال,گارانتی\nسه,ارسال\n";
    let preview = import(&business, "?preview=true", csv).await;
    let problems = |report: &Value| -> Vec<(i64, String)> {
        let items = report["problems"].as_array().unwrap().iter();
        items
            .map(|found| (found["row"].as_i64().unwrap(), text(&found["code"])))
            .collect()
    };
    let wanted = [(3, "required"), (4, "exists"), (5, "duplicate_row")];
    let wanted: Vec<_> = wanted.map(|(row, code)| (row, code.to_owned())).into();
    assert_eq!(problems(&preview), wanted);
    assert_eq!(
        (&preview["good"], &preview["preview"]),
        (&json!(1), &json!(true))
    );
    let listed = business.get("/knowledge/faqs").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "untouched");
    running.clock.advance(TimeDelta::seconds(1));
    let taken = import(&business, "", csv).await;
    assert_eq!((&taken["good"], problems(&taken)), (&json!(1), wanted));
    let listed = business.get("/knowledge/faqs").await;
    assert_eq!(listed["items"][0]["answer"], "دو روز");
    let again = import(&business, "", csv).await;
    assert_eq!(again["good"], 0, "twice adds nothing");
    let part = Part::bytes(b"%PDF-1.7".to_vec()).file_name("a.csv");
    let request = business.request("POST", "/knowledge/faqs/import");
    let refused = Answer::to(request.multipart(Form::new().part("file", part))).await;
    refused.is_problem(400, "invalid");
}

#[actix_web::test]
async fn phrasings_are_kept_once_and_indexed() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let id = text(&faq(&business, "ارسال؟", "دو روز").await.body["id"]);
    let path = format!("/knowledge/documents/{id}/phrasings");
    let body = json!({"question": "کی می‌رسد؟"});
    let first = business.send("POST", &path, body.clone()).await;
    let again = business.send("POST", &path, body).await;
    assert_eq!((first.status, &first.body), (201, &again.body));
    assert_eq!(first.body["origin"], "staff");
    let listed = business.get(&path).await;
    assert_eq!(listed["items"], json!([first.body]));
    let one = format!("{path}/{}", text(&first.body["id"]));
    assert_eq!(business.ask("DELETE", &one).await.status, 204);
    business
        .ask("DELETE", &one)
        .await
        .is_problem(404, "not_found");
    let told = running.outbox::<ReindexPassage>().await;
    let gone: Vec<_> = told
        .iter()
        .map(|(_, command)| command.gone_phrasings.clone())
        .collect();
    assert_eq!(gone, [vec![], vec![1]]);
}

/// A reply of the AI that cites a document.
async fn replies(business: &Business<'_>, id: ConversationId, cites: Option<&str>) -> MessageId {
    let now = business.running.clock.now();
    let tx = business
        .running
        .database
        .tenant(business.tenant())
        .await
        .unwrap();
    let mut conversation = tx.conversations().lock(id).await.unwrap().unwrap();
    let place = (id, conversation.channel_id, conversation.next_position(now));
    let message_id = MessageId::new(&RandomIds, now);
    let citation = cites.map(|document| Citation {
        document_id: document.parse().unwrap(),
        title: "ارسال".to_owned(),
        quote: "دو روز".to_owned(),
    });
    let message = Message {
        citations: citation.into_iter().collect(),
        reply_turn: Some(conversation.turn),
        ..Message::plain(message_id, place, Author::Ai, "دو روز".to_owned(), now)
    };
    assert!(tx.messages().add_once(&message).await.unwrap());
    tx.conversations().save(&conversation).await.unwrap();
    tx.commit().await.unwrap();
    message_id
}

#[actix_web::test]
async fn what_the_ai_said_is_corrected_or_confirmed() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let id = business.conversation(&site, "سلام").await;
    replies(&business, id, None).await;
    business.customer_says(id, "مرسوله").await;
    business.customer_says(id, "کی می‌رسد؟").await;
    let known = text(&faq(&business, "ارسال؟", "دو روز").await.body["id"]);
    let reply = replies(&business, id, Some(&known)).await;

    let confirmation = format!("/conversations/{id}/messages/{reply}/confirmation");
    let confirmed = business.ask("POST", &confirmation).await;
    assert_eq!(confirmed.status, 201, "{confirmed:?}");
    assert_eq!(confirmed.body["question"], "مرسوله\nکی می‌رسد؟");
    assert_eq!(confirmed.body["origin"], "confirmed");

    let correction = format!("/conversations/{id}/messages/{reply}/correction");
    let right = json!({"answer": "سه روز", "question": "زمان ارسال؟"});
    let corrected = business.send("POST", &correction, right).await;
    assert_eq!(corrected.status, 201, "{corrected:?}");
    let new = text(&corrected.body["id"]);
    assert_ne!(new, known);
    let phrasings = business
        .get(&format!("/knowledge/documents/{new}/phrasings"))
        .await;
    assert_eq!(phrasings["items"][0]["question"], "مرسوله\nکی می‌رسد؟");
    // The same question is the same pair.
    let better = json!({"answer": "چهار روز", "question": "زمان ارسال"});
    let better = business.send("POST", &correction, better).await;
    assert_eq!(
        (text(&better.body["id"]), &better.body["answer"]),
        (new, &json!("چهار روز"))
    );

    let said = business.customer_says(id, "ممنون").await;
    let path = format!("/conversations/{id}/messages/{said}/correction");
    let wrong = business.send("POST", &path, json!({"answer": "x"})).await;
    wrong.is_problem(409, "not_by_the_ai");
}
