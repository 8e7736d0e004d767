//! What the user switches off at a place: ignores in comments and annotations, and the findings
//! that they keep from being reported. An ignore that keeps nothing back is itself reported.

use super::configured::Accepted;
use super::suppressed::{Sorted, Suppressed, Suppressor};
use crate::catalogue::Selection;
use crate::catalogue::ids;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::findings::Wanted;
use crate::link::Links;
use crate::object::SkipReason;
use crate::object::ignore::{Directive, Ignore, Listed, Origin};
use crate::text::source::{SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Sorts out which findings the user wants to hear of, and adds what is to be said about ignores
/// of no use.
pub(crate) fn sort_out(links: &Links, wanted: Wanted<'_>, found: Vec<Diagnostic>) -> Sorted {
    let mut in_manifests = Ignores::of(links);
    let mut sorted = in_manifests.sort_out(found);
    sorted
        .reported
        .extend(in_manifests.unused(links, wanted.selection));
    if let Some(mut accepted) = Accepted::of(links, wanted) {
        accepted.sort_out(&mut sorted);
        sorted.reported.extend(accepted.unmatched());
    }
    sorted
}

/// The ignores of a run that can be read, and which of their rules have been of use.
struct Ignores<'i> {
    by_source: BTreeMap<SourceId, Vec<(&'i Ignore, &'i Directive)>>,
    used: BTreeSet<Span>,
}

impl<'i> Ignores<'i> {
    fn of(links: &'i Links) -> Self {
        let mut by_source: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for document in &links.documents {
            for ignore in &document.ignores {
                if let Ok(directive) = &ignore.content {
                    let source = document.span.source;
                    by_source
                        .entry(source)
                        .or_default()
                        .push((ignore, directive));
                }
            }
        }
        Self {
            by_source,
            used: BTreeSet::new(),
        }
    }

    fn sort_out(&mut self, found: Vec<Diagnostic>) -> Sorted {
        if self.by_source.is_empty() {
            return Sorted {
                reported: found,
                suppressed: Vec::new(),
            };
        }
        let mut sorted = Sorted::default();
        for diagnostic in found {
            match self.keep_back(&diagnostic) {
                Some((ignore, directive)) => sorted.suppressed.push(Suppressed {
                    by: match ignore.origin {
                        Origin::Comment => Suppressor::Comment,
                        Origin::Annotation => Suppressor::Annotation,
                    },
                    span: ignore.span,
                    reason: directive.reason.clone(),
                    diagnostic,
                }),
                None => sorted.reported.push(diagnostic),
            }
        }
        sorted
    }

    /// The first ignore that is about a finding. All that are count as used.
    fn keep_back(&mut self, found: &Diagnostic) -> Option<(&'i Ignore, &'i Directive)> {
        let place = found.primary.span;
        let own = self.by_source.get(&place.source)?;
        let mut first = None;
        for (ignore, directive) in own {
            // An absent value at the end of a line or a text belongs to it.
            let Range { start, end } = ignore.reach;
            let is_here =
                (start..end).contains(&place.start) || place.is_empty() && place.start == end;
            if !is_here {
                continue;
            }
            for rule in directive.rules.iter().filter(|rule| rule.id == found.rule) {
                self.used.insert(rule.span);
                first.get_or_insert((*ignore, *directive));
            }
        }
        first
    }

    /// What is to be said about rules that were ignored in vain: they ran, and found nothing there.
    fn unused(&self, links: &Links, selection: &Selection) -> Vec<Diagnostic> {
        if !selection.runs(ids::UNUSED_IGNORE) {
            return Vec::new();
        }
        let unreadable: BTreeSet<SourceId> = links
            .documents
            .iter()
            .filter(|document| {
                document.skipped == Some(SkipReason::Template)
                    || document.objects.is_empty() && !document.problems.is_empty()
            })
            .map(|document| document.span.source)
            .collect();
        let judged = self
            .by_source
            .iter()
            .filter(|(source, _)| links.is_reported(**source) && !unreadable.contains(source));
        let mut out = Vec::new();
        for (ignore, directive) in judged.flat_map(|(_, ignores)| ignores) {
            let in_vain =
                |rule: &&Listed| selection.runs(&rule.id) && !self.used.contains(&rule.span);
            let unused: Vec<&Listed> = directive.rules.iter().filter(in_vain).collect();
            if unused.len() == directive.rules.len() {
                out.push(useless(ignore, directive));
            } else {
                out.extend(
                    unused
                        .into_iter()
                        .map(|rule| in_part(ignore, directive, rule)),
                );
            }
        }
        out
    }
}

