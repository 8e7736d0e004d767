//! Which rules run, and how grave what they find is.

use super::level::Level;
use super::names::{find, named};
use crate::diagnostic::Severity;
use std::collections::{BTreeMap, BTreeSet};

/// Which rules run: the defaults, changed by the user. Ids have been checked and groups resolved.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these run (`--only`).
    pub only: Option<BTreeSet<&'static str>>,
    /// These run too (`--select`).
    pub select: BTreeSet<&'static str>,
    /// These do not (`--ignore`).
    pub ignore: BTreeSet<&'static str>,
    /// The severities of these rules' findings (`--error`, `--warn`).
    pub levels: BTreeMap<&'static str, Severity>,
    /// Opt-in rules run, and findings of severity info are shown (`--pedantic`).
    pub pedantic: bool,
}

impl Selection {
    /// Whether a rule runs. One that does not exist never does.
    pub fn runs(&self, id: &str) -> bool {
        let Some(page) = find(id) else { return false };
        let wanted = match &self.only {
            Some(only) => only.contains(id),
            None => self.pedantic || self.select.contains(id) || page.is_on_by_default(),
        };
        wanted && !self.ignore.contains(id)
    }

    /// Sets the levels of rules and groups. What is said of a rule counts more than what is said of
    /// its group. A rule that is off by default runs when it has a level of its own: who wants to
    /// hear less of a group does not ask for more.
    pub fn set_levels<'n>(&mut self, levels: impl IntoIterator<Item = (&'n str, Level)>) {
        let mut by_rule: BTreeMap<&'static str, (bool, Level)> = BTreeMap::new();
        for (name, level) in levels {
            for &id in named(name).unwrap_or_default() {
                let is_own = id == name;
                let known = by_rule.get(id);
                if known.is_none_or(|(known_as_own, _)| is_own || !known_as_own) {
                    by_rule.insert(id, (is_own, level));
                }
            }
        }
        for (id, (is_own, level)) in by_rule {
            let severity = match level {
                Level::Off => {
                    self.ignore.insert(id);
                    continue;
                }
                Level::Warning => Severity::Warning,
                Level::Error => Severity::Error,
            };
            self.levels.insert(id, severity);
            if is_own && find(id).is_some_and(|page| !page.is_on_by_default()) {
                self.select.insert(id);
            }
        }
    }

    /// These wishes, and below them others that they overrule.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        let mut levels = below.levels;
        levels.extend(&self.levels);
        if self.only.is_some() {
            return Self { levels, ..self };
        }
        let mut ignore = below.ignore;
        ignore.retain(|id| !self.select.contains(id) && !self.levels.contains_key(id));
        ignore.extend(self.ignore);
        let mut select = below.select;
        let mut only = below.only;
        if let Some(only) = &mut only {
            only.extend(&self.select);
        }
        select.extend(self.select);
        Self {
            only,
            select,
            ignore,
            levels,
            pedantic: self.pedantic || below.pedantic,
        }
    }

    /// Whether a finding is shown: info ones only when they were asked for.
    pub fn shows(&self, rule: &str, severity: Severity) -> bool {
        let named = self.select.contains(rule)
            || self.only.as_ref().is_some_and(|only| only.contains(rule));
        severity > Severity::Info || self.pedantic || named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "duplicate-key";
    const OTHER: &str = "duplicate-object";

    fn selection(select: &[&'static str], ignore: &[&'static str]) -> Selection {
        Selection {
            select: select.iter().copied().collect(),
            ignore: ignore.iter().copied().collect(),
            ..Selection::default()
        }
    }

    fn leveled(level: Level) -> Selection {
        let mut selection = Selection::default();
        selection.set_levels([(RULE, level)]);
        selection
    }

    fn only(rule: &'static str) -> Selection {
        Selection {
            only: Some(BTreeSet::from([rule])),
            ..Selection::default()
        }
    }

    #[test]
    fn the_upper_wish_counts() {
        let off = || selection(&[], &[RULE]);
        let runs = |upper: Selection, lower: Selection| upper.over(lower).runs(RULE);
        assert!(!runs(Selection::default(), off()));
        assert!(runs(selection(&[RULE], &[]), off()));
        assert!(runs(leveled(Level::Error), off()));
        assert!(runs(only(RULE), off()));
        assert!(!runs(off(), selection(&[RULE], &[])));
        assert!(!runs(leveled(Level::Off), leveled(Level::Error)));
        assert!(!runs(only(OTHER), Selection::default()));
        assert!(!runs(Selection::default(), only(OTHER)));
        assert!(runs(selection(&[RULE], &[]), only(OTHER)));
        assert!(!runs(
            Selection {
                pedantic: true,
                ..Selection::default()
            },
            off()
        ));
    }

    #[test]
    fn a_level_of_its_own_lets_a_rule_run() {
        let opt_in = "orphan-workload-port";
        let group = find(opt_in).map(|page| page.meta().group.clone());
        for (name, runs) in [
            (opt_in.to_owned(), true),
            (group.unwrap_or_default(), false),
        ] {
            let mut selection = Selection::default();
            selection.set_levels([(&*name, Level::Warning)]);
            assert_eq!(selection.runs(opt_in), runs, "{name}");
            assert_eq!(selection.levels.get(opt_in), Some(&Severity::Warning));
        }
    }

    #[test]
    fn levels_are_laid_over_each_other() {
        let both = leveled(Level::Error).over(leveled(Level::Warning));
        assert_eq!(both.levels.get(RULE), Some(&Severity::Error));
        let below = only(RULE).over(leveled(Level::Error));
        assert_eq!(below.levels.get(RULE), Some(&Severity::Error));
    }
}
