//! What network policies make of a flow, as data.

use super::code;
use super::model::{End, Named, Policy};
use crate::kinds::Direction;
use crate::link::{Admission, Flow, Links, PolicyLink};
use crate::unit::{Doubt, Unit};

/// What the policies of one end say, and why they may not be all.
pub(super) fn end(
    links: &Links,
    unit: &Unit,
    flow: Flow<'_>,
    direction: Direction,
) -> (End, Option<Doubt>) {
    let admission = flow.admission(direction);
    let doubt = match &admission {
        Admission::Unknown(doubt) => Some(doubt.clone()),
        Admission::Loopback => None,
        _ if links.may_have_other_policies(unit) => Some(Doubt::OtherPolicies),
        Admission::Denied(_) if !links.is_closed(unit) => Some(Doubt::PolicyElsewhere),
        _ => None,
    };
    (written(admission), doubt)
}

fn written(admission: Admission<'_>) -> End {
    let end = |code, policies| End { code, policies };
    match admission {
        Admission::Loopback => end(code::LOOPBACK, Vec::new()),
        Admission::NoPolicy => end(code::NO_POLICY, Vec::new()),
        Admission::Unknown(_) => end(code::DOUBTFUL, Vec::new()),
        Admission::Admitted(rules) => {
            let rules = rules.into_iter();
            let policies = rules.map(|(link, rule)| policy(link, Some(rule), None));
            end(code::ADMITTED, policies.collect())
        }
        Admission::Denied(denials) => {
            let denials = denials.into_iter();
            let policies = denials.map(|own| policy(own.policy, None, Some(own.why.code())));
            end(code::DENIED, policies.collect())
        }
    }
}

fn policy(link: PolicyLink<'_>, rule: Option<usize>, why: Option<&'static str>) -> Policy {
    Policy {
        object: Named::of(link),
        rule,
        why,
    }
}
