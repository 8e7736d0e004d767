//! See `rules/rollout-zero-available.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Amount, Autoscaler, PodTemplate, Strategy};
use crate::link::{Backend, Links, Unit};
use crate::text::hash::HashMap;
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::ROLLOUT_ZERO_AVAILABLE,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let autoscalers = autoscalers(links, unit);
    for backend in links.backends(unit) {
        let workload = backend.workload();
        let is_served = backend.services().next().is_some();
        let speaks = |strategy: &&Strategy| {
            strategy.recreates.is_some() || strategy.max_unavailable.is_some()
        };
        let strategy = workload.strategy.as_deref().filter(speaks);
        let Some(strategy) = strategy.filter(|_| is_served && !needs_a_place(&workload.template))
        else {
            continue;
        };
        let autoscaler = autoscalers.get(&Target::of(backend)).copied();
        let Some(replicas) = Replicas::of(links, unit, backend, autoscaler) else {
            continue;
        };
        out.extend(match strategy.recreates {
            Some(place) => Some(recreates(backend, place)),
            None => finding(backend, strategy, &replicas),
        });
    }
}

/// Whether a new pod may have to wait until an old one has gone: for a volume that one pod at a
/// time can mount, or for a port of the node.
fn needs_a_place(template: &PodTemplate) -> bool {
    let mut ports = template.serving_ports();
    template.claim.is_some()
        || template.host_network.is_some()
        || ports.any(|(_, port)| port.host_port().is_some())
}

/// What is scaled: namespace, kind and name.
#[derive(PartialEq, Eq, Hash)]
struct Target<'i>(&'i str, &'i str, &'i str);

impl<'i> Target<'i> {
    fn of(backend: Backend<'i>) -> Self {
        let own = &backend.object().identity;
        Self(&backend.namespace().name, &own.kind, &own.name)
    }
}

/// The plain autoscalers of a unit.
fn autoscalers<'i>(links: &'i Links, unit: &'i Unit) -> HashMap<Target<'i>, &'i Autoscaler> {
    let found = unit.objects.iter().filter_map(|member| {
        let autoscaler = links.object(member.id).autoscaler()?;
        let (kind, name) = (&autoscaler.kind.value, &autoscaler.name.value);
        Some((Target(&member.namespace.name, kind, name), autoscaler))
    });
    found.collect()
}

/// How many pods there are at the least, and what says so.
struct Replicas {
    count: i64,
    place: Option<Span>,
}

impl Replicas {
    /// None if there are none, or if something else decides.
    fn of(
        links: &Links,
        unit: &Unit,
        backend: Backend<'_>,
        scaled: Option<&Autoscaler>,
    ) -> Option<Self> {
        let written = backend.workload().replicas.as_ref();
        let number = match scaled {
            Some(autoscaler) => autoscaler.min_replicas.as_ref(),
            None if written.is_none() && links.scaler_of(unit, backend).is_some() => return None,
            None => written,
        };
        let count = number.map_or(1, |number| number.value);
        (count > 0).then(|| Self {
            count,
            place: number.map(|number| number.span),
        })
    }

    fn display(&self) -> String {
        match self.count {
            1 => "1 replica".to_owned(),
            count => format!("{count} replicas"),
        }
    }
}

fn finding(backend: Backend<'_>, strategy: &Strategy, replicas: &Replicas) -> Option<Diagnostic> {
    let written = strategy.max_unavailable.as_ref()?;
    let surge = strategy.max_surge.as_ref().map(|surge| surge.value);
    let unavailable = match written.value.rounded_down(replicas.count) {
        // Something has to move (K `deployment_util.go:ResolveFenceposts`).
        0 if matches!(surge, Some(Amount::Pods(0) | Amount::Percent(0))) => 1,
        number => number,
    };
    if unavailable < replicas.count {
        return None;
    }
    let message = format!(
        "a rollout of {} may take all of its pods away at once: `maxUnavailable` allows \
         {unavailable} of {}",
        backend.display(),
        replicas.display()
    );
    let help = "write `maxUnavailable: 0` with `maxSurge: 1`: a new pod is then ready \
                before an old one goes";
    // One that may surge by none is to run alone, as `Recreate` says in other words.
    let is_alone = matches!(surge, Some(Amount::Pods(0) | Amount::Percent(0)));
    let severity = if is_alone && replicas.count == 1 {
        Severity::Info
    } else {
        Severity::Warning
    };
    let found = Diagnostic::new(RULE.id, severity, written.span, message)
        .label("none has to be available")
        .help(help)
        .object(&backend.object().identity)
        // More than 100 % is refused.
        .given([Premise::Accepted(written.span)]);
    let found = match replicas.place {
        Some(place) => found.related(place, replicas.display()),
        None => found.related(backend.object().name, "1 replica, the default"),
    };
    Some(with_service(found, backend))
}

fn recreates(backend: Backend<'_>, place: Span) -> Diagnostic {
    let message = format!(
        "a rollout of {} stops all old pods before it starts a new one: its Services have no \
         endpoints meanwhile",
        backend.display()
    );
    let found = Diagnostic::new(RULE.id, Severity::Info, place, message)
        .label("all old pods end first")
        .help("use `type: RollingUpdate` if two versions may run side by side")
        .object(&backend.object().identity);
    with_service(found, backend)
}

fn with_service(found: Diagnostic, backend: Backend<'_>) -> Diagnostic {
    // A patch may set replicas or strategy.
    let found = found.given([Premise::Unpatched]);
    match backend.services().next() {
        Some(service) => found.related(
            service.object().name,
            format!("Service `{}` has no endpoints then", service.name()),
        ),
        None => found,
    }
}
