//! What is said when there is nothing else to say, in the customer's language.

use xin_domain::{Day, Opening, Register};

/// The promise that a person will answer what is not known.
pub(crate) fn unknown(language: &str) -> &'static str {
    match language {
        "fa" => "پاسخ این پرسش را نمی‌دانم؛ آن را به همکارم سپردم و به‌زودی همین‌جا پاسخ می‌دهد.",
        "ar" => "لا أعرف جواب هذا السؤال؛ أحلته إلى زميلي وسيجيبك هنا قريبًا.",
        _ => {
            "I don't know the answer to this; I have passed it to a colleague, who will answer here soon."
        }
    }
}

/// The same, when the reason is ours.
pub(crate) fn failure(language: &str) -> &'static str {
    match language {
        "fa" => {
            "همین حالا نمی‌توانم پاسخ بدهم؛ پرسشتان را به همکارم سپردم و به‌زودی همین‌جا پاسخ می‌دهد."
        }
        "ar" => "لا أستطيع الإجابة الآن؛ أحلت سؤالك إلى زميلي وسيجيبك هنا قريبًا.",
        _ => {
            "I cannot answer right now; I have passed your question to a colleague, who will answer here soon."
        }
    }
}

/// The same, when the customer asked for a person.
pub(crate) fn passed_on(language: &str) -> &'static str {
    match language {
        "fa" => "حتماً؛ گفتگو را به همکارم سپردم و به‌زودی همین‌جا پاسخ می‌دهد.",
        "ar" => "بالتأكيد؛ أحلت المحادثة إلى زميلي وسيجيبك هنا قريبًا.",
        _ => "Of course; I have passed the conversation to a colleague, who will answer here soon.",
    }
}

/// The same, when the customer is angry.
pub(crate) fn sorry(language: &str) -> &'static str {
    match language {
        "fa" => "از اینکه ناراحت شدید متأسفم. گفتگو را به همکارم سپردم تا خودش همین‌جا پیگیری کند.",
        "ar" => "أعتذر عما حدث. أحلت المحادثة إلى زميلي ليتابع معك هنا.",
        _ => {
            "I am sorry about this. I have passed the conversation to a colleague, who will take care of it here."
        }
    }
}

/// The promise, while nobody is there.
pub(crate) fn out_of_hours(language: &str, opening: Opening) -> String {
    let from = opening.from.to_string();
    let from = from.strip_prefix('0').unwrap_or(&from);
    let day = day_name(language, opening);
    match language {
        "fa" => format!(
            "الان خارج از ساعت کاری است. پیامتان را به همکارانم سپردم و {day} از ساعت {} همین‌جا پاسخ می‌دهند.",
            persian_digits(from)
        ),
        "ar" => format!(
            "نحن خارج ساعات العمل الآن. أحلت رسالتك إلى زملائي وسيجيبونك هنا {day} من الساعة {from}."
        ),
        _ => format!(
            "We are closed right now. I have passed your message to my colleagues, who will answer here {day} from {from}."
        ),
    }
}

fn day_name(language: &str, opening: Opening) -> &'static str {
    match (language, opening.days_ahead) {
        ("fa", 0) => return "امروز",
        ("fa", 1) => return "فردا",
        ("ar", 0) => return "اليوم",
        ("ar", 1) => return "غدًا",
        ("en", 0) => return "today",
        ("en", 1) => return "tomorrow",
        _ => {}
    }
    let (persian, arabic, english) = match opening.day {
        Day::Saturday => ("شنبه", "السبت", "on Saturday"),
        Day::Sunday => ("یکشنبه", "الأحد", "on Sunday"),
        Day::Monday => ("دوشنبه", "الاثنين", "on Monday"),
        Day::Tuesday => ("سه‌شنبه", "الثلاثاء", "on Tuesday"),
        Day::Wednesday => ("چهارشنبه", "الأربعاء", "on Wednesday"),
        Day::Thursday => ("پنجشنبه", "الخميس", "on Thursday"),
        Day::Friday => ("جمعه", "الجمعة", "on Friday"),
    };
    match language {
        "fa" => persian,
        "ar" => arabic,
        _ => english,
    }
}

