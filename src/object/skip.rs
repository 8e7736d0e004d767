//! Why input was not looked at.

/// Why input was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SkipReason {
    /// A Helm template (or another one with `{{`) that has not been rendered.
    Template,
    /// A kustomize patch, or a part of an object that is only complete after a patch.
    KustomizePatch,
    /// A kustomization or another file of a tool, which is followed but not judged.
    Kustomization,
    /// YAML that is no manifest: no `apiVersion` and `kind`.
    NotManifest,
    /// What a test harness (chainsaw, kuttl) compares objects with: parts of objects, which nothing
    /// applies.
    Assertion,
    /// A list of manifests, where kubectl takes a `kind: List` only.
    BareList,
    /// Nobody named the file, nothing says that it is a manifest, and it cannot be read.
    Unreadable,
    /// A document that svclint cannot read, and kubectl perhaps can: it nests too deeply, say.
    Limit,
    /// A kind that no rule reads: `v1 Secret`.
    UnreadKind(String),
    /// What other manifests are made from, which this run does not see: a chart, the `helmCharts`
    /// of a kustomization, an object like `argoproj.io/v1alpha1 Application`.
    NotRendered(String),
}
