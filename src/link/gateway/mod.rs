//! What attaches to what in the Gateway API: which listeners take a route, and which Gateways take
//! the listeners of a `ListenerSet`. Every question has three answers, for much of it lies in what
//! may not be here: the labels of namespaces, and what an implementation makes of a protocol.

mod attachment;
mod hostname;
mod listener_set;
mod namespaces;
mod parent;
mod protocol;

pub use attachment::{Attachment, ListenerLink, Question, Refusal};
pub use hostname::meet;
pub use listener_set::ListenerSetLink;
pub(super) use namespaces::{is_same, is_selected};
pub use parent::{GatewayLink, ParentLink};
pub use protocol::{Protocol, ROUTES, carries};
