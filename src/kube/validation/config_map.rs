//! Config maps.

use k8s_openapi::api::core::v1::ConfigMap;

use super::errors::Errors;
use super::metadata::{Scope, validate_generation, validate_object_meta};
use super::names::{NameShape, is_config_map_key};
use super::{Options, Validate, Violation, Written};
use crate::yaml::field::Path;

impl Validate for ConfigMap {
    fn validate(&self, _: Written<'_>, _: &Options) -> Vec<Violation> {
        let mut errors = Errors::default();
        validate_config_map(self, &mut errors);
        errors.into_violations()
    }
}

/// The size is not looked at: it is that of the bytes after decoding, which only huge ones exceed.
///
/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateConfigMap`.
fn validate_config_map(config: &ConfigMap, errors: &mut Errors) {
    let shape = NameShape::Subdomain;
    validate_object_meta(&config.metadata, Scope::Namespace, shape, errors);
    validate_generation(&config.metadata, errors);
    let binary = config.binary_data.iter().flatten();
    let texts = config.data.iter().flatten().map(|(key, _)| key);
    let path = Path::new("data");
    for key in texts {
        errors.invalid_each(&path.key(key), key, is_config_map_key(key));
        let is_binary = config.binary_data.as_ref();
        if is_binary.is_some_and(|binary| binary.contains_key(key)) {
            let detail = "duplicate of key present in binaryData";
            errors.invalid(&path.key(key), key, detail);
        }
    }
    let path = Path::new("binaryData");
    for (key, _) in binary {
        errors.invalid_each(&path.key(key), key, is_config_map_key(key));
        if config
            .data
            .as_ref()
            .is_some_and(|data| data.contains_key(key))
        {
            errors.invalid(&path.key(key), key, "duplicate of key present in data");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::validation::testing::refused;
    use serde_json::json;

    #[test]
    fn keys_are_names_of_files() {
        for (key, count) in [
            ("app.conf", 0),
            ("APP_PORT", 0),
            (".hidden", 0),
            ("a b", 1),
            ("dir/file", 1),
            ("..", 1),
            ("..data", 1),
        ] {
            let map = json!({"metadata": {"name": "web"}, "data": {key: "x"}});
            let expected = vec![format!("data[{key}] Invalid"); count];
            assert_eq!(refused::<ConfigMap>(&map), expected, "{key}");
        }
    }

    #[test]
    fn a_key_stands_in_one_of_the_two() {
        let map = json!({
            "metadata": {"name": "web"},
            "data": {"a": "x"},
            "binaryData": {"a": "eA=="}
        });
        let expected = ["data[a] Invalid", "binaryData[a] Invalid"];
        assert_eq!(refused::<ConfigMap>(&map), expected);
    }
}
