use proptest::prelude::*;
use serde_json::{Value, json};
use xin_channels::telegram::{DecodeError, decode, decode_value};
use xin_domain::{InboundEvent, InboundKind};

fn events(update: &Value) -> Vec<InboundEvent> {
    decode(update.to_string().as_bytes()).unwrap().events
}

/// The one event in an update.
fn event(update: &Value) -> InboundEvent {
    let mut events = events(update);
    assert_eq!(events.len(), 1, "{update}");
    events.remove(0)
}

fn chat() -> Value {
    json!({"id": 42, "type": "private", "first_name": "سارا"})
}

fn from() -> Value {
    json!({"id": 42, "is_bot": false, "first_name": "سارا", "last_name": "احمدی",
        "language_code": "fa"})
}

fn message(content: &Value) -> Value {
    let mut message = json!({
        "message_id": 7, "date": 1_700_000_000, "chat": chat(), "from": from(),
    });
    message
        .as_object_mut()
        .unwrap()
        .extend(content.as_object().unwrap().clone());
    message
}

fn text(words: &str) -> InboundKind {
    InboundKind::Text {
        text: words.to_owned(),
    }
}

fn unsupported(description: &str) -> InboundKind {
    InboundKind::Unsupported {
        description: description.to_owned(),
    }
}

fn photo() -> Value {
    json!([{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "file_size": 1}])
}

#[test]
fn a_text_is_read_with_who_wrote_it_and_when() {
    let event = event(&json!({"update_id": 1, "message": message(&json!({"text": "سلام 👋"}))}));
    assert_eq!(event.external_id, "42:7");
    assert_eq!(event.kind, text("سلام 👋"));
    assert_eq!(event.contact.external_id, "42");
    assert_eq!(event.contact.display_name.as_deref(), Some("سارا احمدی"));
    assert_eq!(event.contact.language_code.as_deref(), Some("fa"));
    assert_eq!(event.sent_at.unwrap().timestamp(), 1_700_000_000);
}

#[test]
fn start_opens_the_chat() {
    for words in [
        "/start",
        "/start ad_7",
        "/start@xin_bot",
        "/start@xin_bot x",
    ] {
        let update = json!({"update_id": 1, "message": message(&json!({"text": words}))});
        assert_eq!(event(&update).kind, InboundKind::Started, "{words}");
    }
    for words in ["/started", "start", "/help", "بگو /start"] {
        let update = json!({"update_id": 1, "message": message(&json!({"text": words}))});
        assert_eq!(event(&update).kind, text(words));
    }
}

#[test]
fn media_is_named_and_its_caption_is_a_text() {
    let update = json!({"update_id": 1, "message": message(&json!({"photo": photo()}))});
    assert_eq!(event(&update).kind, unsupported("photo"));
    let captioned = message(&json!({"photo": photo(), "caption": "این چند؟"}));
    let events = events(&json!({"update_id": 1, "message": captioned}));
    let found: Vec<_> = events
        .iter()
        .map(|event| (event.external_id.as_str(), &event.kind))
        .collect();
    assert_eq!(
        found,
        [
            ("42:7:media", &unsupported("photo")),
            ("42:7", &text("این چند؟"))
        ]
    );
}

#[test]
fn other_contents_are_named() {
    let voice = json!({"file_id": "a", "file_unique_id": "b", "duration": 3});
    let place = json!({"latitude": 35.7, "longitude": 51.4});
    let venue = json!({"location": place, "title": "t", "address": "a"});
    for (content, name) in [
        (json!({"voice": voice}), "voice"),
        (json!({"location": place}), "location"),
        (json!({"location": place, "venue": venue}), "venue"),
        (
            json!({"contact": {"phone_number": "1", "first_name": "a"}}),
            "contact",
        ),
        (json!({"dice": {"emoji": "🎲", "value": 3}}), "dice"),
        (json!({"invented_in_2030": {"a": 1}}), "message"),
        (json!({}), "message"),
    ] {
        let update = json!({"update_id": 1, "message": message(&content)});
        assert_eq!(event(&update).kind, unsupported(name), "{content}");
    }
}

#[test]
fn an_edit_names_what_it_changes_and_is_new_each_time() {
    let edited = message(&json!({"text": "نه، آبی", "edit_date": 1_700_000_100}));
    let first = event(&json!({"update_id": 5, "edited_message": edited}));
    let second = event(&json!({"update_id": 6, "edited_message": edited}));
    let kind = InboundKind::Edited {
        message_external_id: "42:7".to_owned(),
        text: "نه، آبی".to_owned(),
    };
    assert_eq!((first.kind, &*first.external_id), (kind, "42:7:edit:5"));
    assert_eq!(first.sent_at.unwrap().timestamp(), 1_700_000_100);
    assert_ne!(first.external_id, second.external_id);
    let place = json!({"location": {"latitude": 35.7, "longitude": 51.4}});
    assert_eq!(
        events(&json!({"update_id": 5, "edited_message": message(&place)})),
        []
    );
}

