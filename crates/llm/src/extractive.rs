//! Answers with the passages' own sentences: no key, no cost, no invention.

use async_trait::async_trait;
use xin_domain::ReplyAction;

use crate::choose::choose;
use crate::error::LlmError;
use crate::model::{ChatModel, Citation, DeltaSink, ReplyOutcome, ReplyRequest, StructuredReply};

/// Answers with the passages' own sentences.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExtractiveModel;

#[async_trait]
impl ChatModel for ExtractiveModel {
    async fn reply(
        &self,
        request: &ReplyRequest,
        deltas: &dyn DeltaSink,
    ) -> Result<ReplyOutcome, LlmError> {
        let reply = compose(request);
        for word in reply.text.split_inclusive(char::is_whitespace) {
            deltas.text(word);
        }
        Ok(ReplyOutcome {
            reply,
            model: self.name().to_owned(),
            prompt_tokens: None,
            completion_tokens: None,
            cost_micros: None,
            attempts: Vec::new(),
        })
    }

    fn name(&self) -> &'static str {
        "extractive"
    }
}

fn compose(request: &ReplyRequest) -> StructuredReply {
    let quoted = if request.confidence >= request.answer_threshold {
        choose(&request.question, &request.passages)
    } else {
        Vec::new()
    };
    let lines: Vec<&str> = quoted.iter().map(|part| part.text.as_str()).collect();
    let (action, text) = if quoted.is_empty() {
        (ReplyAction::HandOff, request.texts.unknown.clone())
    } else {
        (ReplyAction::Answer, lines.join("\n"))
    };
    let citations = quoted.into_iter().map(|part| Citation {
        passage: part.passage,
        quote: part.text,
    });
    StructuredReply {
        action,
        text,
        citations: citations.collect(),
        language: request.language.clone(),
        confidence: Some(request.confidence),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;
    use crate::model::{FallbackTexts, GroundingPassage};

    #[derive(Default)]
    struct Recorder(Mutex<Vec<String>>);

    impl DeltaSink for Recorder {
        fn text(&self, appended: &str) {
            self.0.lock().unwrap().push(appended.to_owned());
        }
    }

    fn request(question: &str, passages: &[(&str, f32)], confidence: f32) -> ReplyRequest {
        ReplyRequest {
            system: String::new(),
            history: Vec::new(),
            question: question.to_owned(),
            passages: passages
                .iter()
                .map(|(text, score)| GroundingPassage {
                    title: "عنوان".to_owned(),
                    text: (*text).to_owned(),
                    score: *score,
                    is_faq: false,
                })
                .collect(),
            confidence,
            answer_threshold: 0.5,
            language: "fa".to_owned(),
            texts: FallbackTexts {
                unknown: "همکارم پاسخ می‌دهد.".to_owned(),
            },
            deadline: Duration::from_secs(1),
        }
    }

    async fn reply(request: &ReplyRequest) -> StructuredReply {
        let recorder = Recorder::default();
        let outcome = ExtractiveModel.reply(request, &recorder).await.unwrap();
        assert_eq!(recorder.0.lock().unwrap().concat(), outcome.reply.text);
        outcome.reply
    }

    #[tokio::test]
    async fn a_short_passage_is_the_answer() {
        let passages = [
            ("چیز دیگری.", 0.1),
            (
                "## هزینه ارسال چقدر است؟\n- تهران ۳۰ هزار\n- شیراز ۵۰ هزار",
                0.9,
            ),
        ];
        let reply = reply(&request("هزینه ارسال؟", &passages, 0.8)).await;
        assert_eq!(reply.action, ReplyAction::Answer);
        assert_eq!(reply.text, "تهران ۳۰ هزار\nشیراز ۵۰ هزار");
        assert_eq!(
            reply.citations,
            [Citation {
                passage: 2,
                quote: reply.text.clone()
            }]
        );
    }

    #[tokio::test]
    async fn sentences_of_two_passages_cite_both() {
        let filler = "این فروشگاه سال‌هاست که در خدمت مشتریان است. ".repeat(8);
        let phone = format!("{filler}گارانتی گوشی هجده ماه است.");
        let laptop = format!("{filler}گارانتی تبلت سی ماه است.");
        let passages = [(phone.as_str(), 0.9), (laptop.as_str(), 1.0)];
        let reply = reply(&request("گارانتی گوشی و تبلت چند ماه است؟", &passages, 0.9)).await;
        let cited: Vec<usize> = reply.citations.iter().map(|cited| cited.passage).collect();
        assert_eq!(cited, [2, 1]);
        let quotes: Vec<&str> = reply.citations.iter().map(|cited| &*cited.quote).collect();
        assert_eq!(quotes.join("\n"), reply.text);
    }

    #[tokio::test]
    async fn a_long_passage_gives_the_sentences_around_the_best() {
        let filler = "این فروشگاه سال‌هاست که در خدمت مشتریان است. ".repeat(8);
        let passage = format!(
            "{filler}مرجوع کردن کالا تا هفت روز ممکن است. کالا باید سالم باشد. رسید لازم است. {filler}"
        );
        let reply = reply(&request(
            "مرجوع کردن کالا چند روز ممکن است؟",
            &[(&passage, 1.0)],
            0.9,
        ))
        .await;
        assert_eq!(
            reply.text,
            "مرجوع کردن کالا تا هفت روز ممکن است. کالا باید سالم باشد. رسید لازم است."
        );
    }

    #[tokio::test]
    async fn a_matching_question_is_answered_by_what_follows() {
        let filler = "- چیزی که ربطی ندارد و فقط جا می‌گیرد تا متن دراز شود\n".repeat(8);
        let passage = format!("{filler}# مرجوع کردن کالا\nتا هفت روز.\n# دیگر\nهیچ.");
        let reply = reply(&request("مرجوع کردن کالا", &[(&passage, 1.0)], 0.9)).await;
        assert_eq!(reply.text, "تا هفت روز.");
    }

    #[tokio::test]
    async fn a_questions_own_answer_is_given_whole() {
        let filler = "این فروشگاه سال‌هاست که در خدمت مشتریان است.\n".repeat(9);
        let answer = format!("{filler}مرجوع کردن تا هفت روز ممکن است؟ بله.");
        let mut request = request("مرجوع کردن کالا", &[(&answer, 1.0)], 0.9);
        request.passages[0].is_faq = true;
        assert_eq!(reply(&request).await.text, answer);
    }

    #[tokio::test]
    async fn without_confidence_or_passages_a_person_is_promised() {
        for request in [
            request("؟", &[("متن.", 1.0)], 0.4),
            request("؟", &[], 0.9),
            request("؟", &[("  \n # ", 1.0)], 0.9),
        ] {
            let reply = reply(&request).await;
            assert_eq!(reply.action, ReplyAction::HandOff);
            assert_eq!(reply.text, "همکارم پاسخ می‌دهد.");
            assert!(reply.citations.is_empty());
        }
    }
}
