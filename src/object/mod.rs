//! One manifest: what it is, what it says, and what is wrong with it on its own. Read once per
//! document; the document's tree is gone afterwards.

mod document;
mod filled_in;
mod header;
pub mod ignore;
mod label_value;
mod old_backend;
mod owner;
mod problem;
mod progress;
mod read;
mod skip;
mod text;
mod typed;
pub mod values;
mod wording;

pub use document::{Document, Object};
pub use filled_in::FilledIn;
pub use problem::{Problem, ProblemKind, ResolvedLabel, TextProblem};
pub use progress::Progress;
pub use skip::SkipReason;
pub use text::{FileFacts, Text};
pub use wording::report;

pub(crate) use text::read;
