//! The release that a rendered chart is: what its own names begin with.

use super::links::Links;
use crate::kinds::Labels;
use crate::unit::Unit;

/// The labels by which charts say of which release something is.
const LABELS: &[&str] = &["app.kubernetes.io/instance", "release"];

impl Links {
    /// Whether a name may be one of the release that a unit is. A rendered chart holds all that its
    /// release has, and names other releases as well. What is no rendered chart is no release.
    pub fn may_be_of_release(&self, unit: &Unit, name: &str) -> bool {
        if self.options.closed_world {
            return true;
        }
        let release = self.release(unit);
        release.is_none_or(|release| {
            let rest = name.strip_prefix(release);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    }

    /// The release that the labels of a unit's Services and workloads name.
    fn release<'i>(&'i self, unit: &'i Unit) -> Option<&'i str> {
        let of = |labels: &'i Labels| {
            let found = LABELS.iter().find_map(|key| labels.get(key))?;
            Some(found.value.value.as_str())
        };
        let services = self.services(unit).map(|own| &own.service().labels);
        let workloads = self.backends(unit).map(|own| &own.workload().own_labels);
        services.chain(workloads).find_map(of)
    }
}