fn persian_digits(text: &str) -> String {
    const DIGITS: [char; 10] = ['۰', '۱', '۲', '۳', '۴', '۵', '۶', '۷', '۸', '۹'];
    text.chars()
        .map(|letter| {
            letter
                .to_digit(10)
                .and_then(|digit| usize::try_from(digit).ok())
                .and_then(|digit| DIGITS.get(digit).copied())
                .unwrap_or(letter)
        })
        .collect()
}

/// Names where a quoted answer comes from.
pub(crate) fn source(language: &str, title: &str) -> String {
    match language {
        "fa" => format!("بر اساس «{title}»:"),
        "ar" => format!("بحسب «{title}»:"),
        _ => format!("From “{title}”:"),
    }
}

/// Asks which of two matters is meant.
pub(crate) fn which(language: &str, register: Register, first: &str, second: &str) -> String {
    match (language, register) {
        ("fa", Register::Formal) => format!("منظورتان «{first}» است یا «{second}»؟"),
        ("fa", Register::Informal) => format!("منظورت «{first}» است یا «{second}»؟"),
        ("ar", _) => format!("هل تقصد «{first}» أم «{second}»؟"),
        _ => format!("Do you mean “{first}” or “{second}”?"),
    }
}

/// Asks to put the question otherwise.
pub(crate) fn otherwise(language: &str, register: Register, title: &str) -> String {
    match (language, register) {
        ("fa", Register::Formal) => format!(
            "مطمئن نیستم منظورتان را درست فهمیده باشم. دربارهٔ «{title}» می‌پرسید؟ لطفاً کمی دقیق‌تر بنویسید."
        ),
        ("fa", Register::Informal) => format!(
            "مطمئن نیستم منظورت را درست فهمیده باشم. دربارهٔ «{title}» می‌پرسی؟ لطفاً کمی دقیق‌تر بنویس."
        ),
        ("ar", _) => {
            format!("لست متأكدًا من أنني فهمت سؤالك. هل تسأل عن «{title}»؟ أوضح أكثر من فضلك.")
        }
        _ => format!(
            "I am not sure I understood. Are you asking about “{title}”? Please say a little more."
        ),
    }
}

/// Answers a greeting or thanks.
pub(crate) fn welcome(language: &str, register: Register) -> &'static str {
    match (language, register) {
        ("fa", Register::Formal) => "سلام! بفرمایید، چه کمکی از من برمی‌آید؟",
        ("fa", Register::Informal) => "سلام! بگو، چه کمکی از من برمی‌آید؟",
        ("ar", _) => "مرحبًا! كيف يمكنني مساعدتك؟",
        _ => "Hello! How can I help?",
    }
}

/// The reply to thanks and to leaving.
pub(crate) fn courtesy(language: &str, register: Register) -> &'static str {
    match (language, register) {
        ("fa", Register::Formal) => "خواهش می‌کنم! اگر پرسش دیگری داشتید، همین‌جا بنویسید.",
        ("fa", Register::Informal) => "خواهش می‌کنم! اگر پرسش دیگری داشتی، همین‌جا بنویس.",
        ("ar", _) => "على الرحب والسعة! إذا كان لديك سؤال آخر فاكتبه هنا.",
        _ => "You are welcome! If you have another question, just write it here.",
    }
}

/// The name of a language, for the prompt.
pub(crate) fn language_name(code: &str) -> &'static str {
    match code {
        "fa" => "Persian",
        "ar" => "Arabic",
        "en" => "English",
        _ => "the language of the question",
    }
}

#[cfg(test)]
mod tests {
    use xin_domain::MinuteOfDay;

    use super::*;

    #[test]
    fn the_next_opening_is_told_in_every_language() {
        let opening = Opening {
            days_ahead: 3,
            day: Day::Monday,
            from: MinuteOfDay::read("08:30").unwrap(),
        };
        for (language, words) in [
            ("fa", "دوشنبه از ساعت ۸:۳۰"),
            ("ar", "الاثنين"),
            ("en", "on Monday from 8:30"),
        ] {
            let said = out_of_hours(language, opening);
            assert!(said.contains(words), "{said}");
        }
    }
}
