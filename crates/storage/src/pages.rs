//! Lists are read in pages that continue after the last thing seen, so that nothing is skipped or
//! repeated while rows come and go.

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; nothing when this is the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The page of `rows`, of which one more than `limit` was asked for, to know whether there is
    /// a next page; `cursor` tells where one continues after an item.
    pub fn of(mut rows: Vec<T>, limit: u64, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let next = (rows.len() > limit).then(|| {
            rows.truncate(limit);
            rows.last().map(&cursor)
        });
        Self {
            items: rows,
            next: next.flatten(),
        }
    }

    /// The same page of other things.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
        }
    }
}

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest<C> {
    /// Continue after this.
    pub after: Option<C>,
    /// How many at the most, from 1 to 200.
    pub limit: u64,
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn there_is_a_next_page_only_when_there_is_more() {
        let full = Page::of(vec![1, 2, 3], 2, ToString::to_string);
        assert_eq!(
            full,
            Page {
                items: vec![1, 2],
                next: Some("2".to_owned())
            }
        );
        let last = Page::of(vec![1, 2], 2, ToString::to_string);
        assert_eq!(
            last,
            Page {
                items: vec![1, 2],
                next: None
            }
        );
    }
}
