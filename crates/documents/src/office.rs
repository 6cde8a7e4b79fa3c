//! The zip files that Office documents are: their parts, unpacked within bounds.

mod xml;

use std::cell::Cell;
use std::io::{BufReader, Cursor, Read};
use std::rc::Rc;

use zip::ZipArchive;
use zip::result::ZipError;

pub(super) use xml::{Element, Node, Xml};

use super::ParseFailure;

/// The most parts; a presentation of 2,000 slides has some 8,000.
const MOST_PARTS: usize = 20_000;
/// The most bytes that all parts which are read may unpack to.
const MOST_BYTES: u64 = 512 * 1_024 * 1_024;
/// How many times its packed size a part may have, beyond the first bytes: text packs to a tenth,
/// tables of the same cells to a hundredth.
const LARGEST_RATIO: u64 = 200;
const RATIO_COUNTS_FROM: u64 = 8 * 1_024 * 1_024;
/// The most bytes of one tag or one run of text, which a reader holds as a whole.
const LONGEST_EVENT: u64 = 16 * 1_024 * 1_024;

/// The names of the parts, read from the table of contents alone, without unpacking anything.
pub(super) fn part_names(bytes: &[u8]) -> Result<Vec<&[u8]>, ParseFailure> {
    const ENTRY: &[u8] = b"PK\x01\x02";
    const NAME_LENGTH_AT: usize = 28;
    const NAME_AT: usize = 46;
    let mut names = Vec::new();
    let mut rest = bytes;
    // Every entry begins with this mark, so counting marks bounds the entries before any library
    // makes something of each.
    while let Some(at) = find(rest, ENTRY) {
        rest = rest.get(at..).unwrap_or_default();
        let length = rest
            .get(NAME_LENGTH_AT..)
            .and_then(|tail| tail.first_chunk());
        let length = usize::from(u16::from_le_bytes(length.copied().unwrap_or_default()));
        if let Some(name) = rest.get(NAME_AT..NAME_AT + length) {
            names.push(name);
        }
        if names.len() > MOST_PARTS {
            return Err(ParseFailure::too_many_parts());
        }
        rest = rest.get(ENTRY.len()..).unwrap_or_default();
    }
    Ok(names)
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

/// An Office document as its parts.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    budget: Budget,
}

/// What may still be unpacked, and whether a part wanted more.
#[derive(Clone)]
struct Budget {
    left: Rc<Cell<u64>>,
    exceeded: Rc<Cell<bool>>,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ParseFailure> {
        part_names(bytes)?;
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_error| ParseFailure::unreadable_office())?;
        if archive.len() > MOST_PARTS {
            return Err(ParseFailure::too_many_parts());
        }
        Ok(Self {
            archive,
            budget: Budget {
                left: Rc::new(Cell::new(MOST_BYTES)),
                exceeded: Rc::new(Cell::new(false)),
            },
        })
    }

    /// Reads the part of that name with `read`; nothing when there is no such part.
    pub(super) fn part<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Xml<'_>) -> Result<T, ParseFailure>,
    ) -> Result<Option<T>, ParseFailure> {
        let budget = self.budget.clone();
        let Some(index) = self.index(name) else {
            return Ok(None);
        };
        let part = self.archive.by_index(index).map_err(broken)?;
        let bounded = Bounded::new(part.compressed_size(), part, budget.clone());
        let of_event = Rc::clone(&bounded.of_event);
        let read = read(Xml::new(Box::new(BufReader::new(bounded)), of_event));
        if budget.exceeded.get() {
            return Err(ParseFailure::expands_too_much());
        }
        read.map(Some)
    }

    /// The name of the main part: what the package itself leads to.
    pub(super) fn main_part(&mut self, usual: &str) -> Result<String, ParseFailure> {
        let relations = self.relations("")?;
        let mut main = relations
            .into_iter()
            .filter(|to| to.leads_to("officeDocument"));
        Ok(main.next().map_or_else(|| usual.to_owned(), |to| to.target))
    }

    /// Where the first relation of such a kind leads.
    pub(super) fn related(
        &mut self,
        from: &str,
        kind: &str,
    ) -> Result<Option<String>, ParseFailure> {
        let mut relations = self.relations(from)?.into_iter();
        Ok(relations.find(|to| to.leads_to(kind)).map(|to| to.target))
    }

    /// Names differ in their slashes and letter case between programs.
    fn index(&self, name: &str) -> Option<usize> {
        self.archive.index_for_name(name).or_else(|| {
            let names = self.archive.file_names_raw().enumerate();
            let same = |found: &[u8]| {
                found.len() == name.len()
                    && found.iter().zip(name.bytes()).all(|(one, other)| {
                        one.eq_ignore_ascii_case(&other) || (*one == b'\\' && other == b'/')
                    })
            };
            let mut found = names.filter(|(_, found)| same(found));
            found.next().map(|(index, _)| index)
        })
    }

    /// What the part of that name refers to, by id.
    pub(super) fn relations(&mut self, of: &str) -> Result<Vec<Relation>, ParseFailure> {
        let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
        let base = folder.to_owned();
        let name = joined("", &format!("{folder}/_rels/{file}.rels"));
        let relations = self.part(&name, |mut xml| {
            let mut relations = Vec::new();
            while let Some(node) = xml.next()? {
                if let Node::Open(element) = node
                    && element.is("Relationship")
                    && element.attribute("TargetMode") != Some("External")
                {
                    relations.push(Relation {
                        id: element.attribute("Id").unwrap_or_default().to_owned(),
                        kind: element.attribute("Type").unwrap_or_default().to_owned(),
                        target: joined(&base, element.attribute("Target").unwrap_or_default()),
                    });
                }
            }
            Ok(relations)
        })?;
        Ok(relations.unwrap_or_default())
    }
}

