//! The ways from every workload: what becomes of the traffic of each to each Service. Pods that
//! network policies cannot tell apart are asked about once, and who gets the same answer shares
//! one trace.

use super::flow::Decision;
use super::model::{Clients, Located, Trace};
use super::service::{ServiceTracer, Way};
use crate::kinds::Protocol;
use crate::link::{Backend, Flow, PodClasses};
use crate::text::hash::{HashMap, HashSet};
use std::sync::Arc;

/// The workloads of a unit that open connections, by their classes.
struct Everybody<'i> {
    classes: PodClasses,
    /// Their positions.
    open: HashSet<usize>,
    /// Those of each class.
    members: Vec<Vec<Backend<'i>>>,
    /// The same, as traces name them.
    sets: Vec<Arc<[Located]>>,
    /// What policies make of the traffic of all of them.
    decisions: Decisions,
}

/// Decisions, each of which is kept once, and rows of them.
#[derive(Default)]
struct Decisions {
    all: Vec<Decision>,
    known: HashMap<Decision, usize>,
    rows: HashMap<Target, Arc<Row>>,
}

/// What clients connect to, as policies see it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Target {
    class: usize,
    protocol: Protocol,
    port: i64,
    service_port: Option<i64>,
}

/// The position of a decision for each class of clients.
type Row = Vec<usize>;

impl<'i> ServiceTracer<'i, '_> {
    /// The ways from every workload of the unit.
    pub(super) fn for_everybody(&self, ways: &[Way<'i>]) -> Vec<Trace> {
        let backends = || self.context.links.backends(self.context.unit);
        let (dead, live): (Vec<_>, Vec<_>) = backends()
            .map(|client| (client, self.without_client(client)))
            .partition(|(_, why)| why.is_some());
        let live = live.into_iter().map(|(client, _)| client);
        let mut everybody = Everybody::of(self.context.links.pod_classes(self.context.unit), live);
        let traces = ways.iter().flat_map(|way| {
            let without = dead.iter().filter_map(|(client, why)| {
                let why = why.clone()?;
                Some(way.without(Located::of(*client), why))
            });
            let mut traces = self.by_outcome(way, &mut everybody);
            traces.extend(without);
            traces
        });
        traces.collect()
    }

    /// The way of everybody, once for those of whose traffic the same becomes.
    fn by_outcome(&self, way: &Way<'i>, everybody: &mut Everybody<'i>) -> Vec<Trace> {
        let targets: Vec<(Backend<'_>, Option<Arc<Row>>)> = way
            .targets()
            .map(|(target, port)| (target, self.row(way, target, port, everybody)))
            .collect();
        let mut outcomes: Vec<(Vec<Option<usize>>, Clients)> = Vec::new();
        let mut known: HashMap<Vec<Option<usize>>, usize> = HashMap::default();
        for (class, set) in everybody.outside(way) {
            let row = targets.iter();
            let row = row.map(|(_, row)| row.as_ref().map(|row| row[class]));
            let outcome: Vec<Option<usize>> = row.collect();
            let at = *known.entry(outcome.clone()).or_insert(outcomes.len());
            if at == outcomes.len() {
                outcomes.push((outcome, Clients::default()));
            }
            outcomes[at].1.add(&set);
        }
        for client in everybody.within(way) {
            let class = everybody.classes.of(client);
            let row = targets.iter().zip(way.targets());
            let row = row.map(|((target, row), (_, pod_port))| {
                // What becomes of the traffic of a pod with itself is another question.
                if target.is(client) {
                    let flow = way.flow(client, client, pod_port)?;
                    return Some(everybody.decisions.keep(self.decide(flow)));
                }
                row.as_ref().map(|row| row[class])
            });
            outcomes.push((row.collect(), Clients::one(Located::of(client))));
        }
        let decisions = &everybody.decisions.all;
        let traces = outcomes.into_iter().map(|(outcome, clients)| {
            let own = outcome.iter().map(|at| at.map(|at| &decisions[at]));
            way.with(clients, &own.collect::<Vec<_>>())
        });
        traces.collect()
    }

    /// What becomes of the traffic of each class to a port of some pods; none if nobody knows the
    /// port.
    fn row(
        &self,
        way: &Way<'i>,
        to: Backend<'i>,
        pod_port: Option<i64>,
        everybody: &mut Everybody<'i>,
    ) -> Option<Arc<Row>> {
        let Flow {
            protocol,
            port,
            service_port,
            ..
        } = way.flow(to, to, pod_port)?;
        let target = Target {
            class: everybody.classes.of(to),
            protocol,
            port,
            service_port,
        };
        if let Some(row) = everybody.decisions.rows.get(&target) {
            return Some(Arc::clone(row));
        }
        let decisions = &mut everybody.decisions;
        let row = everybody.members.iter().map(|members| {
            // A pod of the class that is not the target itself.
            let other = members.iter().find(|own| !own.is(to));
            let from = other.copied().unwrap_or(to);
            let flow = way.flow(from, to, pod_port)?;
            Some(decisions.keep(self.decide(flow)))
        });
        let row: Option<Row> = row.collect();
        let row = Arc::new(row?);
        decisions.rows.insert(target, Arc::clone(&row));
        Some(row)
    }
}

impl<'i> Everybody<'i> {
    fn of(classes: PodClasses, clients: impl Iterator<Item = Backend<'i>>) -> Self {
        let mut members = vec![Vec::new(); classes.count()];
        for client in clients {
            members[classes.of(client)].push(client);
        }
        let located = |own: &Vec<Backend<'i>>| own.iter().copied().map(Located::of).collect();
        let open = members.iter().flatten();
        Self {
            open: open.map(|own| own.at()).collect(),
            sets: members.iter().map(located).collect(),
            classes,
            members,
            decisions: Decisions::default(),
        }
    }

    /// Those that a way does not lead to, by their classes.
    fn outside(&self, way: &Way<'i>) -> Vec<(usize, Arc<[Located]>)> {
        let behind: HashSet<usize> = way.backends.iter().map(|own| own.at()).collect();
        let touched: HashSet<usize> = way
            .backends
            .iter()
            .map(|own| self.classes.of(*own))
            .collect();
        let classes = self.sets.iter().zip(&self.members).enumerate();
        let classes = classes.map(|(class, (set, members))| {
            if !touched.contains(&class) {
                return (class, Arc::clone(set));
            }
            let rest = members.iter().filter(|own| !behind.contains(&own.at()));
            (class, rest.copied().map(Located::of).collect())
        });
        classes.filter(|(_, set)| !set.is_empty()).collect()
    }

    /// Those that a way leads to.
    fn within(&self, way: &Way<'i>) -> Vec<Backend<'i>> {
        let behind = way.backends.iter().copied();
        behind.filter(|own| self.open.contains(&own.at())).collect()
    }
}

impl Decisions {
    /// The position of a decision.
    fn keep(&mut self, decision: Decision) -> usize {
        if let Some(at) = self.known.get(&decision) {
            return *at;
        }
        let at = self.all.len();
        self.all.push(decision.clone());
        self.known.insert(decision, at);
        at
    }
}
