//! Whether the customer asks for a person: in Persian, in Persian with Latin letters, in English
//! and in Arabic.
//!
//! A wish is a word for a person near a word for talking or passing on, without a word that makes
//! it a question about the business («شمارهٔ پشتیبانی چند است؟» is answered from the knowledge).

use xin_text::words;

use super::vocabulary::{ARABIC, ENGLISH, FINGLISH, PERSIAN};

/// Longer messages are about something; a wish for a person is said shortly.
const MOST_WORDS: usize = 30;
/// How far the two words may be from each other.
const NEAR: usize = 7;

/// Talking, said outright, in every language.
const OUTRIGHT: [&str; 9] = [
    "talk",
    "speak",
    "chat",
    "صحبت",
    "حرف",
    "گفتگو",
    "گفتوگو",
    "sohbat",
    "harf",
];
/// What turns a wish into its opposite, or into a question about how it is done.
const NOT: [&str; 12] = [
    "dont",
    "not",
    "how",
    "نمیخوام",
    "نمیخواهم",
    "نمی",
    "چطور",
    "چگونه",
    "چطوری",
    "nemikham",
    "chetor",
    "کسی",
];

/// The words of one language, all as they are folded.
pub(super) struct Vocabulary {
    /// People who answer.
    pub(super) people: &'static [&'static str],
    /// Talking to them or being passed on to them.
    pub(super) talking: &'static [&'static str],
    /// What makes it a wish; empty: the talking is wish enough.
    pub(super) wishing: &'static [&'static str],
    /// What makes it something else.
    pub(super) other: &'static [&'static str],
    /// Whole wishes, as words in a row.
    pub(super) phrases: &'static [&'static str],
    /// Whole messages.
    pub(super) alone: &'static [&'static str],
}

/// Whether the customer asks for a person.
pub(crate) fn asks_for_human(text: &str) -> bool {
    let words: Vec<String> = words(text).into_iter().map(|word| word.surface).collect();
    if words.is_empty() || words.len() > MOST_WORDS {
        return false;
    }
    let joined = format!(" {} ", words.join(" "));
    [PERSIAN, FINGLISH, ENGLISH, ARABIC]
        .iter()
        .any(|vocabulary| vocabulary.wishes(&words, &joined))
}

impl Vocabulary {
    fn wishes(&self, words: &[String], joined: &str) -> bool {
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let said = |phrase: &&str| joined.contains(&format!(" {phrase} "));
        if self.phrases.iter().any(said) {
            return true;
        }
        if let [only] = words {
            return self.alone.contains(&only.as_str());
        }
        if !has(&NOT) && self.talks_to_a_person(words) {
            return true;
        }
        let wished = self.wishing.is_empty() || has(self.wishing);
        wished && !has(self.other) && self.has_pair(words)
    }

    /// Whether the words say it outright: «با پشتیبانی … صحبت», "talk to someone". What it is to
    /// be about makes it no less a wish.
    fn talks_to_a_person(&self, words: &[String]) -> bool {
        let is_person = |word: &String| self.people.contains(&word.as_str());
        let talks = |word: &String| OUTRIGHT.contains(&word.as_str());
        (0..words.len()).any(|at| {
            let from = words.get(at..).unwrap_or_default();
            match from {
                [verb, to, rest @ ..] if talks(verb) && ["to", "with"].contains(&to.as_str()) => {
                    rest.iter().take(3).any(is_person)
                }
                [with, person, rest @ ..]
                    if ["با", "ba"].contains(&with.as_str()) && is_person(person) =>
                {
                    rest.iter().take(4).any(talks)
                }
                _ => false,
            }
        })
    }

