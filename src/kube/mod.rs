//! What Kubernetes itself decides.

pub mod fields;
pub mod validation;
mod version;

pub use version::KubeVersion;
