//! Kinds, by `apiVersion` and `kind` together: `serving.knative.dev/v1 Service` is no Service.

use super::table::kinds;

macro_rules! enumerate {
    ($($(#[$doc:meta])* $kind:ident: $file:ident $(keeps $Kept:ident as $get:ident)?,)*) => {
        /// What svclint takes an object for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the names are Kubernetes' own")]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// All kinds.
            pub(super) const ALL: &[Self] = &[$(Self::$kind,)*];
        }
    };
}

kinds!(enumerate);

/// Group and version of an `apiVersion`.
pub fn group_version(api_version: &str) -> (&str, &str) {
    api_version.rsplit_once('/').unwrap_or(("", api_version))
}

/// Whether a group is Kubernetes' own. Inference pools are what routes may send to, and selectors
/// of pods.
pub fn is_builtin_group(group: &str) -> bool {
    matches!(
        group,
        "" | "apps" | "batch" | "autoscaling" | "policy" | "extensions"
    ) || group.ends_with(".k8s.io") && group != "inference.networking.k8s.io"
}
