//! The Gateway API as a whole.

use crate::kinds::row::Version;

/// Its group.
pub const GROUP: &str = "gateway.networking.k8s.io";

/// The versions that some kind of it is or was served in, all of one shape.
pub(in crate::kinds) const VERSIONS: &[Version] = &[
    Version::extension("gateway.networking.k8s.io/v1"),
    Version::extension("gateway.networking.k8s.io/v1beta1"),
    Version::extension("gateway.networking.k8s.io/v1alpha3"),
    Version::extension("gateway.networking.k8s.io/v1alpha2"),
];
