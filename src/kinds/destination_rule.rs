//! Istio's `DestinationRule`: which of a host's pods a route can choose.

use super::parts::collect::collect;
use super::parts::istio::NETWORKING;
use super::parts::known_fields::OBJECT;
use super::parts::labels::Labels;
use super::row::Row;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// Fields: istio `networking/v1alpha3/destination_rule.proto`.
pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        (
            "spec",
            "host trafficPolicy subsets exportTo workloadSelector",
        ),
        ("spec.subsets[]", "name labels trafficPolicy"),
    ],
    ..Row::new("DestinationRule", NETWORKING)
};

pub(super) fn read(object: Cursor<'_>) -> DestinationRule {
    let spec = object.get("spec");
    let written = spec.and_then(|spec| spec.field("subsets"));
    let items: Vec<Cursor<'_>> = written.into_iter().flat_map(Cursor::items).collect();
    let subsets = collect(items.iter().filter_map(|item| Subset::read(*item)));
    let is_list = written.is_none_or(|list| list.is_list() || list.is_null() && !list.is_masked());
    DestinationRule {
        host: spec
            .and_then(|spec| spec.get("host"))
            .and_then(Cursor::string),
        is_unreadable: !is_list || subsets.len() < items.len(),
        subsets,
    }
}

/// A networking.istio.io `DestinationRule`.
#[derive(Clone, Debug)]
pub struct DestinationRule {
    /// `spec.host`
    pub host: Option<Spanned<String>>,
    /// `spec.subsets`
    pub subsets: Vec<Subset>,
    /// Whether there may be other subsets than can be read.
    pub is_unreadable: bool,
}

/// A subset of the pods behind a host.
#[derive(Clone, Debug)]
pub struct Subset {
    /// `name`
    pub name: Spanned<String>,
    /// `labels`, which the pods have besides those that the Service selects by.
    pub labels: Labels,
}

impl Subset {
    fn read(item: Cursor<'_>) -> Option<Self> {
        Some(Self {
            name: item.get("name")?.string()?,
            labels: Labels::read(item.field("labels")),
        })
    }
}
