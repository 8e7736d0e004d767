//! Cluster addresses of a Service and their families.

use std::net::IpAddr;

use super::defaulted::{Defaulted, HEADLESS};
use crate::kube::validation::errors::{Errors, Scalar};
use crate::kube::validation::ip::{is_valid_ip_for_legacy_field, parse_ip_sloppy};
use crate::kube::validation::{Options, items};
use crate::yaml::field::Path;

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateServiceClusterIPsRelatedFields`.
pub(super) fn validate_service_cluster_ips_related_fields(
    spec: &Defaulted<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    let path = Path::new("spec");
    let list = path.child("clusterIPs");
    if spec.cluster_ip.is_empty() {
        if !spec.cluster_ips.is_empty() {
            let detail = "must be empty when `clusterIP` is not specified";
            errors.invalid(&list, Scalar::Other, detail);
        }
    } else if spec
        .cluster_ips
        .first()
        .is_some_and(|first| first != spec.cluster_ip)
    {
        let detail = "first value must match `clusterIP`";
        let other = path.child("clusterIP").to_field_path();
        errors.invalid(&list, Scalar::Other, detail).other =
            Some((other, format!("`{}`", spec.cluster_ip)));
    }
    validate_ip_families(spec, &path, errors);
    let addresses = validate_cluster_ips(spec, options, &list, errors);
    let Some(addresses) = addresses else { return };
    let families = items(spec.spec.ip_families.as_ref());
    if !spec.is_headless() {
        for (index, (address, family)) in addresses.iter().zip(families).enumerate() {
            let expected = match (family.as_str(), address) {
                ("IPv4", IpAddr::V6(_)) => "IPv4",
                ("IPv6", IpAddr::V4(_)) => "IPv6",
                _ => continue,
            };
            let detail =
                format!("expected an {expected} value as indicated by `ipFamilies[{index}]`");
            let other = path.child("ipFamilies").index(index).to_field_path();
            let violation = errors.invalid(&list.index(index), &spec.cluster_ips[index], &detail);
            violation.other = Some((other, format!("`{family}`")));
            spec.place_cluster_ips(violation);
        }
    }
}

/// The families one by one, and their policy.
fn validate_ip_families(spec: &Defaulted<'_>, path: &Path<'_>, errors: &mut Errors) {
    let list = path.child("ipFamilies");
    let families = items(spec.spec.ip_families.as_ref());
    for (index, family) in families.iter().enumerate() {
        if !matches!(family.as_str(), "IPv4" | "IPv6") {
            errors.not_supported(&list.index(index), family, &["IPv4", "IPv6"]);
        }
        if let Some(first) = families[..index]
            .iter()
            .position(|earlier| earlier == family)
        {
            errors.duplicate(&list.index(index), family, &list.index(first), "first here");
        }
    }
    if let Some(policy) = &spec.spec.ip_family_policy {
        let known = ["PreferDualStack", "RequireDualStack", "SingleStack"];
        if !known.contains(&policy.as_str()) {
            errors.not_supported(&path.child("ipFamilyPolicy"), policy, &known);
        }
    }
}

/// The addresses, or nothing if one of them is none.
fn validate_cluster_ips(
    spec: &Defaulted<'_>,
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) -> Option<Vec<IpAddr>> {
    let mut valid = true;
    for (index, address) in spec.cluster_ips.iter().enumerate() {
        if index == 0 && address == HEADLESS {
            if spec.cluster_ips.len() > 1 {
                valid = false;
                let detail = "'None' must be the first and only value";
                errors.invalid(list, Scalar::Other, detail);
            }
            continue;
        }
        let before = errors.len();
        is_valid_ip_for_legacy_field(address, options, &list.index(index), errors);
        for violation in errors.since(before) {
            valid = false;
            spec.place_cluster_ips(violation);
        }
    }
    if spec.cluster_ips.len() > 2 {
        errors.invalid(list, Scalar::Other, "may only hold up to 2 values");
    }
    if !valid {
        return None;
    }
    let addresses: Vec<IpAddr> = spec
        .cluster_ips
        .iter()
        .filter_map(|address| parse_ip_sloppy(address))
        .collect();
    let both = addresses.iter().any(IpAddr::is_ipv4) && addresses.iter().any(IpAddr::is_ipv6);
    if spec.cluster_ips.len() > 1 && !both {
        let detail = "may specify no more than one IP for each IP family";
        errors.invalid(list, Scalar::Other, detail);
    }
    Some(addresses)
}
