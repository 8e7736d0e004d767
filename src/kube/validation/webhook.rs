//! Admission webhook configurations. Match conditions are not looked at.

use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhook, MutatingWebhookConfiguration, RuleWithOperations, ServiceReference,
    ValidatingWebhook, ValidatingWebhookConfiguration, WebhookClientConfig,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

use super::errors::{Errors, Scalar};
use super::labels::validate_label_selector;
use super::metadata::{Scope, validate_generic_object_meta};
use super::names::{
    NameShape, is_dns1035_label, is_dns1123_subdomain, is_fully_qualified_name, is_valid_port_num,
};
use super::url::Url;
use super::{Concern, Options, Validate, Violation, Written, items};
use crate::yaml::field::Path;

impl Validate for ValidatingWebhookConfiguration {
    fn validate(&self, written: Written<'_>, _: &Options) -> Vec<Violation> {
        let webhooks = items(self.webhooks.as_ref()).iter().map(Webhook::from);
        validate_webhook_configuration(&self.metadata, webhooks, written)
    }
}

impl Validate for MutatingWebhookConfiguration {
    fn validate(&self, written: Written<'_>, _: &Options) -> Vec<Violation> {
        let webhooks = items(self.webhooks.as_ref()).iter().map(Webhook::from);
        validate_webhook_configuration(&self.metadata, webhooks, written)
    }
}

/// What both kinds of webhook have.
struct Webhook<'a> {
    name: &'a str,
    client_config: &'a WebhookClientConfig,
    rules: &'a [RuleWithOperations],
    failure_policy: Option<&'a str>,
    match_policy: Option<&'a str>,
    reinvocation_policy: Option<&'a str>,
    side_effects: &'a str,
    timeout_seconds: Option<i32>,
    namespace_selector: Option<&'a LabelSelector>,
    object_selector: Option<&'a LabelSelector>,
    admission_review_versions: &'a [String],
}

impl<'a> From<&'a ValidatingWebhook> for Webhook<'a> {
    fn from(webhook: &'a ValidatingWebhook) -> Self {
        Self {
            name: &webhook.name,
            client_config: &webhook.client_config,
            rules: items(webhook.rules.as_ref()),
            failure_policy: webhook.failure_policy.as_deref(),
            match_policy: webhook.match_policy.as_deref(),
            reinvocation_policy: None,
            side_effects: &webhook.side_effects,
            timeout_seconds: webhook.timeout_seconds,
            namespace_selector: webhook.namespace_selector.as_ref(),
            object_selector: webhook.object_selector.as_ref(),
            admission_review_versions: &webhook.admission_review_versions,
        }
    }
}

impl<'a> From<&'a MutatingWebhook> for Webhook<'a> {
    fn from(webhook: &'a MutatingWebhook) -> Self {
        Self {
            name: &webhook.name,
            client_config: &webhook.client_config,
            rules: items(webhook.rules.as_ref()),
            failure_policy: webhook.failure_policy.as_deref(),
            match_policy: webhook.match_policy.as_deref(),
            reinvocation_policy: webhook.reinvocation_policy.as_deref(),
            side_effects: &webhook.side_effects,
            timeout_seconds: webhook.timeout_seconds,
            namespace_selector: webhook.namespace_selector.as_ref(),
            object_selector: webhook.object_selector.as_ref(),
            admission_review_versions: &webhook.admission_review_versions,
        }
    }
}

/// Kubernetes, `pkg/apis/admissionregistration/validation/validation.go`:
/// `validateValidatingWebhookConfiguration` and `validateMutatingWebhookConfiguration`.
fn validate_webhook_configuration<'a>(
    metadata: &ObjectMeta,
    webhooks: impl Iterator<Item = Webhook<'a>>,
    written: Written<'_>,
) -> Vec<Violation> {
    let mut errors = Errors::default();
    validate_generic_object_meta(metadata, Scope::Cluster, NameShape::Subdomain, &mut errors);
    let list = Path::new("webhooks");
    let mut names: Vec<&str> = Vec::new();
    for (index, webhook) in webhooks.enumerate() {
        let path = list.index(index);
        validate_webhook(&webhook, written, &path, &mut errors);
        let versions = webhook.admission_review_versions;
        let versions_path = path.child("admissionReviewVersions");
        validate_admission_review_versions(versions, &versions_path, &mut errors);
        let first = names.iter().position(|earlier| *earlier == webhook.name);
        if let Some(first) = first.filter(|_| !webhook.name.is_empty()) {
            let (path, first) = (path.child("name"), list.index(first));
            errors.duplicate(&path, webhook.name, &first.child("name"), "first here");
        }
        names.push(webhook.name);
    }
    errors.into_violations()
}

