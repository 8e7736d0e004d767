//! Ingresses.

use k8s_openapi::api::core::v1::TypedLocalObjectReference;
use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressServiceBackend, IngressSpec,
    IngressTLS,
};

use super::errors::{Errors, Scalar};
use super::ip::parse_ip_sloppy;
use super::metadata::{Scope, validate_object_meta};
use super::names::{
    Messages, NameShape, is_dns1123_subdomain, is_path_segment_name, is_valid_port_num,
    is_wildcard_dns1123_subdomain,
};
use super::ports::validate_port_name;
use super::service::service_name_shape;
use super::{Concern, Options, Validate, Violation, Written, items, text};
use crate::yaml::field::Path;

const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";
const PATH_TYPES: &[&str] = &["Exact", "ImplementationSpecific", "Prefix"];
const ABSOLUTE: &str = "must be an absolute path";

impl Validate for Ingress {
    fn validate(&self, written: Written<'_>, options: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_ingress_create(self, written, options, &mut errors);
        errors.into_violations()
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `ValidateIngressCreate`.
fn validate_ingress_create(
    ingress: &Ingress,
    written: Written<'_>,
    options: &Options,
    errors: &mut Errors,
) {
    validate_object_meta(
        &ingress.metadata,
        Scope::Namespace,
        NameShape::Subdomain,
        errors,
    );
    let empty = IngressSpec::default();
    let spec = ingress.spec.as_ref().unwrap_or(&empty);
    let path = Path::new("spec");
    validate_ingress_spec(spec, written, options, &path, errors);

    let annotations = ingress.metadata.annotations.as_ref();
    let annotation = annotations.and_then(|annotations| annotations.get(CLASS_ANNOTATION));
    if let (Some(annotation), Some(class)) = (annotation, &spec.ingress_class_name)
        && annotation != class
    {
        // The server's name of the place.
        let field = Path::new("annotations");
        let detail = "must match `ingressClassName` when both are specified";
        let violation = errors.invalid(&field.child(CLASS_ANNOTATION), annotation, detail);
        let metadata = Path::new("metadata");
        let written = metadata.child("annotations");
        violation.place = Some(written.key(CLASS_ANNOTATION).to_field_path());
        let other = path.child("ingressClassName").to_field_path();
        violation.other = Some((other, format!("`{class}`")));
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `ValidateIngressSpec`.
fn validate_ingress_spec(
    spec: &IngressSpec,
    written: Written<'_>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let rules = items(spec.rules.as_ref());
    if rules.is_empty() && spec.default_backend.is_none() {
        let detail = "either `defaultBackend` or `rules` must be specified";
        errors.invalid(path, Scalar::Other, detail);
    }
    if let Some(backend) = &spec.default_backend {
        errors.about(Concern::IngressBackend, |errors| {
            validate_ingress_backend(backend, options, &path.child("defaultBackend"), errors);
        });
    }
    validate_ingress_rules(rules, written, options, &path.child("rules"), errors);
    validate_ingress_tls(items(spec.tls.as_ref()), &path.child("tls"), errors);
    if let Some(class) = &spec.ingress_class_name {
        let messages = is_dns1123_subdomain(class);
        errors.invalid_each(&path.child("ingressClassName"), class, messages);
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `validateIngressTLS`.
fn validate_ingress_tls(tls: &[IngressTLS], list: &Path<'_>, errors: &mut Errors) {
    for (index, tls) in tls.iter().enumerate() {
        let path = list.index(index);
        let hosts = path.child("hosts");
        for (index, host) in items(tls.hosts.as_ref()).iter().enumerate() {
            errors.invalid_each(&hosts.index(index), host, check_host(host));
        }
        let secret = text(tls.secret_name.as_ref());
        if !secret.is_empty() {
            let messages = is_dns1123_subdomain(secret);
            errors.invalid_each(&path.child("secretName"), secret, messages);
        }
    }
}

/// A DNS name, the first label of which may be `*`.
fn check_host(host: &str) -> Messages {
    if host.contains('*') {
        is_wildcard_dns1123_subdomain(host)
    } else {
        is_dns1123_subdomain(host)
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `validateIngressRules`.
fn validate_ingress_rules(
    rules: &[IngressRule],
    written: Written<'_>,
    options: &Options,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    for (index, rule) in rules.iter().enumerate() {
        let path = list.index(index);
        let host = text(rule.host.as_ref());
        if !host.is_empty() {
            let path = path.child("host");
            if parse_ip_sloppy(host).is_some() {
                errors.invalid(&path, host, "must be a DNS name, not an IP address");
            }
            errors.invalid_each(&path, host, check_host(host));
        }
        let Some(http) = &rule.http else { continue };
        let path = path.child("http");
        let list = path.child("paths");
        if http.paths.is_empty() {
            errors.required(&list, "");
        }
        for (index, path) in http.paths.iter().enumerate() {
            errors.about(Concern::IngressBackend, |errors| {
                validate_http_ingress_path(path, written, options, &list.index(index), errors);
            });
        }
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `validateHTTPIngressPath`.
fn validate_http_ingress_path(
    http: &HTTPIngressPath,
    written: Written<'_>,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let url_path = text(http.path.as_ref());
    let path_to = path.child("path");
    let type_path = path.child("pathType");
    match http.path_type.as_str() {
        "" if !written(&type_path.to_field_path()) => {
            errors.required(&type_path, "pathType must be specified");
            return;
        }
        "Exact" | "Prefix" => {
            if !url_path.starts_with('/') {
                errors.invalid(&path_to, url_path, ABSOLUTE);
            }
            for sequence in ["//", "/./", "/../", "%2f", "%2F"] {
                if url_path.contains(sequence) {
                    let detail = format!("must not contain '{sequence}'");
                    errors.invalid(&path_to, url_path, &detail);
                }
            }
            for end in ["/..", "/."] {
                if url_path.ends_with(end) {
                    let detail = format!("cannot end with '{end}'");
                    errors.invalid(&path_to, url_path, &detail);
                }
            }
        }
        "ImplementationSpecific" => {
            if !url_path.is_empty() && !url_path.starts_with('/') {
                errors.invalid(&path_to, url_path, ABSOLUTE);
            }
        }
        unknown => {
            errors.not_supported(&type_path, unknown, PATH_TYPES);
        }
    }
    validate_ingress_backend(&http.backend, options, &path.child("backend"), errors);
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`: `validateIngressBackend`.
fn validate_ingress_backend(
    backend: &IngressBackend,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    match (&backend.service, &backend.resource) {
        (Some(_), Some(_)) => {
            let detail = "cannot set both resource and service backends";
            let violation = errors.invalid(path, "", detail);
            violation.place = Some(path.child("resource").to_field_path());
            let other = path.child("service").to_field_path();
            violation.other = Some((other, "the service".into()));
        }
        (Some(service), None) => validate_service_backend(service, options, path, errors),
        (None, Some(resource)) => {
            let path = path.child("resource");
            validate_ingress_typed_local_object_reference(resource, &path, errors);
        }
        (None, None) => {
            errors.invalid(path, "", "resource or service backend is required");
        }
    }
}

/// The service case of `validateIngressBackend`.
fn validate_service_backend(
    service: &IngressServiceBackend,
    options: &Options,
    backend: &Path<'_>,
    errors: &mut Errors,
) {
    let path = backend.child("service");
    let port_path = path.child("port");
    if service.name.is_empty() {
        errors.required(&path.child("name"), "");
    } else {
        let messages = service_name_shape(options).check(&service.name);
        errors.invalid_each(&path.child("name"), &service.name, messages);
    }
    let port = service.port.as_ref();
    let name = text(port.and_then(|port| port.name.as_ref()));
    let number = port.and_then(|port| port.number).unwrap_or(0);
    match (name, number) {
        ("", 0) => {
            let violation = errors.required(backend, "port name or number is required");
            violation.place = Some(port_path.to_field_path());
        }
        ("", number) => {
            if let Some(detail) = is_valid_port_num(number) {
                errors.invalid(&port_path.child("number"), number, detail);
            }
        }
        (name, 0) => {
            validate_port_name(name, &port_path.child("name"), errors);
        }
        _ => {
            let violation = errors.invalid(backend, "", "cannot set both port name & port number");
            violation.place = Some(port_path.child("number").to_field_path());
            let other = port_path.child("name").to_field_path();
            violation.other = Some((other, "the name".into()));
        }
    }
}

/// Kubernetes, `pkg/apis/networking/validation/validation.go`:
/// `validateIngressTypedLocalObjectReference`.
fn validate_ingress_typed_local_object_reference(
    reference: &TypedLocalObjectReference,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(group) = &reference.api_group {
        errors.invalid_each(&path.child("apiGroup"), group, is_dns1123_subdomain(group));
    }
    for (field, value) in [("kind", &reference.kind), ("name", &reference.name)] {
        if value.is_empty() {
            errors.required(&path.child(field), "");
        } else {
            errors.invalid_each(&path.child(field), value, is_path_segment_name(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::validation::testing::refused;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn ingress(spec: &Value) -> Vec<String> {
        refused::<Ingress>(&json!({"metadata": {"name": "web"}, "spec": spec}))
    }

    fn backend(service: &Value) -> Vec<String> {
        ingress(&json!({"defaultBackend": {"service": service}}))
    }

    fn path(path_type: &str, path: &str) -> Vec<String> {
        let backend = json!({"service": {"name": "web", "port": {"number": 80}}});
        let path = json!({"path": path, "pathType": path_type, "backend": backend});
        ingress(&json!({"rules": [{"http": {"paths": [path]}}]}))
    }

    #[test]
    fn rules_or_a_default() {
        assert_eq!(ingress(&json!({})), ["spec Invalid"]);
        assert_eq!(ingress(&json!({"rules": []})), ["spec Invalid"]);
        assert_eq!(ingress(&json!({"rules": [{}]})), NOTHING);
    }

    #[test]
    fn a_port_by_name_or_by_number() {
        let port = |port: Value| backend(&json!({"name": "web", "port": port}));
        assert_eq!(port(json!({"number": 80, "name": ""})), NOTHING);
        assert_eq!(port(json!({})), ["spec.defaultBackend Required"]);
        let both = json!({"number": 80, "name": "http"});
        assert_eq!(port(both), ["spec.defaultBackend Invalid"]);
        let quoted = port(json!({"name": "80"}));
        assert_eq!(quoted, ["spec.defaultBackend.service.port.name Invalid"]);
    }

    #[test]
    fn paths() {
        let field = "spec.rules[0].http.paths[0].path Invalid";
        for bad in ["", "a", "/a//b", "/./", "/..", "/a/.", "/%2F"] {
            assert!(path("Exact", bad).contains(&field.to_owned()), "{bad}");
        }
        assert_eq!(path("ImplementationSpecific", ""), NOTHING);
        assert_eq!(path("ImplementationSpecific", "/..//"), NOTHING);
        assert_eq!(path("ImplementationSpecific", "a"), [field]);
        let field = "spec.rules[0].http.paths[0].pathType";
        assert_eq!(path("", ""), [format!("{field} NotSupported")]);
        assert_eq!(path("exact", "/"), [format!("{field} NotSupported")]);
        // Behind a missing type nothing is looked at.
        let rules = json!([{"http": {"paths": [{"pathType": null, "backend": {}}]}}]);
        let spec = json!({"rules": rules});
        assert_eq!(ingress(&spec), [format!("{field} Required")]);
    }

    #[test]
    fn hosts_are_names() {
        let host = |host: &str| ingress(&json!({"rules": [{"host": host}]}));
        for good in ["a.com", "*.com", &"a".repeat(64)] {
            assert_eq!(host(good), NOTHING, "{good}");
        }
        for bad in ["1.2.3.4", "a.com:80", "A.com", "a.*.com", "*"] {
            assert_eq!(host(bad), ["spec.rules[0].host Invalid"], "{bad}");
        }
    }

    #[test]
    fn two_classes_have_to_agree() {
        let object = json!({
            "metadata": {"name": "web", "annotations": {CLASS_ANNOTATION: "nginx"}},
            "spec": {"rules": [{}], "ingressClassName": "haproxy"},
        });
        let typed: Ingress = serde_json::from_value(object).expect("an Ingress");
        let found = typed.validate(&|_| true, &Options::default());
        let field = "annotations.kubernetes.io/ingress.class";
        assert_eq!(found[0].field.to_string(), field);
        let place = "metadata.annotations[kubernetes.io/ingress.class]";
        assert_eq!(found[0].place().to_string(), place);
    }
}
