//! Patterns for paths, and for objects.

use crate::diagnostic::Identity;
use globset::{ErrorKind, GlobBuilder, GlobSet, GlobSetBuilder};

/// A pattern of paths relative to the configuration, read as `.gitignore` reads it: without a `/`
/// it fits names at any depth. What fits a directory fits all that is in it.
///
/// # Errors
/// Why it is none.
pub(crate) fn glob(text: &str) -> Result<GlobSet, String> {
    match text.strip_suffix('/').unwrap_or(text) {
        "." => compile(&["**"]),
        _ => compile(&[anchored(text)]),
    }
}

/// The glob that fits whole paths.
pub(crate) fn anchored(text: &str) -> String {
    let trimmed = text.strip_suffix('/').unwrap_or(text);
    if !trimmed.contains('/') {
        return format!("**/{trimmed}");
    }
    let below = trimmed.strip_prefix("./").or(trimmed.strip_prefix('/'));
    below.unwrap_or(trimmed).to_owned()
}

/// How many bytes a pattern may have: as many as a path on Linux.
const LONGEST: usize = 4096;

/// Compiles globs together. What can be parsed may still be too large for a regular expression, or
/// nest too deeply.
///
/// # Errors
/// Why they cannot be compiled.
pub(crate) fn compile(globs: &[impl AsRef<str>]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    if globs.iter().any(|glob| glob.as_ref().len() > LONGEST) {
        return Err("it is longer than any path".to_owned());
    }
    for glob in globs {
        let glob = GlobBuilder::new(glob.as_ref())
            .literal_separator(true)
            .backslash_escape(true)
            .build();
        set.add(glob.map_err(|error| error.kind().to_string())?);
    }
    set.build().map_err(|error| match error.kind() {
        ErrorKind::Regex(_) => "it is too large or nests too deeply".to_owned(),
        other => other.to_string(),
    })
}

/// Whether a pattern fits a path or a directory that it is in.
pub(crate) fn fits_path(glob: &GlobSet, path: &str) -> bool {
    let directories = path.match_indices('/').map(|(at, _)| &path[..at]);
    directories.chain([path]).any(|path| glob.is_match(path))
}

/// Whether a text is that of a pattern in which `*` stands for any text.
pub(crate) fn fits_text(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Names objects: `Kind/name` or `Kind/namespace/name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPattern {
    kind: String,
    namespace: Option<String>,
    name: String,
}

impl ObjectPattern {
    /// Reads a pattern.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts[..] {
            [kind, name] => (kind, None, name),
            [kind, namespace, name] => (kind, Some(namespace), name),
            _ => return None,
        };
        parts.iter().all(|part| !part.is_empty()).then(|| Self {
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        })
    }

    /// Whether it names an object. One without a namespace is in the given one.
    pub(crate) fn fits(&self, object: &Identity, default_namespace: &str) -> bool {
        let own = object.namespace.as_deref().unwrap_or(default_namespace);
        fits_text(&self.kind, &object.kind)
            && fits_text(&self.name, &object.name)
            && self
                .namespace
                .as_deref()
                .is_none_or(|namespace| fits_text(namespace, own))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_fit_with_their_directories() {
        let fits = |pattern: &str, path: &str| fits_path(&glob(pattern).unwrap(), path);
        assert!(fits("vendor", "a/vendor/b/c.yaml"));
        assert!(fits("vendor/", "vendor/c.yaml"));
        assert!(fits("a/b", "a/b/c.yaml") && fits("./a/b", "a/b/c.yaml") && fits("/a", "a/b"));
        assert!(fits("a/*.yaml", "a/b.yaml") && !fits("a/*.yaml", "a/b/c.yaml"));
        assert!(fits("a/**", "a/b/c.yaml") && !fits("a/**", "b/a/c.yaml"));
        assert!(fits("*.yaml", "a/b.yaml") && !fits("a/b", "x/a/b"));
        assert!(fits(".", "a/b.yaml"));
        assert!(glob("a[").is_err());
    }

    #[test]
    fn a_pattern_that_cannot_be_compiled_is_none() {
        let nested = |depth: usize| format!("{}a{}", "{".repeat(depth), "}".repeat(depth));
        assert!(glob(&nested(2)).is_ok());
        assert!(glob(&nested(1000)).is_err());
        assert!(glob(&"?".repeat(LONGEST / 2)).is_ok());
        assert!(glob(&"?".repeat(1_000_000)).is_err());
    }

    #[test]
    fn a_star_is_any_text() {
        assert!(fits_text("web", "web") && !fits_text("web", "webs") && !fits_text("web", "we"));
        assert!(fits_text("*", "") && fits_text("*", "a") && fits_text("a*", "a"));
        assert!(fits_text("legacy-*", "legacy-web") && !fits_text("legacy-*", "legacy"));
        assert!(fits_text("a*b*c", "a1b2c") && !fits_text("a*b*c", "a1c2b"));
        assert!(!fits_text("a*a", "a") && fits_text("*-db", "x-db"));
    }

    #[test]
    fn objects_are_named_with_or_without_their_namespace() {
        let object = |namespace: Option<&str>| Identity {
            api_version: "v1".to_owned(),
            kind: "Service".to_owned(),
            namespace: namespace.map(str::to_owned),
            name: "web".to_owned(),
        };
        let fits = |text: &str, namespace| {
            ObjectPattern::new(text)
                .unwrap()
                .fits(&object(namespace), "default")
        };
        assert!(fits("Service/web", None) && fits("Service/web", Some("shop")));
        assert!(fits("Service/default/web", None) && fits("*/shop/w*", Some("shop")));
        assert!(!fits("Service/shop/web", None) && !fits("Deployment/web", None));
        for bad in ["", "web", "a/b/c/d", "Service/", "/web"] {
            assert_eq!(ObjectPattern::new(bad), None, "{bad}");
        }
    }
}
