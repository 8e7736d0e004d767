//! `spec.ports` of a Service.

use std::borrow::Cow;

use k8s_openapi::api::core::v1::ServicePort;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::allocation::{CHOSEN, node_port};
use super::defaulted::Defaulted;
use crate::kube::validation::errors::{Errors, Scalar};
use crate::kube::validation::labels::validate_label_name;
use crate::kube::validation::names::{is_dns1123_label, is_valid_port_num};
use crate::kube::validation::ports::{protocol, validate_port_num_or_name, validate_protocol};
use crate::kube::validation::{Concern, text};
use crate::yaml::field::Path;

/// Every port for itself, then what has to be unique among them.
pub(super) fn validate_service_ports(
    spec: &Defaulted<'_>,
    node_ports: &[i64],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for index in 0..spec.ports.len() {
        validate_service_port(spec.ports, index, path, errors);
    }
    if spec.is_type("ClusterIP") {
        for (index, port) in spec.ports.iter().enumerate() {
            if node_port(port) != 0 {
                let detail = "may not be used when `type` is 'ClusterIP'";
                let violation = errors.forbidden(&path.index(index).child("nodePort"), detail);
                violation.concern = Concern::ServiceSpec;
                spec.name_type_as_other(&Path::new("spec"), violation);
            }
        }
    }
    for (index, port) in spec.ports.iter().enumerate() {
        let same = |earlier: &usize| {
            node_ports[*earlier] == node_ports[index]
                && protocol(spec.ports[*earlier].protocol.as_ref())
                    == protocol(port.protocol.as_ref())
        };
        if node_ports[index] != 0
            && let Some(first) = (0..index).find(same)
        {
            let (place, first) = (path.index(index), path.index(first));
            let value = match node_ports[index] {
                CHOSEN.. => Scalar::Other,
                written => Scalar::Number(written),
            };
            let first = first.child("nodePort");
            errors
                .duplicate(&place.child("nodePort"), value, &first, "first here")
                .concern = Concern::ServiceSpec;
        }
    }
    for (index, port) in spec.ports.iter().enumerate() {
        let same = |earlier: &ServicePort| {
            earlier.port == port.port
                && protocol(earlier.protocol.as_ref()) == protocol(port.protocol.as_ref())
        };
        if let Some(first) = spec.ports[..index].iter().position(same) {
            let label = format!(
                "`{}` over {} is already here",
                port.port,
                protocol(port.protocol.as_ref())
            );
            errors.duplicate(
                &path.index(index),
                Scalar::Other,
                &path.index(first),
                &label,
            );
        }
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `validateServicePort`.
fn validate_service_port(
    ports: &[ServicePort],
    index: usize,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    let port = &ports[index];
    let path = list.index(index);
    let name = text(port.name.as_ref());
    if !name.is_empty() {
        errors.invalid_each(&path.child("name"), name, is_dns1123_label(name));
        let same = |earlier: &ServicePort| earlier.name.as_deref() == Some(name);
        if let Some(first) = ports[..index].iter().position(same) {
            let first = list.index(first);
            let first = first.child("name");
            errors.duplicate(&path.child("name"), name, &first, "first here");
        }
    } else if ports.len() > 1 {
        errors.required(&path.child("name"), "");
    }
    if let Some(detail) = is_valid_port_num(port.port) {
        errors.invalid(&path.child("port"), port.port, detail);
    }
    validate_protocol(port.protocol.as_ref(), &path, errors);
    validate_port_num_or_name(&target_port(port), &path.child("targetPort"), errors);
    if let Some(protocol) = &port.app_protocol {
        validate_label_name(protocol, &path.child("appProtocol"), errors);
    }
}

/// Nothing, zero and the empty name are the port itself.
fn target_port(port: &ServicePort) -> Cow<'_, IntOrString> {
    match &port.target_port {
        Some(IntOrString::Int(0)) | None => Cow::Owned(IntOrString::Int(port.port)),
        Some(IntOrString::String(name)) if name.is_empty() => {
            Cow::Owned(IntOrString::Int(port.port))
        }
        Some(target) => Cow::Borrowed(target),
    }
}