/// An ignore that keeps nothing back.
fn useless(ignore: &Ignore, directive: &Directive) -> Diagnostic {
    let ids: Vec<String> = directive
        .rules
        .iter()
        .map(|rule| format!("`{}`", rule.id))
        .collect();
    let what = match ignore.origin {
        Origin::Comment => "comment",
        Origin::Annotation => "annotation",
    };
    let message = format!(
        "this {what} ignores {}, but nothing of this is found here",
        ids.join(", ")
    );
    let found = Diagnostic::new(ids::UNUSED_IGNORE, Severity::Warning, ignore.span, message)
        .label("ignores nothing")
        .help(format!("remove the {what}"));
    match ignore.removal {
        Some(span) => found.fix(removal(format!("remove the {what}"), span)),
        None => found,
    }
}

/// A rule of an ignore whose others are of use.
fn in_part(ignore: &Ignore, directive: &Directive, unused: &Listed) -> Diagnostic {
    let message = format!(
        "`{}` is ignored here, but nothing of this is found",
        unused.id
    );
    let title = format!("remove `{}` from the list", unused.id);
    let found = Diagnostic::new(ids::UNUSED_IGNORE, Severity::Warning, unused.span, message)
        .label("ignores nothing")
        .help(title.clone());
    if unused.span == ignore.span {
        return found;
    }
    // The comma goes with the rule: the one behind the first, or else the one before.
    let at = directive.rules.iter().position(|rule| rule == unused);
    let span = match at {
        Some(0) => Span {
            end: directive.rules[1].span.start,
            ..unused.span
        },
        Some(at) => Span {
            start: directive.rules[at - 1].span.end,
            ..unused.span
        },
        None => return found,
    };
    found.fix(removal(title, span))
}

