//! Istio's `ServiceEntry`: a host that is no Service.

use super::parts::collect::collect;
use super::parts::istio::NETWORKING;
use super::parts::known_fields::OBJECT;
use super::row::Row;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// Fields: istio `networking/v1alpha3/service_entry.proto`.
pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        (
            "spec",
            "hosts addresses ports location resolution endpoints workloadSelector exportTo \
             subjectAltNames",
        ),
    ],
    ..Row::new("ServiceEntry", NETWORKING)
};

pub(super) fn read(object: Cursor<'_>) -> ServiceEntry {
    let hosts = object.path(["spec", "hosts"]);
    let hosts = hosts.into_iter().flat_map(Cursor::items);
    ServiceEntry {
        hosts: collect(hosts.filter_map(Cursor::string)),
        export_to: object.path(["spec", "exportTo"]).map(|list| {
            let names = list.items();
            collect(names.filter_map(Cursor::string))
        }),
    }
}

/// A networking.istio.io `ServiceEntry`.
#[derive(Clone, Debug)]
pub struct ServiceEntry {
    /// `spec.hosts`
    pub hosts: Vec<Spanned<String>>,
    /// `spec.exportTo`, the namespaces that see it: `.` is its own, `*` is every one, as is none at
    /// all.
    pub export_to: Option<Vec<Spanned<String>>>,
}
