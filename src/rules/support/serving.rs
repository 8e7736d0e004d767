//! The containers that serve, whatever sends to them.

use crate::kinds::{Container, Kind, Probe};
use crate::link::{Backend, Links, Unit};

/// The containers of a unit that run while their pods are ready. What a custom kind makes of its
/// template is not known.
pub(crate) fn containers<'i>(
    links: &'i Links,
    unit: &'i Unit,
) -> impl Iterator<Item = (Backend<'i>, &'i Container)> {
    let backends = links.backends(unit);
    let known = backends.filter(|backend| backend.workload().kind != Kind::Custom);
    known.flat_map(|backend| {
        let containers = backend.workload().template.serving_containers();
        containers.map(move |container| (backend, container))
    })
}

/// Their probes.
pub(crate) fn probes<'i>(
    links: &'i Links,
    unit: &'i Unit,
) -> impl Iterator<Item = (Backend<'i>, &'i Container, &'i Probe)> {
    containers(links, unit).flat_map(|(backend, container)| {
        let probes = container.probes.iter();
        probes.map(move |probe| (backend, container, probe))
    })
}