    /// Whether a person and talking are near each other.
    fn has_pair(&self, words: &[String]) -> bool {
        let places = |list: &[&str]| -> Vec<usize> {
            words
                .iter()
                .enumerate()
                .filter(|(_, word)| list.contains(&word.as_str()))
                .map(|(at, _)| at)
                .collect()
        };
        let talking = places(self.talking);
        places(self.people).into_iter().any(|person| {
            talking
                .iter()
                .any(|talk| (1..=NEAR).contains(&person.abs_diff(*talk)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WISHES: [&str; 55] = [
        "I want to talk to someone about the headphones warranty",
        "Can I speak to a person about my order?",
        "میخوام با پشتیبانی درباره گارانتی صحبت کنم",
        "می‌خوام با اپراتور صحبت کنم",
        "میخوام با پشتیبان حرف بزنم",
        "لطفا من را به یک کارشناس وصل کنید",
        "میشه با یه آدم حرف بزنم؟",
        "یه آدم واقعی جواب بده",
        "با همکارتون صحبت کنم لطفا",
        "وصلم کن به پشتیبانی",
        "وصلم کنید لطفا",
        "اپراتور",
        "پشتیبانی",
        "اپراتور لطفا",
        "می خواهم با مدیر صحبت کنم",
        "با مسئول فروش باید صحبت کنم",
        "من با ربات حرف نمی‌زنم",
        "نمی‌خوام با ربات صحبت کنم",
        "لطفا به انسان وصل کنید",
        "میشه وصل کنید به همکارتون؟",
        "یکی جواب بده لطفا",
        "می‌توانم با کارشناس گفتگو کنم؟",
        "بگید یه نفر با من تماس بگیره",
        "mikham ba operator sohbat konam",
        "lotfan vaslam konid be poshtibani",
        "mishe ba ye adam harf bezanam?",
        "operator mikham",
        "ba poshtiban sohbat konam lotfan",
        "mikham ba modir harf bezanam",
        "adam vaghei mikham",
        "ba karshenas vasl kon",
        "poshtibani",
        "ye nafar javab bede lotfan",
        "I want to talk to a human",
        "can I speak to a real person?",
        "connect me to an agent please",
        "operator",
        "agent please",
        "I need a human",
        "please transfer me to a representative",
        "let me talk to your manager",
        "I want to speak with someone from support",
        "human please",
        "get me a person",
        "I'd like to chat with a live agent",
        "put me through to an operator",
        "I want an agent now",
        "escalate this to a supervisor",
        "أريد التحدث مع موظف",
        "حولني إلى موظف من فضلك",
        "أريد موظف بشري",
        "ممكن أتكلم مع شخص؟",
        "أريد أن أتحدث مع المدير",
        "وصلني بالموظف، أريد موظف",
        "موظف",
    ];

    const OTHERS: [&str; 52] = [
        "شماره تماس پشتیبانی چنده؟",
        "ساعت کاری پشتیبانی کی هست؟",
        "هزینه ارسال چقدر است؟",
        "پشتیبانی گوشی چند ماه است؟",
        "چطوری با شما تماس بگیرم؟",
        "ایمیل مدیر فروش چیه؟",
        "کد تخفیف چیست؟",
        "این لباس برای آدم قد بلند مناسبه؟",
        "یکی از این‌ها را می‌خوام",
        "برای چند نفر کافی است؟",
        "می‌خوام سفارشم را لغو کنم",
        "با پست تماس گرفتم گفتند ارسال نشده",
        "گارانتی شامل تعمیر توسط کارشناس می‌شود؟",
        "سلام خسته نباشید",
        "ممنون از پاسخ شما",
        "کارشناس فروش استخدام می‌کنید؟",
        "آیا محصول اصل است؟",
        "می‌خواهم با کارت بانکی پرداخت کنم",
        "فروشنده کالا چه کسی است؟",
        "نمایندگی در شیراز دارید؟",
        "می‌خوام دو تا زعفران بخرم",
        "قیمت نسخه مدیریتی چقدره",
        "پاسخ سؤالم را گرفتم",
        "gheymat chande?",
        "salam, ersal be shiraz darid?",
        "shomare poshtibani chande?",
        "mikham sefaresh bedam",
        "saat kari chie?",
        "ersal chand rooz tool mikeshe?",
        "code takhfif mikham",
        "mikham pardakht konam",
        "takhfif darid?",
        "How much is shipping?",
        "Do you have an agent in Shiraz?",
        "What is your support phone number?",
        "Is this jacket for a tall person?",
        "I want a gift for someone",
        "I want to become an agent",
        "Does it support Bluetooth?",
        "Can I return it?",
        "What are your support hours?",
        "How many people does the tent hold?",
        "thanks for your support",
        "I want to cancel my order",
        "does the manager edition cost more?",
        "price per person?",
        "is there a team discount",
        "كم سعر التوصيل؟",
        "ما هو رقم الدعم؟",
        "متى ساعات عمل الموظفين؟",
        "هل المنتج أصلي؟",
        "أريد إلغاء الطلب",
    ];

    #[test]
    fn wishes_for_a_person_are_understood() {
        let missed: Vec<_> = WISHES.iter().filter(|text| !asks_for_human(text)).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn other_messages_are_not_taken_for_wishes() {
        let taken: Vec<_> = OTHERS.iter().filter(|text| asks_for_human(text)).collect();
        assert!(taken.is_empty(), "{taken:#?}");
    }

    #[test]
    fn the_words_are_written_as_they_are_folded() {
        for vocabulary in [PERSIAN, FINGLISH, ENGLISH, ARABIC] {
            let lists = [
                vocabulary.people,
                vocabulary.talking,
                vocabulary.wishing,
                vocabulary.phrases,
                vocabulary.alone,
            ];
            for word in lists.into_iter().flatten() {
                let folded: Vec<_> = words(word).into_iter().map(|word| word.surface).collect();
                assert_eq!(folded.join(" "), *word);
            }
        }
    }
}
