//! Versions of Kubernetes.

use std::fmt;
use std::str::FromStr;

/// What decides between versions of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubeVersion {
    /// Always 1 today.
    pub major: u32,
    /// 37 in 1.37.
    pub minor: u32,
}

impl FromStr for KubeVersion {
    type Err = String;

    /// Reads `1.37`, also as a server writes it: `v1.37.2-gke.1`.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = |part: &str| part.trim_end_matches('+').parse().ok();
        let bare = text.strip_prefix('v').unwrap_or(text);
        let mut parts = bare.split('.').map(digits);
        match (parts.next().flatten(), parts.next().flatten()) {
            (Some(major @ 1), Some(minor)) => Ok(Self { major, minor }),
            (Some(major), Some(_)) => Err(format!(
                "there is no Kubernetes {major}; write it like 1.37"
            )),
            _ => Err("write it like 1.37".to_owned()),
        }
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl KubeVersion {
    /// The newest version that is known here: of what comes after it nothing can be said.
    pub const NEWEST: Self = Self {
        major: 1,
        minor: 37,
    };
}

impl Default for KubeVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}
