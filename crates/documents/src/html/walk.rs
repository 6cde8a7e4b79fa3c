//! From the elements of a page to Markdown, however deep they lie.

use dom_query::{NodeData, NodeRef};

use super::ParseFailure;
use crate::markdown::{Writer, one_line};
use crate::{MOST_ROWS, MOST_TEXT_BYTES, rows};

/// Elements that stand in a line of text; every other one begins a new line.
const INLINE: [&str; 33] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del",
    "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
];
/// What is never text of a page, wherever it comes from.
const NEVER: [&str; 12] = [
    "script", "style", "noscript", "template", "head", "iframe", "object", "svg", "math", "select",
    "textarea", "title",
];
/// The most columns that one cell can span.
const WIDEST_CELL: usize = 50;

/// The text of a node as Markdown.
pub(super) fn markdown(root: &NodeRef<'_>) -> Result<String, ParseFailure> {
    let mut walk = Walk::default();
    // A stack of its own: pages may be nested deeper than the program's stack is.
    let mut steps = vec![Step::Enter(*root)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Enter(node) => {
                if walk.enter(&node)? {
                    steps.push(Step::Leave(node));
                    steps.extend(node.children_it(true).map(Step::Enter));
                }
            }
            Step::Leave(node) => walk.leave(&node),
        }
    }
    walk.flush();
    Ok(walk.out.finish())
}

enum Step<'a> {
    Enter(NodeRef<'a>),
    Leave(NodeRef<'a>),
}

/// A list that is open.
struct List {
    /// The number of the next item, where items have numbers.
    next: Option<u32>,
}

#[derive(Default)]
struct Walk {
    out: Writer,
    /// The text since the last block began.
    line: String,
    lists: Vec<List>,
    /// The item whose first words come next.
    mark: Option<(usize, String)>,
    /// The level of the last heading.
    level: usize,
    /// How many `<pre>` are open.
    literal: usize,
}

impl Walk {
    /// Takes up a node; whether its children are wanted.
    fn enter(&mut self, node: &NodeRef<'_>) -> Result<bool, ParseFailure> {
        if let Some(text) = node.query(text_of).flatten() {
            self.push(&text);
            return Ok(false);
        }
        let Some(name) = node.node_name().filter(|_| node.is_element()) else {
            return Ok(node.is_document() || node.is_fragment());
        };
        let name = &*name;
        if self.out.len() > MOST_TEXT_BYTES {
            return Err(ParseFailure::too_large());
        }
        match name {
            _ if NEVER.contains(&name) => return Ok(false),
            _ if INLINE.contains(&name) => return Ok(true),
            "br" => self.line.push('\n'),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.level = name
                    .bytes()
                    .last()
                    .map_or(1, |digit| usize::from(digit - b'0'));
                self.out.heading(self.level, &node.text());
                return Ok(false);
            }
            // What opens an answer is a question.
            "summary" => {
                self.flush();
                self.out.heading(self.level + 1, &node.text());
                return Ok(false);
            }
            "ul" | "ol" | "menu" => {
                self.flush();
                let start = node.attr("start").and_then(|start| start.parse().ok());
                let next = (name == "ol").then(|| start.unwrap_or(1));
                self.lists.push(List { next });
            }
            "li" => {
                self.flush();
                self.begin_item();
            }
            "table" if is_data(node) => {
                self.flush();
                let table = rows::as_table(cells(node)?)?;
                self.out.block(&table);
                return Ok(false);
            }
            "td" | "th" => self.line.push(' '),
            "pre" => {
                self.flush();
                self.literal += 1;
            }
            _ => self.flush(),
        }
        Ok(true)
    }

    fn leave(&mut self, node: &NodeRef<'_>) {
        let Some(name) = node.node_name().filter(|_| node.is_element()) else {
            return;
        };
        let name = &*name;
        if INLINE.contains(&name) || name == "br" {
            return;
        }
        if matches!(name, "td" | "th") {
            self.line.push(' ');
            return;
        }
        self.flush();
        match name {
            "ul" | "ol" | "menu" => {
                self.lists.pop();
            }
            "li" => self.mark = None,
            "pre" => self.literal = self.literal.saturating_sub(1),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.literal > 0 {
            self.line.push_str(text);
        } else {
            // Only `<br>` breaks a line.
            self.line.extend(text.chars().map(|letter| match letter {
                '\n' | '\r' | '\t' => ' ',
                other => other,
            }));
        }
    }

    fn begin_item(&mut self) {
        let depth = self.lists.len().saturating_sub(1);
        let mark = match self.lists.last_mut().and_then(|list| list.next.as_mut()) {
            Some(next) => {
                let mark = format!("{next}.");
                *next = next.saturating_add(1);
                mark
            }
            None => "-".to_owned(),
        };
        self.mark = Some((depth, mark));
    }

    /// Ends the present block.
    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            return;
        }
        match self.mark.take() {
            Some((depth, mark)) => self.out.item(depth, &mark, &line),
            None => self.out.paragraph(&line),
        }
    }
}

fn text_of(node: &dom_query::TreeNode) -> Option<String> {
    match &node.data {
        NodeData::Text { contents } => Some(contents.to_string()),
        NodeData::Document
        | NodeData::Fragment
        | NodeData::Doctype { .. }
        | NodeData::Comment { .. }
        | NodeData::Element(_)
        | NodeData::ProcessingInstruction { .. } => None,
    }
}

/// Whether a table holds data, rather than placing the parts of a page.
fn is_data(table: &NodeRef<'_>) -> bool {
    let role = table.attr("role").unwrap_or_default();
    let is_layout = matches!(&*role, "presentation" | "none");
    !is_layout
        && !table.descendants_it().any(|node| {
            ["table", "h1", "h2", "h3", "form", "article", "section"]
                .iter()
                .any(|name| node.has_name(name))
        })
}

/// The cells of a table, row by row.
fn cells(table: &NodeRef<'_>) -> Result<Vec<Vec<String>>, ParseFailure> {
    let mut found = Vec::new();
    for row in table.descendants_it().filter(|node| node.has_name("tr")) {
        let mut cells = Vec::new();
        for cell in row.children_it(false) {
            if !(cell.has_name("td") || cell.has_name("th")) {
                continue;
            }
            let span = cell.attr("colspan").and_then(|span| span.parse().ok());
            cells.push(one_line(&spoken(&cell)));
            let span: usize = span.unwrap_or(1);
            cells.resize(cells.len() + span.clamp(1, WIDEST_CELL) - 1, String::new());
        }
        if found.len() >= MOST_ROWS {
            return Err(ParseFailure::too_many_rows());
        }
        found.push(cells);
    }
    Ok(found)
}

/// What a cell says, its lines apart.
fn spoken(cell: &NodeRef<'_>) -> String {
    let mut text = String::new();
    for node in cell.descendants_it() {
        match node.query(text_of).flatten() {
            Some(words) => text.push_str(&words),
            None if INLINE.iter().any(|name| node.has_name(name)) => {}
            None => text.push(' '),
        }
    }
    text
}
