//! What Istio's kinds have in common: their versions, and what a host means.

use crate::kinds::row::Version;

/// The versions that Istio has served its networking kinds in, all of one shape.
pub(in crate::kinds) const NETWORKING: &[Version] = &[
    Version::extension("networking.istio.io/v1"),
    Version::extension("networking.istio.io/v1beta1"),
    Version::extension("networking.istio.io/v1alpha3"),
];

/// What a host means to Istio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'h> {
    /// A Service of the namespace of the object that names it.
    Short(&'h str),
    /// A Service of a namespace: `web.shop.svc.cluster.local`.
    Qualified(&'h str, &'h str),
    /// A host outside, though a Service of a namespace was probably meant: a name with a dot is
    /// taken as it is (istio `pilot/pkg/model/config.go`, `ResolveShortnameToFQDN`).
    Incomplete(&'h str, &'h str),
    /// Another host, a pattern, or nobody knows what.
    Other,
}

impl<'h> Host<'h> {
    /// Takes a host apart.
    pub fn of(host: &'h str) -> Self {
        if host.is_empty() || host.contains('*') {
            return Self::Other;
        }
        let labels: Vec<&str> = host.split('.').collect();
        match labels[..] {
            [name] => Self::Short(name),
            [name, namespace, "svc", "cluster", "local"] => Self::Qualified(name, namespace),
            [name, namespace] | [name, namespace, "svc"] => Self::Incomplete(name, namespace),
            _ => Self::Other,
        }
    }

    /// The name of the Service.
    pub fn name(self) -> Option<&'h str> {
        match self {
            Self::Short(name) | Self::Qualified(name, _) | Self::Incomplete(name, _) => Some(name),
            Self::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_mean_what_istio_takes_them_for() {
        for (text, host) in [
            ("web", Host::Short("web")),
            ("web.shop.svc.cluster.local", Host::Qualified("web", "shop")),
            ("web.shop", Host::Incomplete("web", "shop")),
            ("web.shop.svc", Host::Incomplete("web", "shop")),
            ("*.shop.svc.cluster.local", Host::Other),
            ("www.example.com", Host::Other),
            ("", Host::Other),
        ] {
            assert_eq!(Host::of(text), host, "{text}");
        }
    }
}
