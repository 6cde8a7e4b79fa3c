//! A passage's sentences, and which of them carries an answer.

use xin_text::{sentences, sparse};

/// One sentence, or one line of a list, a heading or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The words, without Markdown's marks.
    pub(crate) text: String,
    /// The line of the passage that it stands on.
    pub(crate) line: usize,
    /// A heading or a question: it names the matter, and what follows tells it.
    pub(crate) leads: bool,
}

/// What marks a line of its own in Markdown and in lists.
const MARKS: [char; 7] = ['#', '-', '*', '•', '+', '>', '|'];

/// The passage's statements in order.
pub(crate) fn statements(passage: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let lines: Vec<&str> = passage.lines().map(str::trim).collect();
    for (line, written) in lines.iter().copied().enumerate() {
        if is_title(&lines, line) {
            let title = statement(written, line);
            statements.extend(title.map(|title| Statement {
                leads: true,
                ..title
            }));
            continue;
        }
        let marked = written.starts_with(MARKS);
        let parts = if marked {
            vec![written]
        } else {
            sentences(written)
        };
        statements.extend(parts.into_iter().filter_map(|part| statement(part, line)));
    }
    statements
}

/// Whether a line is a heading without a mark, as people paste them: it begins the text, says no
/// whole sentence, and an empty line parts it from what follows.
fn is_title(lines: &[&str], line: usize) -> bool {
    let begins = lines.iter().take(line).all(|before| before.is_empty());
    let parted = lines.get(line + 1).is_some_and(|next| next.is_empty());
    let title = lines.get(line).copied().unwrap_or_default();
    begins
        && parted
        && lines.iter().skip(line + 1).any(|after| !after.is_empty())
        && !title.starts_with(MARKS)
        && !title.ends_with(['.', '!', '…', '۔'])
}

fn statement(written: &str, line: usize) -> Option<Statement> {
    let heading = written.starts_with('#');
    let bare = written
        .trim_start_matches(['#', '-', '*', '•', '+', '>', ' '])
        .replace("**", "");
    let text = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    let leads = heading || text.ends_with(['?', '؟']);
    (!text.is_empty()).then_some(Statement { text, line, leads })
}

/// The statements as one text, on lines as they were.
pub(crate) fn joined<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> String {
    let mut text = String::new();
    let mut last_line = None;
    for statement in statements {
        if let Some(last_line) = last_line {
            text.push(if statement.line == last_line {
                ' '
            } else {
                '\n'
            });
        }
        text.push_str(&statement.text);
        last_line = Some(statement.line);
    }
    text
}

/// The index of the statement that shares most with `words`; the first of equals.
pub(crate) fn best_statement(words: &str, statements: &[Statement]) -> Option<usize> {
    let mut best: Option<(usize, f32)> = None;
    for (index, statement) in statements.iter().enumerate() {
        let coverage = sparse::coverage(words, &statement.text);
        if best.is_none_or(|(_, most)| coverage > most) {
            best = Some((index, coverage));
        }
    }
    best.map(|(index, _)| index)
}

/// The sentence of a passage that an answer most likely rests on.
pub(crate) fn best_quote(answer: &str, passage: &str) -> String {
    let statements = statements(passage);
    let best = best_statement(answer, &statements);
    best.and_then(|index| statements.into_iter().nth(index))
        .map_or_else(String::new, |statement| statement.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(passage: &str) -> Vec<String> {
        statements(passage)
            .into_iter()
            .map(|statement| statement.text)
            .collect()
    }

    #[test]
    fn marked_lines_stand_alone_and_lose_their_marks() {
        let passage = "# ارسال\n- تهران: **یک** روز\n* شیراز: سه روز\n\nهزینه ندارد. تماس بگیرید.";
        let expected = [
            "ارسال",
            "تهران: یک روز",
            "شیراز: سه روز",
            "هزینه ندارد.",
            "تماس بگیرید.",
        ];
        assert_eq!(texts(passage), expected);
        assert!(statements(passage)[0].leads);
    }

    #[test]
    fn a_title_without_a_mark_leads() {
        let leads = |passage: &str| statements(passage)[0].leads;
        assert!(leads("روش‌های ارسال\n\nبا پیک."));
        assert!(!leads("روش‌های ارسال\nبا پیک."));
        assert!(!leads("ارسال با پیک است.\n\nهزینه دارد."));
        assert!(!leads("ارسال با پیک\n\n"));
        assert!(!statements("یک.\n\nدو\n\nسه.")[1].leads);
    }

    #[test]
    fn lines_stay_lines() {
        let passage = "یک جمله.  دو جمله.\n\n- الف\n- ب\nسه جمله.";
        assert_eq!(
            joined(&statements(passage)),
            "یک جمله. دو جمله.\nالف\nب\nسه جمله."
        );
    }

    #[test]
    fn the_quote_is_the_sentence_that_shares_most() {
        let passage = "فروشگاه ما در تهران است. هزینه ارسال به شیراز ۵۰ هزار تومان است.";
        let quote = best_quote("ارسال به شیراز ۵۰ هزار تومان هزینه دارد", passage);
        assert_eq!(quote, "هزینه ارسال به شیراز ۵۰ هزار تومان است.");
        assert_eq!(best_quote("هر چه", ""), "");
    }
}
