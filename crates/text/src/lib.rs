//! Pure text: folding, words, language, sparse vectors, sentences, splitting. Persian first.
//!
//! What people type on different keyboards is folded to one form ([`fold()`]), cut into [`words()`],
//! and becomes a [`sparse::SparseVector`] that a vector engine searches. Nothing here does I/O,
//! and nothing here is shown to anyone: texts are stored and quoted as they were written.
//!
//! ```
//! use xin_text::{fold, sparse};
//!
//! assert_eq!(fold("كتاب‌هاي ۱۲"), "کتاب های 12");
//! let passage = "هزینهٔ ارسال به تهران ۵۰ هزار تومان است.";
//! assert!(sparse::coverage("هزينه ارسال چقدر است؟", passage) > 0.6);
//! ```

mod fold;
pub mod language;
mod sentences;
pub mod sparse;
pub mod split;
mod stem;
mod stop_words;
mod words;

pub use fold::fold;
pub use sentences::sentences;
pub use words::{Word, words, words_in};