/// Kubernetes, `pkg/apis/admissionregistration/validation/validation.go`:
/// `validateValidatingWebhook` and `validateMutatingWebhook`.
fn validate_webhook(
    webhook: &Webhook<'_>,
    written: Written<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let name_path = path.child("name");
    if webhook.name.is_empty() {
        errors.required(&name_path, "");
    } else {
        let messages = is_fully_qualified_name(webhook.name);
        errors.invalid_each(&name_path, webhook.name, messages);
    }
    let list = path.child("rules");
    for (index, rule) in webhook.rules.iter().enumerate() {
        validate_rule_with_operations(rule, &list.index(index), errors);
    }
    let policies = [
        ("failurePolicy", webhook.failure_policy, ["Fail", "Ignore"]),
        ("matchPolicy", webhook.match_policy, ["Equivalent", "Exact"]),
        (
            "reinvocationPolicy",
            webhook.reinvocation_policy,
            ["IfNeeded", "Never"],
        ),
    ];
    for (field, policy, known) in policies {
        if let Some(policy) = policy
            && !known.contains(&policy)
        {
            errors.not_supported(&path.child(field), policy, &known);
        }
    }
    let effects_path = path.child("sideEffects");
    match webhook.side_effects {
        "None" | "NoneOnDryRun" => {}
        "" if !written(&effects_path.to_field_path()) => {
            let detail = "must specify one of None, NoneOnDryRun";
            errors.required(&effects_path, detail);
        }
        unknown => {
            errors.not_supported(&effects_path, unknown, &["None", "NoneOnDryRun"]);
        }
    }
    if let Some(seconds) = webhook.timeout_seconds
        && !(1..=30).contains(&seconds)
    {
        let detail = "the timeout value must be between 1 and 30 seconds";
        errors.invalid(&path.child("timeoutSeconds"), seconds, detail);
    }
    if let Some(selector) = webhook.namespace_selector {
        validate_label_selector(selector, &path.child("namespaceSelector"), errors);
    }
    if let Some(selector) = webhook.object_selector {
        // What it selects are requests.
        errors.only_about(Concern::Object, |errors| {
            validate_label_selector(selector, &path.child("objectSelector"), errors);
        });
    }
    validate_client_config(webhook.client_config, &path.child("clientConfig"), errors);
}

fn validate_client_config(config: &WebhookClientConfig, path: &Path<'_>, errors: &mut Errors) {
    match (&config.url, &config.service) {
        (Some(url), None) => validate_webhook_url(url, &path.child("url"), errors),
        (None, Some(service)) => {
            validate_webhook_service(service, &path.child("service"), errors);
        }
        _ => {
            errors.required(path, "exactly one of url or service is required");
        }
    }
}

/// apiserver, `pkg/util/webhook/validation.go`: `ValidateWebhookURL`.
fn validate_webhook_url(url: &str, path: &Path<'_>, errors: &mut Errors) {
    const FORM: &str = "; desired format: https://host[/path]";
    let Some(url) = Url::parse(url) else {
        errors.required(path, &format!("url must be a valid URL{FORM}"));
        return;
    };
    if url.scheme != "https" {
        let detail = format!("'https' is the only allowed URL scheme{FORM}");
        errors.invalid(path, &*url.scheme, &detail);
    }
    if url.host.is_empty() {
        errors.invalid(path, "", &format!("host must be specified{FORM}"));
    }
    let parts = [
        (url.user, "user information is not permitted in the URL"),
        (url.fragment, "fragments are not permitted in the URL"),
        (url.query, "query parameters are not permitted in the URL"),
    ];
    for (part, detail) in parts {
        if let Some(part) = part {
            errors.invalid(path, part, detail);
        }
    }
}

/// The server mixes up the names of the two required fields.
///
/// apiserver, `pkg/util/webhook/validation.go`: `ValidateWebhookService`.
fn validate_webhook_service(service: &ServiceReference, path: &Path<'_>, errors: &mut Errors) {
    let (name, namespace) = (path.child("name"), path.child("namespace"));
    if service.namespace.is_empty() {
        errors.required(&name, "").place = Some(namespace.to_field_path());
    }
    if service.name.is_empty() {
        errors.required(&namespace, "").place = Some(name.to_field_path());
    }
    if let Some(port) = service.port
        && let Some(detail) = is_valid_port_num(port)
    {
        let detail = format!("port is not valid: {detail}");
        errors.invalid(&path.child("port"), port, &detail);
    }
    if let Some(url_path) = &service.path {
        validate_url_path(url_path, &path.child("path"), errors);
    }
}

