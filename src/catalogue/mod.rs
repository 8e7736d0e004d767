//! The rules as users know them: their ids, what each says of itself, and which of them run. What
//! they check stands elsewhere (`rules`).

pub mod ids;
mod level;
mod names;
mod page;
mod selection;

pub use ids::PAGES;
pub use level::Level;
pub use names::{advice, find, groups, named};
pub use page::{Activation, Meta, Page};
pub use selection::Selection;

pub(crate) use level::{LEVELS, level};
