//! XML as a stream of what our readers look at, within bounds.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::BufRead;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::{MOST_TEXT_BYTES, ParseFailure};

/// How deep elements may lie in elements; Office files have some 30 levels.
const DEEPEST: usize = 256;

/// What comes next in a part.
pub(crate) enum Node {
    /// An element begins.
    Open(Element),
    /// An element ends; its name without the prefix.
    Close(String),
    /// Text.
    Text(String),
}

/// An element with its attributes.
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The attribute of that name, whatever its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let plain = |key: &str| key == name;
        let prefixed = |key: &str| key.rsplit_once(':').is_some_and(|(_, local)| local == name);
        self.find(plain).or_else(|| self.find(prefixed))
    }

    /// The attribute of that name that has a prefix, such as `r:id`.
    pub(crate) fn prefixed(&self, name: &str) -> Option<&str> {
        self.find(|key| key.rsplit_once(':').is_some_and(|(_, local)| local == name))
    }

    /// The number in an attribute.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// What `val` says of a switch; one without it is on.
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self.attribute("val"), Some("0" | "false" | "off"))
    }

    fn find(&self, is_wanted: impl Fn(&str) -> bool) -> Option<&str> {
        let mut found = self.attributes.iter().filter(|(key, _)| is_wanted(key));
        found.next().map(|(_, value)| value.as_str())
    }
}

/// A part as it is read. Entities that a document declares are never expanded: one that declares
/// any is refused.
pub(crate) struct Xml<'a> {
    reader: Reader<Box<dyn BufRead + 'a>>,
    buffer: Vec<u8>,
    depth: usize,
    /// The end of an element that was written as empty.
    pending: Option<String>,
    /// Bytes read for the present event.
    of_event: Rc<Cell<u64>>,
}

impl<'a> Xml<'a> {
    pub(super) fn new(source: Box<dyn BufRead + 'a>, of_event: Rc<Cell<u64>>) -> Self {
        let mut reader = Reader::from_reader(source);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        reader.config_mut().allow_dangling_amp = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
            pending: None,
            of_event,
        }
    }

    /// Passes over the rest of the element that has just begun.
    pub(crate) fn skip(&mut self) -> Result<(), ParseFailure> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()? {
                Some(Node::Open(_)) => open += 1,
                Some(Node::Close(_)) => open -= 1,
                Some(Node::Text(_)) => {}
                None => break,
            }
        }
        Ok(())
    }

    /// The text of the element that has just begun, of all that is in it.
    pub(crate) fn text(&mut self) -> Result<String, ParseFailure> {
        let (mut open, mut text) = (1_usize, String::new());
        while open > 0 {
            match self.next()? {
                Some(Node::Open(_)) => open += 1,
                Some(Node::Close(_)) => open -= 1,
                Some(Node::Text(words)) => text.push_str(&words),
                None => break,
            }
            if text.len() > MOST_TEXT_BYTES {
                return Err(ParseFailure::too_large());
            }
        }
        Ok(text)
    }

    /// What comes next; nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Node>, ParseFailure> {
        if let Some(name) = self.pending.take() {
            return Ok(Some(Node::Close(name)));
        }
        loop {
            self.buffer.clear();
            self.of_event.set(0);
            let event = self
                .reader
                .read_event_into(&mut self.buffer)
                .map_err(|_error| ParseFailure::unreadable_office())?;
            let node = match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(ParseFailure::too_deeply_nested());
                    }
                    Node::Open(element(&start)?)
                }
                Event::Empty(start) => {
                    let element = element(&start)?;
                    self.pending = Some(element.name.clone());
                    Node::Open(element)
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close(end.local_name().as_ref().to_owned())
                }
                Event::Text(text) => Node::Text(text.into_inner().into_owned()),
                Event::CData(text) => Node::Text(text.into_inner().into_owned()),
                Event::GeneralRef(reference) => Node::Text(referred(&reference)),
                Event::DocType(_) => return Err(ParseFailure::unsafe_xml()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::Eof => return Ok(None),
            };
            return Ok(Some(node));
        }
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, ParseFailure> {
    let mut attributes = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_error| ParseFailure::unreadable_office())?;
        let value = quick_xml::escape::unescape(&attribute.value)
            .unwrap_or(Cow::Borrowed(&attribute.value));
        let name = attribute.key.as_ref().to_owned();
        attributes.push((name, value.into_owned()));
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        attributes,
    })
}

/// The five entities of XML and numbered characters; any other is unknown and says nothing.
fn referred(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    match reference.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
    .to_owned()
}
