//! Ports and protocols, wherever they stand.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::errors::Errors;
use super::names::{is_valid_port_name, is_valid_port_num};
use super::{Concern, text};
use crate::yaml::field::Path;

/// The known protocols, in the order in which the server lists them.
pub(super) const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];

/// The protocol of a port; TCP if there is none or an empty one.
pub(super) fn protocol(written: Option<&String>) -> &str {
    match text(written) {
        "" => "TCP",
        protocol => protocol,
    }
}

/// The protocol of a port, defaulted.
pub(super) fn validate_protocol(written: Option<&String>, port: &Path<'_>, errors: &mut Errors) {
    let protocol = protocol(written);
    if !PROTOCOLS.contains(&protocol) {
        errors.not_supported(&port.child("protocol"), protocol, PROTOCOLS);
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidatePortNumOrName`.
pub(super) fn validate_port_num_or_name(port: &IntOrString, path: &Path<'_>, errors: &mut Errors) {
    match port {
        IntOrString::Int(number) => {
            if let Some(detail) = is_valid_port_num(*number) {
                errors.invalid(path, *number, detail);
            }
        }
        IntOrString::String(name) => validate_port_name(name, path, errors),
    }
}

/// A name where a number may stand as well.
pub(super) fn validate_port_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    let is_number = !name.is_empty() && name.bytes().all(|c| c.is_ascii_digit());
    for message in is_valid_port_name(name) {
        let violation = errors.invalid(path, name, &message);
        if is_number {
            violation.concern = Concern::QuotedPort;
        }
    }
}
