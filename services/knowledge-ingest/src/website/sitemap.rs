//! The list that a site keeps of its pages.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use super::LONGEST_LINK;

/// The most addresses that are taken from one file: what the protocol allows.
pub const MOST_ADDRESSES: usize = 50_000;

/// What a sitemap lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Pages.
    pub pages: Vec<String>,
    /// Further sitemaps.
    pub sitemaps: Vec<String>,
}

/// Whose address the text is that is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Page,
    Sitemap,
}

/// Reads a sitemap or an index of them; a plain text with an address on each line is one too. What
/// is broken is read up to where it breaks. Entities that the file defines itself are not looked
/// up: there is nothing to unfold.
#[must_use]
pub fn read(bytes: &[u8]) -> Listing {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') {
        return from_xml(text);
    }
    let pages = text.lines().map(str::trim);
    Listing {
        pages: pages
            .filter(|line| line.starts_with("http") && line.len() <= LONGEST_LINK)
            .take(MOST_ADDRESSES)
            .map(str::to_owned)
            .collect(),
        sitemaps: Vec::new(),
    }
}

fn from_xml(text: &str) -> Listing {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut listing = Listing::default();
    let mut within = None;
    // The text of a `loc`, while one is open.
    let mut address: Option<String> = None;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "url" => within = Some(Within::Page),
                "sitemap" => within = Some(Within::Sitemap),
                // An image has a `loc` too, of another kind.
                "loc" => address = start.name().prefix().is_none().then(String::new),
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == "loc" => {
                if let (Some(whole), Some(within)) = (address.take(), within) {
                    add(&mut listing, within, whole.trim());
                }
            }
            Event::Text(piece) => grow(&mut address, &piece.into_inner()),
            Event::CData(piece) => grow(&mut address, &piece.into_inner()),
            Event::GeneralRef(name) => {
                let letter = name.resolve_char_ref().ok().flatten().map(String::from);
                let known = resolve_predefined_entity(&name).map(str::to_owned);
                grow(&mut address, &letter.or(known).unwrap_or_default());
            }
            Event::Eof => break,
            Event::End(_)
            | Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
        if listing.pages.len() + listing.sitemaps.len() >= MOST_ADDRESSES {
            break;
        }
    }
    listing
}

fn grow(address: &mut Option<String>, piece: &str) {
    if let Some(address) = address
        && address.len() <= LONGEST_LINK
    {
        address.push_str(piece);
    }
}

fn add(listing: &mut Listing, within: Within, address: &str) {
    if address.is_empty() || address.len() > LONGEST_LINK {
        return;
    }
    match within {
        Within::Page => listing.pages.push(address.to_owned()),
        Within::Sitemap => listing.sitemaps.push(address.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pages_and_sitemaps_are_listed() {
        let pages = read(
            "\u{feff}<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
             xmlns:image=\"x\"><url><loc> https://example.com/?a=1&amp;b=2 </loc>\
             <image:image><image:loc>https://example.com/a.jpg</image:loc></image:image></url>\
             <url><loc><![CDATA[https://example.com/فروشگاه]]></loc><lastmod>2026</lastmod></url>\
             <url><loc>https://example.com/&#x62;</loc></url></urlset>"
                .as_bytes(),
        );
        assert_eq!(
            pages.pages,
            [
                "https://example.com/?a=1&b=2",
                "https://example.com/فروشگاه",
                "https://example.com/b"
            ]
        );
        let index = read(
            b"<sitemapindex><sitemap><loc>https://example.com/1.xml.gz</loc></sitemap>\
              <sitemap><loc>https://example.com/2.xml</loc></sitemap></sitemapindex>",
        );
        assert_eq!(index.sitemaps.len(), 2);
        assert_eq!(
            read(b"https://a.test/1\n\n# no\nhttps://a.test/2\r\n")
                .pages
                .len(),
            2
        );
        let broken = read(b"<urlset><url><loc>https://a.test/</loc></url><url><loc>https://");
        assert_eq!(broken.pages, ["https://a.test/"]);
    }

    #[test]
    fn entities_of_its_own_unfold_to_nothing() {
        let bomb = b"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">\
            <!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
            <urlset><url><loc>https://a.test/&b;&f;x</loc></url></urlset>";
        assert_eq!(read(bomb).pages, ["https://a.test/x"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_listing(bytes: Vec<u8>) {
            let _listing = read(&bytes);
        }

        #[test]
        fn any_xml_is_a_listing(text in "(<[/!?]?(url|loc|sitemap|x:loc|!\\[CDATA\\[)>?|&#?x?[0-9a-f]{0,8};|[a-z:/ ]{0,9}){0,40}") {
            let listing = read(format!("<{text}").as_bytes());
            let all = listing.pages.iter().chain(&listing.sitemaps);
            for address in all {
                prop_assert!(address.len() <= LONGEST_LINK);
            }
        }
    }
}
