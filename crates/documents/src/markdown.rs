//! Writes Markdown from what the parsers find: headings, paragraphs, list items.

/// The text on one line, spaces once and none around it. The half-space is no space.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A Markdown text that grows block by block.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    /// Whether the last block was an item of a list, which the next one follows on the next line.
    in_list: bool,
}

impl Writer {
    /// A heading; 1 is the outermost.
    pub(super) fn heading(&mut self, level: usize, words: &str) {
        let words = one_line(words);
        if words.is_empty() {
            return;
        }
        self.begin(false);
        self.text.push_str(&"#".repeat(level.clamp(1, 6)));
        self.text.push(' ');
        self.text.push_str(&words);
        self.text.push('\n');
    }

    /// A paragraph, its lines kept.
    pub(super) fn paragraph(&mut self, words: &str) {
        self.lines(words, "", "");
    }

    /// An item of a list; `depth` is 0 for the outermost, `mark` is `-` or `1.`.
    pub(super) fn item(&mut self, depth: usize, mark: &str, words: &str) {
        let indent = "  ".repeat(depth.min(8));
        let rest = format!("{indent}  ");
        self.lines(words, &format!("{indent}{mark} "), &rest);
    }

    /// Text that is Markdown already, such as a table.
    pub(super) fn block(&mut self, markdown: &str) {
        let markdown = markdown.trim_matches('\n');
        if !markdown.trim().is_empty() {
            self.begin(false);
            self.text.push_str(markdown);
            self.text.push('\n');
        }
    }

    /// How many bytes there are so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn lines(&mut self, words: &str, first: &str, others: &str) {
        let mut began = false;
        for line in words.split('\n').map(one_line) {
            if line.is_empty() {
                continue;
            }
            if !began {
                self.begin(!first.is_empty());
            }
            self.text.push_str(if began { others } else { first });
            self.text.push_str(&line);
            self.text.push('\n');
            began = true;
        }
    }

    fn begin(&mut self, is_item: bool) {
        let goes_on = is_item && self.in_list;
        if !self.text.is_empty() && !goes_on {
            self.text.push('\n');
        }
        self.in_list = is_item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_apart_and_items_together() {
        let mut writer = Writer::default();
        writer.heading(2, " ارسال \n و بازگشت ");
        writer.paragraph("یک\n\nدو");
        writer.item(0, "-", "اول\nادامه");
        writer.item(1, "1.", "درون");
        writer.paragraph("");
        writer.block("| a |\n");
        let wanted = "## ارسال و بازگشت\n\nیک\nدو\n\n- اول\n  ادامه\n  1. درون\n\n| a |\n";
        assert_eq!(writer.finish(), wanted);
        assert_eq!(one_line(" می\u{200C}خواهم\t\u{A0} x "), "می\u{200C}خواهم x");
    }
}