fn removal(title: String, span: Span) -> Fix {
    Fix {
        title,
        applicability: Applicability::Safe,
        edits: vec![Edit {
            span,
            text: String::new(),
        }],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::object::Text;
    use crate::run::{Options, Report, lint_texts};

    fn lint(text: &str) -> Report {
        lint_texts(vec![Text::new("x.yaml", text)], &Options::default())
    }

    fn ids(report: &Report) -> Vec<&str> {
        let found = report.diagnostics.iter();
        found.map(|found| found.rule).collect()
    }

    /// A Service with two refused ports, and comments at four places.
    fn service(top: &str, ports: &str, first: &str, end: &str) -> String {
        format!(
            "{top}\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  \
             selector: {{app: web}}\n  {ports}\n  ports:\n    {first}\n    \
             - {{port: 80, name: A}}\n    - {{port: 81, name: B}} {end}\n"
        )
    }

    const IGNORE: &str = "# svclint: ignore[invalid-service-port] rewritten";

    #[test]
    fn ignores_reach_as_far_as_they_say() {
        let kept = |text: &str| {
            let report = lint(text);
            assert_eq!(ids(&report).len() + report.suppressed.len(), 2, "{text}");
            report.suppressed.len()
        };
        assert_eq!(kept(&service("", "", "", "")), 0);
        assert_eq!(kept(&service("", "", "", IGNORE)), 1);
        assert_eq!(kept(&service("", "", IGNORE, "")), 1);
        assert_eq!(kept(&service("", IGNORE, "", "")), 2);
        assert_eq!(kept(&service(IGNORE, "", "", "")), 2);
    }

    #[test]
    fn encoding_line_ends_and_streams_do_not_matter() {
        for (top, ports, first, end) in [
            (IGNORE, "", "", ""),
            ("", IGNORE, "", ""),
            ("", "", IGNORE, IGNORE),
        ] {
            let text = service(top, ports, first, end);
            for form in [
                text.clone(),
                text.replace('\n', "\r\n"),
                format!("\u{feff}{text}"),
                format!("---\n{text}"),
                format!("kind: Secret\napiVersion: v1\n---\n{text}"),
                text.replacen('\n', " # more\n", 1),
            ] {
                let report = lint(&form);
                assert_eq!(ids(&report), Vec::<&str>::new(), "{form}");
                assert_eq!(report.suppressed.len(), 2, "{form}");
                assert_eq!(report.suppressed[0].by, Suppressor::Comment);
                let reason = report.suppressed[0].reason.as_deref();
                assert_eq!(reason, Some("rewritten"), "{form}");
            }
        }
    }

    #[test]
    fn the_head_of_a_file_is_about_all_documents_and_that_of_a_document_about_one() {
        let broken = service("", "", "", "");
        let two = |head: &str| {
            lint(&format!("{head}{broken}---\n{broken}"))
                .suppressed
                .len()
        };
        assert_eq!(two(&format!("# a\n\n{IGNORE}\n")), 4);
        assert_eq!(two(&format!("---\n{IGNORE}\n")), 2);
        assert_eq!(two(&format!("--- {IGNORE}\n")), 2);
        let unread = "apiVersion: v1\nkind: Secret\n---\n";
        assert_eq!(two(&format!("{IGNORE}\n{unread}")), 4);
        assert_eq!(two(&format!("{unread}{IGNORE}\n")), 2);
    }

    #[test]
    fn documents_that_cannot_be_read_can_be_ignored() {
        let ignore = "# svclint: ignore[invalid-manifest] broken on purpose\n";
        for text in [
            format!("{ignore}apiVersion: v1\nkind: Service\n  a: ]\n"),
            format!("a: 1\n---\n{ignore}apiVersion: v1\nkind: Service\n  a: ]\n"),
        ] {
            let report = lint(&text);
            assert_eq!(
                (ids(&report).len(), report.suppressed.len()),
                (0, 1),
                "{text}"
            );
        }
    }

    #[test]
    fn text_that_looks_like_a_comment_is_none() {
        let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    \
                    a: |\n      # svclint: ignore[duplicate-key]\n    \
                    b: \"x # svclint: ignore[duplicate-key]\"\n\
                    spec: {selector: {app: web}, ports: [{port: 80}]}\n---\n\
                    apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  \
                    a: |\n    # svclint: ignore[duplicate-key]\n";
        assert_eq!(ids(&lint(text)), Vec::<&str>::new());
    }

    /// Makes the changes that findings propose.
    fn mended(text: &str) -> String {
        let report = lint(text);
        let fixes = report
            .diagnostics
            .iter()
            .filter_map(|found| found.fix.as_ref());
        let mut edits: Vec<_> = fixes.flat_map(|fix| &fix.edits).collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let mut mended = text.to_owned();
        for edit in edits {
            mended.replace_range(edit.span.range(), &edit.text);
        }
        mended
    }

    #[test]
    fn removing_an_unused_ignore_leaves_nothing_of_it() {
        let unused = "# svclint: ignore[duplicate-key]";
        let clean = "metadata:\n  name: web\nkind: Service\napiVersion: v1\nspec:\n  \
                     selector: {app: web}\n  ports: # all\n  - port: 80\n";
        for (line, comment) in [
            ("kind: Service", format!("kind: Service  {unused} why")),
            ("kind: Service", format!("{unused}\nkind: Service")),
            ("  - port: 80", format!("  {unused}, why\n  - port: 80")),
            ("metadata:", format!("{unused}\nmetadata:")),
            ("# all", format!("{unused} why # all")),
            ("# all", format!("# all {unused} why")),
            (
                "  name: web",
                "  annotations:\n    svclint/ignore: duplicate-key\n  name: web".to_owned(),
            ),
        ] {
            let text = clean.replacen(line, &comment, 1);
            assert_eq!(ids(&lint(&text)), [ids::UNUSED_IGNORE], "{text}");
            assert_eq!(mended(&text), clean, "{text}");
            let windows = text.replace('\n', "\r\n");
            assert_eq!(mended(&windows), clean.replace('\n', "\r\n"), "{text}");
        }
    }

    #[test]
    fn rules_of_no_use_are_taken_from_the_list() {
        let text = |list: &str| service("", "", "", &format!("# svclint: ignore[{list}]"));
        let used = "invalid-service-port";
        for list in [
            format!("duplicate-key, {used}"),
            format!("{used}, duplicate-key"),
        ] {
            let report = lint(&text(&list));
            assert_eq!(ids(&report), [used, ids::UNUSED_IGNORE], "{list}");
            assert_eq!(mended(&text(&list)), text(used));
        }
    }

    #[test]
    fn what_did_not_run_is_not_unused() {
        let options = Options {
            selection: crate::catalogue::Selection {
                ignore: BTreeSet::from(["duplicate-key"]),
                ..Default::default()
            },
            ..Options::default()
        };
        let text = "# svclint: ignore[duplicate-key]\napiVersion: v1\nkind: Service\n\
                    metadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
        let texts = || vec![Text::new("x.yaml", text)];
        assert_eq!(ids(&lint_texts(texts(), &options)), Vec::<&str>::new());
        assert_eq!(
            ids(&lint_texts(texts(), &Options::default())),
            [ids::UNUSED_IGNORE]
        );
    }
}
