//! Whether the customer is angry. Few words and plain ones: a customer who only asks must never be
//! taken for an angry one.

use xin_text::words;

/// Words that are anger by themselves, as they are folded.
const ANGRY: [&str; 56] = [
    // Persian
    "افتضاح",
    "افتضاحه",
    "مزخرف",
    "مزخرفه",
    "کلاهبردار",
    "کلاهبردارید",
    "کلاهبردارین",
    "کلاهبردارا",
    "دزدید",
    "دزدها",
    "دزدین",
    "گندتون",
    "اشغالا",
    "لعنتی",
    "بیشعور",
    "احمق",
    "بیشرف",
    "بیشرفا",
    "خاکبرسر",
    "مزخرفترین",
    "افتضاحترین",
    "کثافت",
    "کثافتا",
    "بیناموس",
    // Persian in Latin letters
    "eftezah",
    "eftezahe",
    "mozakhraf",
    "mozakhrafe",
    "kolahbardar",
    "kolahbardarid",
    "dozdid",
    "lanati",
    "bishoor",
    "ahmagh",
    "kesafat",
    "khejalat",
    // English
    "scam",
    "scammers",
    "scammer",
    "fraud",
    "fraudsters",
    "disgusting",
    "pathetic",
    "bullshit",
    "fucking",
    "idiots",
    "liars",
    "thieves",
    "worst",
    "ridiculous",
    "unacceptable",
    // Arabic
    "نصابین",
    "نصاب",
    "محتالین",
    "حقیر",
    "مقرف",
];
/// Phrases that are, as words in a row.
const ANGRY_PHRASES: [&str; 24] = [
    "خجالت بکشید",
    "خجالت بکشین",
    "خجالت نمیکشید",
    "خجالت نمی کشید",
    "حالم به هم خورد",
    "حالم بهم خورد",
    "وقتم رو تلف",
    "وقت منو تلف",
    "وقت من را تلف",
    "شکایت می کنم",
    "شکایت میکنم",
    "ازتون شکایت",
    "ابروتونو میبرم",
    "ابروتون رو می برم",
    "دیگه ازتون خرید نمی کنم",
    "khejalat bekeshid",
    "vaghtamo talaf",
    "shekayat mikonam",
    "fed up",
    "sick of",
    "waste of time",
    "rip off",
    "never buying again",
    "اسوا خدمه",
];
/// What makes an angry word a question about it.
const ASKING: [&str; 7] = ["ایا", "مگه", "نیست", "نیستید", "is", "isnt", "how"];

/// Whether the customer is angry.
pub(crate) fn is_angry(text: &str) -> bool {
    let words: Vec<String> = words(text).into_iter().map(|word| word.surface).collect();
    let joined = format!(" {} ", words.join(" "));
    if ANGRY_PHRASES
        .iter()
        .any(|phrase| joined.contains(&format!(" {phrase} ")))
    {
        return true;
    }
    let asks = text.trim_end().ends_with(['?', '؟'])
        && words.iter().any(|word| ASKING.contains(&word.as_str()));
    !asks && words.iter().any(|word| ANGRY.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anger_is_understood() {
        for text in [
            "واقعا افتضاحه این چه وضعشه",
            "شما کلاهبردارید!",
            "خجالت بکشید با این خدماتتون",
            "حالم به هم خورد از این فروشگاه",
            "فردا ازتون شکایت می‌کنم",
            "وقت منو تلف کردید",
            "eftezahe servicetoon",
            "kolahbardarid hamatoon",
            "this is a scam",
            "You are liars and thieves",
            "I am fed up with this shop",
            "worst service ever",
            "what a waste of time",
            "أنتم نصابين",
        ] {
            assert!(is_angry(text), "{text}");
        }
    }

    #[test]
    fn a_question_is_not_anger() {
        for text in [
            "هزینه ارسال چقدر است؟",
            "دزدگیر ماشین دارید؟",
            "این سایت کلاهبردار نیست؟",
            "چرا سفارشم نرسیده؟",
            "سفارشم دیر شده، کی می‌رسد؟",
            "چطور شکایت ثبت کنم؟",
            "این کالا خراب بود، می‌خوام پس بدم",
            "Is this a scam?",
            "My order is late",
            "the product is broken, can I return it?",
            "gheymat chande?",
            "ممنون خیلی خوب بود",
            "متى يصل طلبي؟",
        ] {
            assert!(!is_angry(text), "{text}");
        }
    }

    #[test]
    fn the_words_are_written_as_they_are_folded() {
        for entry in ANGRY.into_iter().chain(ANGRY_PHRASES) {
            let folded: Vec<_> = words(entry).into_iter().map(|word| word.surface).collect();
            assert_eq!(folded.join(" "), entry);
        }
    }
}
