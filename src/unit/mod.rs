//! What is applied together: which files ([`Plan`]), and which objects in them ([`Unit`]).

mod alternatives;
mod configured;
mod doubt;
mod edit_chains;
mod file;
mod grouping;
mod members;
mod namespace;
mod patch;
mod plan;
mod texts;
mod touched;

pub use configured::{Configured, ScopeEntry};
pub use doubt::Doubt;
pub use file::{File, Purpose, Role};
pub use members::{Member, ObjectId, Unit, units};
pub use namespace::{DefaultNamespace, Namespace};
pub use patch::PatchedPort;
pub use plan::{AppliedPatch, AppliedText, Gap, Plan, Reason, UnitFile, UnitKind, by_directory};
pub use texts::plans;
