//! `ReferenceGrant`: who may refer to objects of a namespace from another one
//! (gateway-api `apis/v1/referencegrant_types.go`).

use super::parts::collect::collect;
use super::parts::gateway_api::VERSIONS;
use super::parts::known_fields::OBJECT;
use super::row::Row;
use crate::text::placeholder::is_placeholder;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

pub(super) static ROW: Row = Row {
    known: &[
        OBJECT,
        ("spec", "from to"),
        ("spec.from[]", "group kind namespace"),
        ("spec.to[]", "group kind name"),
    ],
    ..Row::new("ReferenceGrant", VERSIONS)
};

pub(super) fn read(object: Cursor<'_>) -> ReferenceGrant {
    let spec = object.get("spec");
    let list = |name: &'static str| spec.into_iter().flat_map(move |spec| spec.list(name));
    let from: Vec<Option<GrantFrom>> = list("from").map(GrantFrom::read).collect();
    let to: Vec<Option<GrantTo>> = list("to").map(GrantTo::read).collect();
    let is_whole = !from.is_empty()
        && !to.is_empty()
        && from.iter().all(Option::is_some)
        && to.iter().all(Option::is_some);
    ReferenceGrant {
        from: collect(from.into_iter().flatten()),
        to: collect(to.into_iter().flatten()),
        is_unclear: !is_whole,
    }
}

/// Whom a namespace lets refer to what.
#[derive(Clone, Debug)]
pub struct ReferenceGrant {
    /// `spec.from`
    pub from: Vec<GrantFrom>,
    /// `spec.to`
    pub to: Vec<GrantTo>,
    /// Whether part of it cannot be known.
    pub is_unclear: bool,
}

/// Objects that a grant lets refer.
#[derive(Clone, Debug)]
pub struct GrantFrom {
    /// `group`
    pub group: String,
    /// `kind`
    pub kind: Spanned<String>,
    /// `namespace`
    pub namespace: Spanned<String>,
}

/// Objects that a grant lets others refer to.
#[derive(Clone, Debug)]
pub struct GrantTo {
    /// `group`
    pub group: String,
    /// `kind`
    pub kind: Spanned<String>,
    /// `name`; all of the kind if it is absent.
    pub name: Option<Spanned<String>>,
}

/// A text that can be compared.
fn known(item: Cursor<'_>, name: &str) -> Option<Spanned<String>> {
    let text = item.get(name)?.string()?;
    (!is_placeholder(&text.value)).then_some(text)
}

fn group(item: Cursor<'_>) -> Option<String> {
    match item.field("group") {
        Some(_) => Some(known(item, "group")?.value),
        None => Some(String::new()),
    }
}

impl GrantFrom {
    fn read(item: Cursor<'_>) -> Option<Self> {
        Some(Self {
            group: group(item)?,
            kind: known(item, "kind")?,
            namespace: known(item, "namespace")?,
        })
    }
}

impl GrantTo {
    fn read(item: Cursor<'_>) -> Option<Self> {
        let name = match item.get("name") {
            Some(_) => Some(known(item, "name")?),
            None => None,
        };
        Some(Self {
            group: group(item)?,
            kind: known(item, "kind")?,
            name: name.filter(|name| !name.value.is_empty()),
        })
    }
}