#[test]
fn a_pressed_button_says_what_stood_on_it() {
    let keyboard =
        json!({"inline_keyboard": [[{"text": "بله، بفرستید", "callback_data": "yes:1"}]]});
    let mut query = json!({
        "id": "77", "from": from(), "chat_instance": "1", "data": "yes:1",
        "message": message(&json!({"text": "بفرستیم؟", "reply_markup": keyboard})),
    });
    let update = json!({"update_id": 1, "callback_query": query});
    let decoded = decode_value(&update).unwrap();
    assert_eq!(decoded.callback_query_id.as_deref(), Some("77"));
    assert_eq!(decoded.events[0].kind, text("بله، بفرستید"));
    assert_eq!(decoded.events[0].external_id, "42:callback:77");
    query["data"] = json!("other");
    assert_eq!(
        event(&json!({"update_id": 1, "callback_query": query})).kind,
        text("other")
    );
    query.as_object_mut().unwrap().remove("message");
    let event = event(&json!({"update_id": 1, "callback_query": query}));
    assert_eq!(event.contact.external_id, "42");
}

#[test]
fn a_block_makes_unreachable_and_its_end_says_nothing() {
    let update = |status: &str| {
        let user = json!({"id": 9, "is_bot": true, "first_name": "Bot"});
        json!({"update_id": 3, "my_chat_member": {
            "chat": chat(), "from": from(), "date": 1_700_000_000,
            "old_chat_member": {"user": user, "status": "member", "until_date": 0},
            "new_chat_member": {"user": user, "status": status, "until_date": 0},
        }})
    };
    assert_eq!(event(&update("kicked")).kind, InboundKind::Unreachable);
    assert_eq!(event(&update("kicked")).external_id, "42:member:3");
    assert_eq!(events(&update("member")), []);
}

#[test]
fn groups_are_none_of_our_business() {
    let group = json!({"id": -5, "type": "group", "title": "ما"});
    for content in [
        json!({"text": "سلام"}),
        json!({"photo": photo()}),
        json!({"new": 1}),
    ] {
        let mut message = message(&content);
        message["chat"] = group.clone();
        assert_eq!(events(&json!({"update_id": 1, "message": message})), []);
        assert_eq!(
            events(&json!({"update_id": 1, "edited_message": message})),
            []
        );
        let query = json!({"id": "1", "from": from(), "chat_instance": "1", "data": "a",
            "message": message});
        assert_eq!(
            events(&json!({"update_id": 1, "callback_query": query})),
            []
        );
    }
    assert_eq!(
        events(&json!({"update_id": 1, "channel_post": {"chat": group, "message_id": 1}})),
        []
    );
}

#[test]
fn what_the_library_does_not_know_is_kept() {
    let reaction = json!({"chat": chat(), "message_id": 7, "user": from(), "date": 1_700_000_000,
        "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]});
    let reaction = event(&json!({"update_id": 8, "message_reaction": reaction}));
    assert_eq!(reaction.kind, unsupported("message_reaction"));
    let invented = json!({"chat": chat(), "date": 1_700_000_000});
    let invented = event(&json!({"update_id": 8, "telepathy": invented}));
    assert_eq!(invented.kind, unsupported("telepathy"));
    assert_eq!(invented.external_id, "42:update:8");
    assert_eq!(events(&json!({"update_id": 8})), []);
    assert_eq!(events(&json!({"update_id": 8, "poll": {"id": "1"}})), []);
}

#[test]
fn words_are_read_even_from_a_message_of_unknown_form() {
    // No date and no type, as look-alikes of Telegram send it.
    let message = json!({"message_id": 7, "chat": {"id": 42}, "from": from(), "text": "سلام"});
    let event = event(&json!({"update_id": 1, "message": message}));
    assert_eq!((event.kind, &*event.external_id), (text("سلام"), "42:7"));
    assert_eq!(event.contact.display_name.as_deref(), Some("سارا احمدی"));
    // The number is one that the library has no room for.
    let update = json!({"update_id": 5_000_000_000_i64, "edited_message": message});
    let decoded = decode_value(&update).unwrap();
    assert_eq!(decoded.update_id, 5_000_000_000);
    assert!(matches!(decoded.events[0].kind, InboundKind::Edited { .. }));
}

#[test]
fn what_is_no_update_is_an_error() {
    assert!(matches!(decode(b"<html>"), Err(DecodeError::NotJson(_))));
    for other in [
        "null",
        "[]",
        "{}",
        r#"{"update_id":"7"}"#,
        r#"{"message":{}}"#,
    ] {
        assert!(
            matches!(decode(other.as_bytes()), Err(DecodeError::NoUpdateId)),
            "{other}"
        );
    }
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!("private")),
        any::<String>().prop_map(Value::from),
    ]
}

const KNOWN_NAMES: [&str; 16] = [
    "update_id",
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat",
    "id",
    "type",
    "from",
    "text",
    "caption",
    "photo",
    "date",
    "message_id",
    "new_chat_member",
    "data",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(&KNOWN_NAMES[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::btree_map(name(), inner, 0..7)
                .prop_map(|fields| Value::from(fields.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>) {
        let _ = decode(&bytes);
    }

    #[test]
    fn any_json_is_survived(mut update in any_json()) {
        if let Some(fields) = update.as_object_mut() {
            fields.insert("update_id".to_owned(), json!(1));
        }
        let _ = decode_value(&update);
    }

    /// Whatever stands beside them, words in a private chat arrive.
    #[test]
    fn words_always_arrive(extra in prop::collection::btree_map(name(), leaf(), 0..5), words in "[a-zא-ی ]{1,20}") {
        let mut message = message(&json!({}));
        let fields = message.as_object_mut().unwrap();
        for (name, value) in extra {
            fields.entry(name).or_insert(value);
        }
        fields.insert("text".to_owned(), json!(words));
        let events = events(&json!({"update_id": 1, "message": message}));
        prop_assert!(events.iter().any(|event| event.kind == text(&words)));
    }
}
