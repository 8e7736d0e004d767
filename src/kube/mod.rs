//! What Kubernetes itself decides.

pub mod fields;
pub mod gates;
pub mod validation;
mod version;

pub use version::KubeVersion;
