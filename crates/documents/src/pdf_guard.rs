//! Takes out of a PDF what would overflow the stack of the library that reads it, which no
//! `catch_unwind` survives, and pictures, which it would read as drawing commands.

use std::collections::{HashMap, HashSet};

use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

/// How deep drawings may lie in drawings; real files have two or three levels.
const DEEPEST: usize = 8;
/// How many levels the tree of pages may have.
const TALLEST_TREE: usize = 256;

/// Makes a document safe to read; false when it cannot be.
pub(super) fn disarm(document: &mut Document) -> bool {
    if !trees_end(document) {
        return false;
    }
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && is_subtype(stream, b"Image")
        {
            empty(stream);
        }
    }
    for id in endless_drawings(document) {
        if let Some(Object::Stream(stream)) = document.objects.get_mut(&id) {
            empty(stream);
        }
    }
    true
}

/// Leaves one page in the document. The library lists all pages anew for each that it reads, which
/// for a long document is much of its work. What the page inherits, it still finds by its parents.
/// `tree` is the number of an object that the document has not.
pub(super) fn show_only(document: &mut Document, page: ObjectId, tree: ObjectId) {
    let mut pages = Dictionary::new();
    pages.set("Type", Object::Name(b"Pages".to_vec()));
    pages.set("Count", Object::Integer(1));
    pages.set("Kids", Object::Array(vec![Object::Reference(page)]));
    document.objects.insert(tree, Object::Dictionary(pages));
    if let Ok(catalog) = document.catalog_mut() {
        catalog.set("Pages", Object::Reference(tree));
    }
}

fn empty(stream: &mut Stream) {
    stream.dict.remove(b"Filter");
    stream.set_content(Vec::new());
}

fn is_subtype(stream: &Stream, name: &[u8]) -> bool {
    let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name);
    subtype.is_ok_and(|subtype| subtype == name)
}

/// Whether every page reaches the root by its parents: what a page lacks is looked up there.
fn trees_end(document: &Document) -> bool {
    document.page_iter().all(|page| {
        let mut id = page;
        (0..TALLEST_TREE).any(|_| {
            let parent = document
                .get_dictionary(id)
                .and_then(|node| node.get(b"Parent"))
                .and_then(Object::as_reference);
            parent.map(|parent| id = parent).is_err()
        })
    })
}

/// The drawings that draw themselves, directly or not, or lie too deep.
fn endless_drawings(document: &Document) -> Vec<ObjectId> {
    let mut uses: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    let mut endless = Vec::new();
    for (id, object) in &document.objects {
        let Object::Stream(stream) = object else {
            continue;
        };
        if !is_subtype(stream, b"Form") {
            continue;
        }
        match resources(document, &stream.dict) {
            Some(resources) => {
                uses.insert(*id, drawings(document, resources));
            }
            // It would draw with the resources of whoever draws it, itself among them.
            None if may_draw(stream) => endless.push(*id),
            None => {}
        }
    }
    let mut depths = HashMap::new();
    for id in uses.keys() {
        if depth(*id, &uses, &mut depths, &mut HashSet::new()) > DEEPEST {
            endless.push(*id);
        }
    }
    endless
}

fn resources<'a>(document: &'a Document, owner: &'a Dictionary) -> Option<&'a Dictionary> {
    owner
        .get_deref(b"Resources", document)
        .and_then(Object::as_dict)
        .ok()
}

fn drawings(document: &Document, resources: &Dictionary) -> Vec<ObjectId> {
    let named = resources
        .get_deref(b"XObject", document)
        .and_then(Object::as_dict);
    named.map_or_else(
        |_| Vec::new(),
        |named| {
            let references = named.iter().map(|(_, object)| object.as_reference());
            references.filter_map(Result::ok).collect()
        },
    )
}

fn may_draw(stream: &Stream) -> bool {
    stream
        .get_plain_content()
        .map_or(true, |content| content.windows(2).any(|pair| pair == b"Do"))
}

/// How many levels of drawings a drawing has below it; more than [`DEEPEST`] for an endless one.
fn depth(
    id: ObjectId,
    uses: &HashMap<ObjectId, Vec<ObjectId>>,
    known: &mut HashMap<ObjectId, usize>,
    open: &mut HashSet<ObjectId>,
) -> usize {
    if let Some(depth) = known.get(&id) {
        return *depth;
    }
    // `open` is the way here, so it also bounds this recursion.
    if open.len() > DEEPEST || !open.insert(id) {
        return DEEPEST + 1;
    }
    let mut deepest = 0;
    for used in uses.get(&id).into_iter().flatten() {
        deepest = deepest.max(1 + depth(*used, uses, known, open));
        if deepest > DEEPEST {
            break;
        }
    }
    open.remove(&id);
    // What was cut short by the way here is measured again from elsewhere.
    if deepest <= DEEPEST || open.is_empty() {
        known.insert(id, deepest);
    }
    deepest
}
