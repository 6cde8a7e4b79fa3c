//! Pages of lists, as the API writes them.

use serde::Serialize;
use utoipa::ToSchema;
use xin_storage::Page;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Page)]
pub struct PageView<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Give this as `after` for the next page; null when this is the last.
    #[schema(required)]
    pub next: Option<String>,
}

impl<T> PageView<T> {
    /// A page of the store, its items shown by `show`.
    pub fn of<S>(page: Page<S>, show: impl FnMut(S) -> T) -> Self {
        let page = page.map(show);
        Self {
            items: page.items,
            next: page.next,
        }
    }
}
