//! What Kubernetes itself decides.

pub mod validation;
mod version;

pub use version::KubeVersion;
