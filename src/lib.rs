//! svclint answers, before anything is deployed, "where does my traffic go?".
//!
//! It reads Kubernetes manifests, links every Service to the pods that it selects and to everything
//! that points at it, and reports the links that are broken, with both ends of each. It needs no
//! cluster and no network.
//!
//! ```
//! use svclint::{Options, Severity, Text, lint_texts};
//!
//! let manifests = "\
//! apiVersion: v1
//! kind: Service
//! metadata: {name: shop}
//! spec:
//!   selector: {app: shop}
//!   ports:
//!   - {port: 80, targetPort: http}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: shop, labels: {app: shop}}
//! spec:
//!   containers:
//!   - {name: shop, image: shop, ports: [{name: web, containerPort: 8080}]}
//! ";
//! let texts = vec![Text::new("shop.yaml", manifests)];
//! let report = lint_texts(texts, &Options::default());
//!
//! let found = &report.diagnostics[0];
//! assert_eq!(found.rule, "target-port-name-not-found");
//! assert_eq!(found.severity, Severity::Error);
//! assert!(found.message.starts_with("targetPort `http` names no container port of Pod `shop`"));
//! // Both ends of the link: what the Service asks for, and what the pod has.
//! assert_eq!(report.sources.slice(found.primary.span), "http");
//! assert_eq!(report.sources.slice(found.related[0].span), "web");
//! let source = report.sources.get(found.primary.span.source);
//! assert_eq!(source.position(found.primary.span.start).line, 7);
//! ```
//!
//! [`lint_paths`] takes files and directories. `svclint explain` tells what a rule checks and why.

#[doc(inline)]
pub use diagnostic::{Applicability, Diagnostic, Edit, Fix, Identity, Label, Severity};
#[doc(inline)]
pub use findings::suppressed::{Suppressed, Suppressor};
#[doc(inline)]
pub use kube::KubeVersion;
#[doc(inline)]
pub use object::{SkipReason, Text};
#[doc(inline)]
pub use run::{Counts, Options, Report, Skipped, Subject, Unverified, lint_texts};
#[doc(inline)]
pub use settings::{Date, Invalid, Remark};
#[doc(inline)]
pub use text::Failure;
#[doc(inline)]
pub use text::source::{Position, Source, SourceId, Sources, Span};
#[doc(inline)]
pub use yaml::field::{FieldPath, Segment};

use load::Request;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

// The house behind the door. Everything in it may change from one version to the next: it is open
// for the program and for the tests.
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod catalogue;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod config;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod diagnostic;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod findings;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod kinds;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod kube;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod kustomize;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod link;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod load;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod object;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod report;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod rules;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod run;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod settings;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod text;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod trace;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod unit;
#[cfg_attr(all(doc, not(inside)), doc(hidden))]
pub mod yaml;

/// Lints files, and directories with everything in them, as the program does: what a file links to
/// is found beside it, and kustomizations are followed. Without a path, the current directory is
/// meant.
///
/// What cannot be read is in [`Report::failures`].
///
/// ```no_run
/// use svclint::{Options, lint_paths};
///
/// let report = lint_paths(["k8s"], &Options::default());
/// for found in &report.diagnostics {
///     let source = report.sources.get(found.primary.span.source);
///     let line = source.position(found.primary.span.start).line;
///     println!("{}:{line}: {}", source.name, found.message);
/// }
/// ```
pub fn lint_paths(
    paths: impl IntoIterator<Item = impl Into<PathBuf>>,
    options: &Options,
) -> Report {
    let request = Request {
        paths: paths.into_iter().map(Into::into).map(file).collect(),
        config: options.config.clone(),
        ..Request::default()
    };
    // Only a glob of the request could be refused.
    let mut loaded = load::load(&request, &mut io::empty()).unwrap_or_default();
    let options = Options {
        unused_globs: loaded.unused_globs.take(),
        ..options.clone()
    };
    let account = std::mem::take(&mut loaded.account);
    let (texts, plans) = loaded.plans();
    let mut report = run::lint(texts, plans, &options);
    account.add_to(&mut report);
    report
}

/// What the nearest `.svclint.yaml` says: that of the paths, as the program finds it. Without one,
/// options are those that the program has without a flag. Ignores are over by the clock.
///
/// ```no_run
/// let paths = ["k8s", "charts/shop/crds"];
/// let report = match svclint::options_for(paths) {
///     Ok(options) => svclint::lint_paths(paths, &options.namespace("shop")),
///     Err(report) => *report,
/// };
/// ```
///
/// # Errors
/// When the configuration cannot be used. What there is to report instead of findings says why.
pub fn options_for(
    paths: impl IntoIterator<Item = impl Into<PathBuf>>,
) -> Result<Options, Box<Report>> {
    let paths: Vec<PathBuf> = paths.into_iter().map(Into::into).map(file).collect();
    let here = Path::new("");
    let found = load::settings::find_config(here, &paths).and_then(|path| match path {
        Some(path) => load::settings::config(here, &path).map(Some),
        None => Ok(None),
    });
    let options = match found {
        Ok(None) => Options::default(),
        Ok(Some(Ok(config))) => Options::from(Arc::new(config)),
        Ok(Some(Err(invalid))) => return Err(Box::new(invalid.into())),
        Err(failure) => {
            let failures = vec![failure];
            return Err(Box::new(Report {
                failures,
                ..Report::default()
            }));
        }
    };
    Ok(options.today(Date::today()))
}

/// The path of a file: on the command line, `-` means standard input.
fn file(path: PathBuf) -> PathBuf {
    if path == Path::new("-") {
        Path::new(".").join(path)
    } else {
        path
    }
}
