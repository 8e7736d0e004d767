//! What a later revision is compared with (`--base`).

use super::base::{OldService, ServiceKey};
use super::links::Links;
use super::{Base, Membership, ServiceLink};

impl Links {
    /// What there is, for the links of a later revision. Units and files are known there by what
    /// `today` makes of their names; `is_gone` says of such a name that nothing has it any more.
    pub fn to_base(&self, today: impl Fn(&str) -> String, is_gone: impl Fn(&str) -> bool) -> Base {
        let record = |service: ServiceLink<'_>| {
            let unit = service.unit();
            let key = ServiceKey {
                unit: today(&unit.name),
                ..service.node.key()
            };
            let apart = unit.apart_from(service.source()).into_iter();
            let names = apart.map(|source| today(&self.sources.get(source).name));
            let own = || today(&self.sources.get(service.source()).name);
            let service = OldService {
                apart: names.collect(),
                alone: unit.is_collection().then(own),
                had_pods: *service.membership() == Membership::Matched,
            };
            (key, service)
        };
        let services = self.units.iter().flat_map(|unit| self.services(unit));
        let units = self.units.iter();
        let units = units.map(|unit| (today(&unit.name), self.objects_of(unit)));
        Base::new(services.map(record), units.collect(), is_gone)
    }
}
