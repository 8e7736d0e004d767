//! The findings that the configuration accepts, and what is of no use in it.

use super::suppressed::{Sorted, Suppressed, Suppressor};
use crate::catalogue::ids;
use crate::config::{Config, IgnoreEntry};
use crate::diagnostic::{Diagnostic, Severity};
use crate::findings::Wanted;
use crate::link::Links;
use crate::settings::{Entry, Remark};
use crate::text::source::SourceId;
use crate::text::source::Span;
use std::ops::Range;

/// The configuration of a run, and which of its `ignores` have been of use.
pub(super) struct Accepted<'i> {
    links: &'i Links,
    wanted: Wanted<'i>,
    config: &'i Config,
    source: SourceId,
    used: Vec<bool>,
}

impl<'i> Accepted<'i> {
    pub(super) fn of(links: &'i Links, wanted: Wanted<'i>) -> Option<Self> {
        let (config, source) = wanted.config?;
        Some(Self {
            links,
            wanted,
            config,
            source,
            used: vec![false; config.ignores.len()],
        })
    }

    /// Keeps back what the configuration accepts.
    pub(super) fn sort_out(&mut self, sorted: &mut Sorted) {
        if self.config.ignores.is_empty() {
            return;
        }
        for diagnostic in std::mem::take(&mut sorted.reported) {
            match self.keep_back(&diagnostic) {
                Some(entry) => sorted.suppressed.push(Suppressed {
                    by: Suppressor::Configuration,
                    span: self.span(&entry.rule.range),
                    reason: Some(entry.reason.clone()),
                    diagnostic,
                }),
                None => sorted.reported.push(diagnostic),
            }
        }
    }

    /// The first entry that is about a finding. All that are count as used.
    fn keep_back(&mut self, found: &Diagnostic) -> Option<&'i IgnoreEntry> {
        let options = &self.links.options;
        let source = self.links.sources.get(found.primary.span.source);
        let below = source
            .path
            .as_deref()
            .map(|path| self.config.name_below(path));
        // What has no place below the configuration is known by its name: a rendered template.
        let path = match below {
            Some(Some(below)) => below,
            _ => source.name_at(found.primary.span.start).to_owned(),
        };
        let mut first = None;
        for (entry, used) in self.config.ignores.iter().zip(&mut self.used) {
            let object = found.object.as_deref();
            let is_about = entry.is_about(found.rule, object, options.namespace.or(None), &path);
            if is_about && !entry.has_expired(self.wanted.today) {
                *used = true;
                first.get_or_insert(entry);
            }
        }
        first
    }

    fn span(&self, range: &Range<u32>) -> Span {
        Span {
            source: self.source,
            start: range.start,
            end: range.end,
        }
    }

    /// What is to be said about entries that are of no use.
    pub(super) fn unmatched(&self) -> Vec<Diagnostic> {
        if !self.wanted.selection.runs(ids::UNMATCHED_CONFIG) {
            return Vec::new();
        }
        let mut remarks = self.expired();
        if let Some(globs) = self.wanted.unused_globs {
            let globs = globs.iter().map(|at| &self.config.exclude[*at]);
            remarks.extend(globs.map(|glob| nothing(glob, "leaves nothing out")));
            remarks.extend(self.unmatched_ignores());
            remarks.extend(self.unmatched_scopes());
            remarks.extend(self.unmatched_external());
        }
        remarks
            .into_iter()
            .map(|remark| remark.diagnostic(ids::UNMATCHED_CONFIG, Severity::Warning, self.source))
            .collect()
    }

    fn expired(&self) -> Vec<Remark> {
        let today = self.wanted.today;
        let expired = self.config.ignores.iter();
        let expired = expired.filter(|entry| entry.has_expired(today));
        expired
            .filter_map(|entry| {
                let until = entry.until.as_ref()?;
                let message = format!(
                    "`{}` was ignored until {}: what it finds is reported again",
                    entry.rule.value, until.value
                );
                Some(
                    Remark::new(until.range.clone(), message)
                        .label("this day is over")
                        .help("remove the entry, or give it a new date"),
                )
            })
            .collect()
    }

    /// Ignores that keep nothing back, of rules that ran.
    fn unmatched_ignores(&self) -> impl Iterator<Item = Remark> + '_ {
        let entries = self.config.ignores.iter().zip(&self.used);
        let unmatched = entries.filter(|(entry, used)| {
            !**used
                && self.wanted.selection.runs(entry.rule.value)
                && !entry.has_expired(self.wanted.today)
        });
        unmatched.map(|(entry, _)| {
            let message = format!(
                "this ignore of `{}` keeps nothing back: nothing of the kind is found",
                entry.rule.value
            );
            Remark::new(entry.rule.range.clone(), message)
                .label("ignores nothing")
                .help("remove the entry")
        })
    }

    /// Paths of scopes that no file fits.
    fn unmatched_scopes(&self) -> Vec<Remark> {
        let mut used: Vec<Vec<bool>> = self
            .config
            .scopes
            .iter()
            .map(|scope| vec![false; scope.paths.len()])
            .collect();
        for (_, source) in self.links.sources.iter() {
            let path = source.path.as_deref();
            let Some(name) = path.and_then(|path| self.config.name_below(path)) else {
                continue;
            };
            for (scope, used) in self.config.scopes.iter().zip(&mut used) {
                scope.fitting(&name).for_each(|at| used[at] = true);
            }
        }
        let scopes = self.config.scopes.iter().zip(used);
        let paths = scopes.flat_map(|(scope, used)| scope.paths.iter().zip(used));
        paths
            .filter(|(_, used)| !used)
            .map(|(path, _)| nothing(path, "fits no file"))
            .collect()
    }

    /// Objects elsewhere that nothing here points at.
    fn unmatched_external(&self) -> Vec<Remark> {
        let used = self.links.external_services_used();
        let services = self.config.external.services.iter().enumerate();
        let services = services
            .filter(|(at, _)| !used.contains(at))
            .map(|(_, service)| {
                let message = format!(
                    "nothing here needs the external Service `{}`",
                    service.name.value
                );
                Remark::new(service.name.range.clone(), message)
                    .label("of no use")
                    .help("remove the entry")
            });
        let pods = self.config.external.pods.iter();
        let pods = pods
            .filter(|pods| !self.links.are_external_pods_used(pods))
            .map(|pods| {
                Remark::new(
                    pods.labels.range.clone(),
                    "nothing here selects these external pods",
                )
                .label("selected by nothing")
                .help("remove the entry")
            });
        services.chain(pods).collect()
    }
}

fn nothing(pattern: &Entry<String>, what: &str) -> Remark {
    Remark::new(pattern.range.clone(), format!("`{}` {what}", pattern.value))
        .label("matches nothing")
        .help("remove or correct it")
}
