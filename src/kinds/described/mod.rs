//! Kinds that are described by data: `rules/kinds/*.md` says which of their fields name Services,
//! ports and other objects. What is read from them is the same as what the built-in kinds give, and
//! goes the same way.

mod belongs;
mod calico;
mod catalogue;
mod condition;
mod fields;
mod form;
mod inside;
mod knows;
mod name;
mod own;
mod page;
mod pages;
mod path;
mod provide;
mod read;
mod read_by;
mod reference;
mod refuse;
mod row;
mod select;
mod template;

pub use catalogue::Catalogue;
pub use own::RowError;
pub use page::{Page, PageError};
pub use pages::PAGES;
pub use provide::Provided;
pub use read::Read;
pub use reference::{Described, Effect, Fault, FaultKind, HostKind, ObjectRef, hyphened};
pub use refuse::Refused;
pub use row::{Cross, PortRow, PortSide};
pub use select::{SelectedSide, Selects, Things};

pub(in crate::kinds) use catalogue::{has_page, may_make_pods};
pub(in crate::kinds) use read::read;
