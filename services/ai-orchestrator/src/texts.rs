//! What is said when there is nothing else to say, in the customer's language.

/// The promise that a person will answer.
pub fn handoff(language: &str, own: &str) -> String {
    if !own.trim().is_empty() {
        return own.to_owned();
    }
    match language {
        "fa" => "پاسخ این پرسش را نمی‌دانم؛ آن را به همکارم سپردم و به‌زودی همین‌جا پاسخ می‌دهد.",
        "ar" => "لا أعرف جواب هذا السؤال؛ أحلته إلى زميلي وسيجيبك هنا قريبًا.",
        _ => "I don't know the answer to this; I have passed it to a colleague, who will answer here soon.",
    }
    .to_owned()
}

/// The same, when the reason is ours.
pub fn failure(language: &str, own: &str) -> String {
    if !own.trim().is_empty() {
        return own.to_owned();
    }
    match language {
        "fa" => "همین حالا نمی‌توانم پاسخ بدهم؛ پرسشتان را به همکارم سپردم و به‌زودی همین‌جا پاسخ می‌دهد.",
        "ar" => "لا أستطيع الإجابة الآن؛ أحلت سؤالك إلى زميلي وسيجيبك هنا قريبًا.",
        _ => "I cannot answer right now; I have passed your question to a colleague, who will answer here soon.",
    }
    .to_owned()
}

/// The name of a language, for the prompt.
pub fn language_name(code: &str) -> &'static str {
    match code {
        "fa" => "Persian",
        "ar" => "Arabic",
        "en" => "English",
        _ => "the language of the question",
    }
}
