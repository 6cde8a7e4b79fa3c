//! What the mode without a key answers: whether its sentences hold the expected answer, and how
//! much else they say.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use xin_knowledge::{ANSWER_CONFIDENCE, ScoredPassage};
use xin_llm::{
    ChatModel, ExtractiveModel, FallbackTexts, GroundingPassage, NoDeltas, ReplyRequest,
};
use xin_text::fold;

use super::asked;
use super::indexed::Indexed;
use super::metrics::real;
use super::sets::Set;

/// Passages that a reply may rest on, as in production.
const PASSAGES: usize = 5;

/// Sums over the questions that are answered somewhere.
#[derive(Default)]
struct Sums {
    questions: usize,
    contained: usize,
    likeness: f64,
    characters: usize,
}

/// Answers every question of a set. The table tells what is said when it must answer; the lines
/// kept in `run` also tell where it would have abstained.
pub async fn measure(set: &Set, indexed: &Indexed, run: Option<&Path>) -> anyhow::Result<()> {
    let mut sums = Sums::default();
    let mut lines = String::new();
    for query in &set.queries {
        let question = asked(query);
        let found = indexed.search(&question).await?;
        let confidence = indexed.confidence(&question, &found.passages).value;
        let text = answer(&query.text, &found.passages).await?;
        if query.answerable && !query.answers.is_empty() {
            sums.questions += 1;
            sums.contained += usize::from(contains(&text, &query.answers));
            sums.likeness += token_f1(&text, &query.answers);
            sums.characters += text.chars().count();
        }
        let line = json!({
            "id": query.id,
            "answer": text,
            "confidence": confidence,
            "abstained": confidence < ANSWER_CONFIDENCE,
        });
        writeln!(lines, "{line}")?;
    }
    println!(
        "{:<14}{:>6}{:>13.3}{:>11.3}{:>12.0}",
        set.name,
        sums.questions,
        real(sums.contained) / real(sums.questions),
        sums.likeness / real(sums.questions),
        real(sums.characters) / real(sums.questions),
    );
    if let Some(folder) = run {
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{}-answers.jsonl", set.name)), lines)?;
    }
    Ok(())
}

async fn answer(question: &str, passages: &[ScoredPassage]) -> anyhow::Result<String> {
    let mut passages = xin_knowledge::joined(passages.to_vec());
    passages.truncate(PASSAGES);
    let request = ReplyRequest {
        system: String::new(),
        history: Vec::new(),
        question: question.to_owned(),
        passages: passages
            .into_iter()
            .map(|found| GroundingPassage {
                title: found.passage.title,
                text: found.passage.text,
                score: found.score,
                is_faq: found.passage.is_faq,
            })
            .collect(),
        confidence: 1.0,
        answer_threshold: 0.0,
        language: "fa".to_owned(),
        texts: FallbackTexts {
            unknown: String::new(),
        },
        deadline: Duration::from_secs(5),
    };
    Ok(ExtractiveModel.reply(&request, &NoDeltas).await?.reply.text)
}

/// The words of a text as `score.py` compares them, near enough: folded, without marks.
fn plain(text: &str) -> Vec<String> {
    fold(text)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty() && !["a", "an", "the"].contains(word))
        .map(str::to_owned)
        .collect()
}

fn contains(text: &str, answers: &[String]) -> bool {
    let spaced = format!(" {} ", plain(text).join(" "));
    let joined = plain(text).concat();
    answers.iter().map(|answer| plain(answer)).any(|answer| {
        let tight = answer.concat();
        !answer.is_empty()
            && (spaced.contains(&format!(" {} ", answer.join(" ")))
                || (tight.chars().count() > 5 && joined.contains(&tight)))
    })
}

/// The best harmonic mean of precision and recall over the expected answers.
fn token_f1(text: &str, answers: &[String]) -> f64 {
    let said = plain(text);
    answers
        .iter()
        .map(|answer| {
            let wanted = plain(answer);
            let mut left: HashMap<&str, usize> = HashMap::new();
            for word in &wanted {
                *left.entry(word).or_default() += 1;
            }
            let mut shared = 0;
            for word in &said {
                if let Some(count) = left.get_mut(word.as_str()).filter(|count| **count > 0) {
                    *count -= 1;
                    shared += 1;
                }
            }
            if shared == 0 {
                return 0.0;
            }
            2.0 * real(shared) / real(said.len() + wanted.len())
        })
        .fold(0.0, f64::max)
}