/// The part of `ValidateWebhookService` about `path`: every segment is a DNS name.
fn validate_url_path(url_path: &str, path: &Path<'_>, errors: &mut Errors) {
    if matches!(url_path, "" | "/") {
        return;
    }
    if url_path == "//" {
        errors.invalid(path, url_path, "segment[0] may not be empty");
        return;
    }
    if !url_path.starts_with('/') {
        errors.invalid(path, url_path, "must start with a '/'");
    }
    // The server cuts the first character off whatever it is.
    let mut rest = url_path.chars();
    rest.next();
    let rest = rest.as_str();
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    for (index, segment) in rest.split('/').enumerate() {
        if segment.is_empty() {
            let detail = format!("segment[{index}] may not be empty");
            errors.invalid(path, url_path, &detail);
            continue;
        }
        for message in is_dns1123_subdomain(segment) {
            let detail = format!("segment[{index}]: {message}");
            errors.invalid(path, url_path, &detail);
        }
    }
}

/// Kubernetes, `pkg/apis/admissionregistration/validation/validation.go`:
/// `validateAdmissionReviewVersions`.
fn validate_admission_review_versions(versions: &[String], list: &Path<'_>, errors: &mut Errors) {
    if versions.is_empty() {
        errors.required(list, "must specify one of v1, v1beta1");
        return;
    }
    for (index, version) in versions.iter().enumerate() {
        if versions[..index].contains(version) {
            errors.invalid(&list.index(index), version, "duplicate version");
            continue;
        }
        errors.invalid_each(&list.index(index), version, is_dns1035_label(version));
    }
    if !versions
        .iter()
        .any(|version| matches!(version.as_str(), "v1" | "v1beta1"))
    {
        let detail = "must include at least one of v1, v1beta1";
        errors.invalid(list, Scalar::Other, detail);
    }
}

/// Kubernetes, `pkg/apis/admissionregistration/validation/validation.go`:
/// `validateRuleWithOperations` and `validateRule`.
fn validate_rule_with_operations(rule: &RuleWithOperations, path: &Path<'_>, errors: &mut Errors) {
    let lists = [
        ("operations", items(rule.operations.as_ref()), "operations"),
        ("apiGroups", items(rule.api_groups.as_ref()), "API groups"),
        (
            "apiVersions",
            items(rule.api_versions.as_ref()),
            "API versions",
        ),
    ];
    for (field, values, what) in lists {
        let list = path.child(field);
        if values.is_empty() {
            errors.required(&list, "");
        }
        if values.len() > 1 && values.iter().any(|value| value == "*") {
            let detail = format!("if '*' is present, must not specify other {what}");
            errors.invalid(&list, Scalar::Other, &detail);
        }
        for (index, value) in values.iter().enumerate() {
            let known = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
            if field == "operations" && !known.contains(&value.as_str()) {
                errors.not_supported(&list.index(index), value, &known);
            } else if field == "apiVersions" && value.is_empty() {
                errors.required(&list.index(index), "");
            }
        }
    }
    validate_resources(
        items(rule.resources.as_ref()),
        &path.child("resources"),
        errors,
    );
    let known = ["*", "Cluster", "Namespaced"];
    if let Some(scope) = &rule.scope
        && !known.contains(&scope.as_str())
    {
        errors.not_supported(&path.child("scope"), scope, &known);
    }
}

