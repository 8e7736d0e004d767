//! What Kubernetes itself decides.

pub mod validation;
