//! Which sentences of the passages answer a question.
//!
//! The weights were tuned on five public sets (docs/retrieval.md): three sentences hold what is
//! asked for more often when they are chosen one by one than when they are the three that stand
//! together. Neighbours are preferred, since they read better.

use std::collections::HashSet;

use xin_text::language::detect;
use xin_text::sparse::{Terms, terms, terms_in};

use crate::model::GroundingPassage;
use crate::quote::{Statement, joined, statements};

/// Passages that are quoted from: an answer rarely stands further down.
const PASSAGES: usize = 3;
/// Sentences that are chosen for an answer, at the most.
const MOST_STATEMENTS: usize = 3;
/// The best passage is quoted whole up to here, in characters, however many lines it has: a list of
/// prices with some left out would mislead.
const SHORT_PASSAGE: usize = 300;

/// What a word without meaning tells beside one with it, as in the search.
const STOP_WORD: f32 = 0.3;
/// What the pieces of the question's words count that a sentence has; its words count 1.
const PIECES: f32 = 0.4;
/// What a passage's score counts, as a share of the best passage's.
const SHARE: f32 = 1.05;
/// What a sentence loses towards the end of its passage: texts begin with what matters.
const LATE: f32 = 0.12;
/// What a sentence gains that follows one already chosen, or comes before one: neighbours read
/// better, and what follows tells more.
const FOLLOWS: f32 = 0.12;
const LEADS_UP: f32 = 0.04;
/// How far a sentence may be below the best one that does not follow one already chosen, and one of
/// a further passage: an answer need not have three.
const BELOW: f32 = 1.0;
const BELOW_ELSEWHERE: f32 = 0.5;

/// What is quoted of one passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quotation {
    /// The passage's number, from 1.
    pub(crate) passage: usize,
    /// Its sentences, in reading order.
    pub(crate) text: String,
}

/// The sentences that answer the question, by passage, the best passage first; none when there are
/// no words in any. Where the best is somebody's answer to the question as a whole, that answer and
/// nothing else.
pub(crate) fn choose(question: &str, passages: &[GroundingPassage]) -> Vec<Quotation> {
    let mut read = read(passages);
    let Some(first) = read.first() else {
        return Vec::new();
    };
    if first.passage.is_faq {
        return vec![Quotation {
            passage: first.number,
            text: first.passage.text.trim().to_owned(),
        }];
    }
    // The answer to another question is quoted whole or not at all.
    read.retain(|read| !read.passage.is_faq);
    read.truncate(PASSAGES);
    let chosen = places(question, &read);
    let quoted = chosen.chunk_by(|left, right| left.0 == right.0);
    quoted
        .filter_map(|places| {
            let read = read.get(places.first()?.0)?;
            let statements = places.iter().filter_map(|(_, at)| read.statements.get(*at));
            Some(Quotation {
                passage: read.number,
                text: joined(statements),
            })
        })
        .collect()
}

