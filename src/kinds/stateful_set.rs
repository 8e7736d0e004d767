//! `StatefulSet`.

use super::parts::service_ref::{Role, ServiceRef};
use crate::yaml::cursor::Cursor;

/// The Service below whose name a `StatefulSet` names its pods.
pub(super) fn governing_service(object: Cursor<'_>) -> Vec<ServiceRef> {
    let name = object.get("spec").and_then(|spec| spec.get("serviceName"));
    let reference = name.and_then(|name| {
        let key = name.key_span();
        let name = name.string().filter(|name| !name.value.is_empty())?;
        Some(ServiceRef {
            role: Role::Governing,
            name,
            namespace: None,
            port: None,
            key,
        })
    });
    reference.into_iter().collect()
}