/// That one part refers to another.
pub(super) struct Relation {
    pub(super) id: String,
    kind: String,
    pub(super) target: String,
}

impl Relation {
    /// Whether it leads to such a part: `slide`, `notesSlide`, `styles`.
    pub(super) fn leads_to(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// A path as seen from a folder.
fn joined(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|step| !step.is_empty()).collect()
    };
    for step in target
        .split('/')
        .filter(|step| !step.is_empty() && *step != ".")
    {
        if step == ".." {
            path.pop();
        } else {
            path.push(step);
        }
    }
    path.join("/")
}

fn broken(error: ZipError) -> ParseFailure {
    if matches!(
        error,
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)
    ) {
        return ParseFailure::encrypted_office();
    }
    ParseFailure::unreadable_office()
}

/// Reads a part until it unpacks to more than it may.
struct Bounded<R> {
    part: R,
    packed: u64,
    read: u64,
    budget: Budget,
    /// What was read since the last piece of XML was whole; its reader starts it anew.
    of_event: Rc<Cell<u64>>,
}

impl<R: Read> Bounded<R> {
    fn new(packed: u64, part: R, budget: Budget) -> Self {
        Self {
            part,
            packed,
            read: 0,
            budget,
            of_event: Rc::default(),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.part.read(buffer)?;
        let bytes = u64::try_from(read).unwrap_or(u64::MAX);
        self.read = self.read.saturating_add(bytes);
        let of_event = self.of_event.get().saturating_add(bytes);
        self.of_event.set(of_event);
        let left = self.budget.left.get().checked_sub(bytes);
        let allowed = self
            .packed
            .saturating_mul(LARGEST_RATIO)
            .max(RATIO_COUNTS_FROM);
        match left {
            Some(left) if self.read <= allowed && of_event <= LONGEST_EVENT => {
                self.budget.left.set(left);
            }
            _ => {
                self.budget.exceeded.set(true);
                return Err(std::io::Error::other("unpacks to too much"));
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_part() {
        assert_eq!(joined("ppt", "slides/slide1.xml"), "ppt/slides/slide1.xml");
        assert_eq!(joined("ppt/slides", "../notes/n.xml"), "ppt/notes/n.xml");
        assert_eq!(joined("ppt/slides", "/ppt/a.xml"), "ppt/a.xml");
        assert_eq!(joined("", "../../a.xml"), "a.xml");
    }
}