/// Kubernetes, `pkg/apis/admissionregistration/validation/validation.go`: `validateResources`.
fn validate_resources(resources: &[String], list: &Path<'_>, errors: &mut Errors) {
    if resources.is_empty() {
        errors.required(list, "");
    }
    for (index, resource) in resources.iter().enumerate() {
        let path = list.index(index);
        if resource.is_empty() {
            errors.required(&path, "");
        }
        let Some((name, sub)) = resource.split_once('/') else {
            continue;
        };
        let earlier = resources[..index]
            .iter()
            .filter_map(|earlier| earlier.split_once('/'));
        if earlier.clone().any(|earlier| earlier == (name, "*")) {
            let detail = format!("if '{name}/*' is present, must not specify {resource}");
            errors.invalid(&path, resource, &detail);
        }
        if earlier.clone().any(|earlier| earlier == ("*", sub)) {
            let detail = format!("if '*/{sub}' is present, must not specify {resource}");
            errors.invalid(&path, resource, &detail);
        }
    }
    let has = |wanted: &str| resources.iter().any(|resource| resource == wanted);
    if resources.len() > 1 && has("*/*") {
        let detail = "if '*/*' is present, must not specify other resources";
        errors.invalid(list, Scalar::Other, detail);
    }
    // The server only remembers the last resource without a subresource.
    let plain = resources
        .iter()
        .rev()
        .find(|name| !name.is_empty() && !name.contains('/'));
    if has("*") && plain.is_some_and(|name| name != "*") {
        let detail = "if '*' is present, must not specify other resources without subresources";
        errors.invalid(list, Scalar::Other, detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::validation::testing::refused;
    use serde_json::{Value, json};

    const NOTHING: &[&str] = &[];

    fn webhook(extra: &Value) -> Vec<String> {
        let mut webhook = json!({
            "name": "a.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": {"service": {"name": "Web_x", "namespace": "prod"}},
        });
        for (key, value) in extra.as_object().expect("an object") {
            webhook[key] = value.clone();
        }
        refused::<MutatingWebhookConfiguration>(&json!({
            // kubectl drops the namespace.
            "metadata": {"name": "web", "namespace": "A_b"}, "webhooks": [webhook],
        }))
    }

    #[test]
    fn one_way_to_call_it() {
        let config = |config: Value| webhook(&json!({"clientConfig": config}));
        assert_eq!(webhook(&json!({})), NOTHING);
        let effects = webhook(&json!({"sideEffects": ""}));
        assert_eq!(effects, ["webhooks[0].sideEffects NotSupported"]);
        let effects = webhook(&json!({"sideEffects": null}));
        assert_eq!(effects, ["webhooks[0].sideEffects Required"]);
        let service = json!({"name": "web", "namespace": "prod"});
        let both = json!({"service": service, "url": "https://a"});
        assert_eq!(config(both), ["webhooks[0].clientConfig Required"]);
        let url = "webhooks[0].clientConfig.url Invalid";
        assert_eq!(config(json!({"url": "https://a.example.com/b"})), NOTHING);
        assert_eq!(config(json!({"url": "https://a?b"})), [url]);
        assert_eq!(config(json!({"url": "a.example.com/x"})), [url; 2]);
    }

    #[test]
    fn the_missing_half_of_a_service_is_the_place() {
        let object = json!({"metadata": {"name": "web"}, "webhooks": [{
            "name": "a.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": {"service": {"name": "web"}},
        }]});
        let typed: ValidatingWebhookConfiguration =
            serde_json::from_value(object).expect("a configuration");
        let found = typed.validate(&|_| true, &Options::default());
        let service = "webhooks[0].clientConfig.service";
        assert_eq!(found[0].field.to_string(), format!("{service}.name"));
        assert_eq!(found[0].place().to_string(), format!("{service}.namespace"));
    }

    #[test]
    fn paths_consist_of_names() {
        let path = |path: &str| {
            let service = json!({"name": "web", "namespace": "prod", "path": path});
            webhook(&json!({"clientConfig": {"service": service}}))
        };
        for good in ["", "/", "/a", "/a/", "/a.b/c-d"] {
            assert_eq!(path(good), NOTHING, "{good}");
        }
        for bad in ["//", "ab", "/a_b", "/A", "/a//b", "/a%20b"] {
            assert_eq!(
                path(bad),
                ["webhooks[0].clientConfig.service.path Invalid"],
                "{bad}"
            );
        }
    }

    #[test]
    fn wildcards_stand_alone() {
        let rule = |field: &str, values: &[&str]| {
            let mut rule = json!({
                "operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"],
                "resources": ["pods"],
            });
            rule[field] = json!(values);
            webhook(&json!({"rules": [rule]}))
        };
        assert_eq!(rule("resources", &["*/*"]), NOTHING);
        assert_eq!(rule("resources", &["pods/*", "services/status"]), NOTHING);
        for bad in [["*/*", "pods"], ["*", "pods"]] {
            assert_eq!(
                rule("resources", &bad),
                ["webhooks[0].rules[0].resources Invalid"]
            );
        }
        let field = "webhooks[0].rules[0].resources[1] Invalid";
        assert_eq!(rule("resources", &["pods/*", "pods/status"]), [field]);
        let field = "webhooks[0].rules[0].apiGroups Invalid";
        assert_eq!(rule("apiGroups", &["*", "apps"]), [field]);
    }
}