/// The places of the statements to be quoted, in reading order, of passages with the best first.
fn places(question: &str, read: &[Read<'_>]) -> Vec<Place> {
    let mut chosen = Vec::new();
    if let Some(first) = read.first()
        && first.passage.text.chars().count() <= SHORT_PASSAGE
    {
        let told = first.statements.iter().position(|told| !told.leads);
        let whole = told.unwrap_or_default()..first.statements.len();
        chosen.extend(whole.map(|at| (0, at)));
    }
    if chosen.len() < MOST_STATEMENTS {
        let candidates = weighed(question, read);
        while chosen.len() < MOST_STATEMENTS
            && let Some(next) = next(&candidates, &chosen)
        {
            chosen.push(next);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// A passage with its statements.
struct Read<'a> {
    number: usize,
    passage: &'a GroundingPassage,
    statements: Vec<Statement>,
}

/// The passages that have words, best first, the first of equals before the others.
fn read(passages: &[GroundingPassage]) -> Vec<Read<'_>> {
    let mut read: Vec<Read<'_>> = (1..)
        .zip(passages)
        .map(|(number, passage)| Read {
            number,
            passage,
            statements: statements(&passage.text),
        })
        .filter(|read| !read.statements.is_empty())
        .collect();
    read.sort_by(|left, right| right.passage.score.total_cmp(&left.passage.score));
    read
}

/// A statement's place: the passage by its rank, and the statement in it.
type Place = (usize, usize);

struct Candidate {
    place: Place,
    weight: f32,
}

/// The statements that may be chosen, with what each is worth.
fn weighed(question: &str, read: &[Read<'_>]) -> Vec<Candidate> {
    let found: Vec<(Place, Found)> = (0..)
        .zip(read)
        .flat_map(|(rank, read)| telling(read).map(move |(at, found)| ((rank, at), found)))
        .collect();
    let asked = Asked::of(question, &found);
    let best = read.first().map_or(0.0, |read| read.passage.score);
    found
        .into_iter()
        .filter_map(|(place, found)| {
            let read = read.get(place.0)?;
            let share = if best > 0.0 {
                (read.passage.score / best).clamp(0.0, 1.0)
            } else {
                1.0
            };
            let late = float(place.1) / float(read.statements.len());
            let weight = asked.covered_by(&found) + SHARE * share - LATE * late;
            Some(Candidate { place, weight })
        })
        .collect()
}

/// The terms that a statement speaks about.
struct Found {
    words: HashSet<u32>,
    pieces: HashSet<u32>,
}

/// The statements that tell something, each with the terms of the heading or question right above
/// it, which it answers. Where all only lead, they are all there is.
fn telling(read: &Read<'_>) -> impl Iterator<Item = (usize, Found)> {
    let language = detect(&read.passage.text);
    let only_leads = read.statements.iter().all(|statement| statement.leads);
    let mut lead: Option<(usize, Terms)> = None;
    read.statements
        .iter()
        .enumerate()
        .filter_map(move |(at, statement)| {
            let own = terms_in(&statement.text, language);
            if statement.leads && !only_leads {
                lead = Some((at, own));
                return None;
            }
            let above = lead
                .as_ref()
                .filter(|(place, _)| at - place <= MOST_STATEMENTS)
                .map(|(_, terms)| terms);
            let all = || above.into_iter().chain([&own]);
            let words = all().flat_map(|terms| terms.words.iter().map(|(word, _)| *word));
            let pieces = all().flat_map(|terms| terms.pieces.iter().copied());
            let found = Found {
                words: words.collect(),
                pieces: pieces.collect(),
            };
            Some((at, found))
        })
}

/// The terms of a question with the share of the whole that each tells: much where few of the
/// statements have it.
struct Asked {
    words: Vec<(u32, f32)>,
    pieces: Vec<(u32, f32)>,
}

impl Asked {
    fn of(question: &str, found: &[(Place, Found)]) -> Self {
        let Terms { mut words, pieces } = terms(question);
        words.sort_unstable();
        words.dedup();
        let tells = |has: &dyn Fn(&Found) -> bool| {
            let with = float(found.iter().filter(|(_, found)| has(found)).count());
            ((float(found.len()) - with + 0.5) / (with + 0.5)).ln_1p()
        };
        let words = words.into_iter().map(|(word, has_meaning)| {
            let weight = if has_meaning { 1.0 } else { STOP_WORD };
            (word, weight * tells(&|found| found.words.contains(&word)))
        });
        let pieces = pieces
            .into_iter()
            .map(|piece| (piece, tells(&|found| found.pieces.contains(&piece))));
        Self {
            words: shares(words.collect()),
            pieces: shares(pieces.collect()),
        }
    }

    fn covered_by(&self, found: &Found) -> f32 {
        let covered = |asked: &[(u32, f32)], there: &HashSet<u32>| -> f32 {
            let shared = asked.iter().filter(|(term, _)| there.contains(term));
            shared.map(|(_, share)| share).sum()
        };
        covered(&self.words, &found.words) + PIECES * covered(&self.pieces, &found.pieces)
    }
}

/// Weights as shares of their sum; none where they weigh nothing.
fn shares(mut weights: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    let all: f32 = weights.iter().map(|(_, weight)| weight).sum();
    if all <= 0.0 {
        return Vec::new();
    }
    for (_, weight) in &mut weights {
        *weight /= all;
    }
    weights
}

/// The best statement that is not chosen yet and says enough, the first of equals.
fn next(candidates: &[Candidate], chosen: &[Place]) -> Option<Place> {
    let most = |best: f32, candidate: &Candidate| best.max(candidate.weight);
    let best = candidates.iter().fold(f32::MIN, most);
    let mut found: Option<(Place, f32)> = None;
    for Candidate { place, weight } in candidates {
        let follows = chosen.contains(&(place.0, place.1.wrapping_sub(1)));
        let quoted = chosen.iter().any(|(rank, _)| *rank == place.0);
        let below = if quoted { BELOW } else { BELOW_ELSEWHERE };
        let says_little = !chosen.is_empty() && !follows && *weight < best - below;
        if says_little || chosen.contains(place) {
            continue;
        }
        let gained = if follows {
            FOLLOWS
        } else if chosen.contains(&(place.0, place.1 + 1)) {
            LEADS_UP
        } else {
            0.0
        };
        let weight = weight + gained;
        if found.is_none_or(|(_, earlier)| weight > earlier) {
            found = Some((*place, weight));
        }
    }
    found.map(|(place, _)| place)
}

/// Counts of statements are small; above this they may as well be this.
fn float(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn passage(text: &str, score: f32) -> GroundingPassage {
        GroundingPassage {
            title: String::new(),
            text: text.to_owned(),
            score,
            is_faq: false,
        }
    }

    fn texts(question: &str, passages: &[GroundingPassage]) -> Vec<(usize, String)> {
        choose(question, passages)
            .into_iter()
            .map(|quotation| (quotation.passage, quotation.text))
            .collect()
    }

    const FILLER: &str = "این فروشگاه سال‌هاست که در خدمت مشتریان است. ";

    #[test]
    fn sentences_apart_are_quoted_in_reading_order() {
        let filler = FILLER.repeat(8);
        let money = "بازگشت پول سه روز مهلت دارد.";
        let goods = "بازگشت کالا هفت روز مهلت دارد.";
        let text = format!("{money} {filler}{goods}");
        let found = texts(
            "بازگشت کالا و پول چند روز مهلت دارد؟",
            &[passage(&text, 1.0)],
        );
        let quoted = &found[0].1;
        assert!(
            quoted.starts_with(money) && quoted.ends_with(goods),
            "{quoted}"
        );
        assert_eq!(quoted.matches('.').count(), MOST_STATEMENTS);
    }

    #[test]
    fn each_passage_is_quoted_by_its_own_number_and_by_rank() {
        let filler = FILLER.repeat(8);
        let one = format!("{filler}گارانتی گوشی هجده ماه است.");
        let two = format!("{filler}گارانتی لپ‌تاپ سی و شش ماه است.");
        let passages = [passage(&one, 0.9), passage(&two, 1.0)];
        let found = texts("گارانتی گوشی و لپ‌تاپ چند ماه است؟", &passages);
        let numbers: Vec<usize> = found.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [2, 1]);
        assert!(found[0].1.contains("لپ‌تاپ") && found[1].1.contains("گوشی"));
    }

    #[test]
    fn a_passage_about_something_else_is_not_quoted() {
        let passages = [
            passage("ارسال به شیراز سه روز طول می‌کشد.", 1.0),
            passage("ساعت کار از نه تا بیست‌ویک است.", 0.4),
        ];
        let found = texts("ارسال به شیراز چند روز طول می‌کشد؟", &passages);
        assert_eq!(found, [(1, passages[0].text.clone())]);
    }

    #[test]
    fn what_stands_under_a_heading_is_about_it() {
        let filler = "- چیزی که ربطی ندارد و فقط جا می‌گیرد\n".repeat(9);
        let text = format!("{filler}# مرجوع کردن کالا\nتا هفت روز ممکن است.\n# دیگر\nهیچ.");
        let found = texts("مرجوع کردن کالا", &[passage(&text, 1.0)]);
        assert_eq!(found, [(1, "تا هفت روز ممکن است.".to_owned())]);
    }

    #[test]
    fn the_answer_to_another_question_is_not_cut_up() {
        let long = FILLER.repeat(9);
        let other = GroundingPassage {
            is_faq: true,
            ..passage("بله، تا هفت روز.", 0.9)
        };
        let found = texts("خدمت مشتریان؟", &[passage(&long, 1.0), other]);
        assert!(found.iter().all(|(number, _)| *number == 1));
    }

    proptest! {
        #[test]
        fn every_word_said_stands_in_a_passage(
            question in "[آ-ی ؟]{0,30}",
            written in prop::collection::vec("([آ-ی ]{1,20}[.؟\n#-]{1,2} ?){0,12}", 0..5),
        ) {
            let scored = (0_u16..).zip(&written);
            let passages: Vec<_> = scored
                .map(|(at, text)| passage(text, 10.0 - f32::from(at)))
                .collect();
            let found = choose(&question, &passages);
            for quotation in &found {
                let source = &passages[quotation.passage - 1].text;
                let words: Vec<&str> = quotation.text.split_whitespace().collect();
                prop_assert!(!words.is_empty());
                prop_assert!(words.iter().all(|word| source.contains(word)));
            }
            let has_words = passages.iter().any(|passage| !statements(&passage.text).is_empty());
            prop_assert_eq!(has_words, !found.is_empty());
        }
    }
}
