//! All pages.

use super::page::{Front, KindRow, Page};
use super::pages::PAGES;
use crate::text::hash::HashMap;
use crate::yaml::cursor::Cursor;
use std::sync::{Arc, LazyLock};

/// The kinds that are described by data.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// What a configuration describes besides the pages.
    own: Option<Arc<Front>>,
}

/// The pages by the kinds that they are of.
static BY_KIND: LazyLock<HashMap<&str, Vec<&Page>>> = LazyLock::new(|| {
    let mut by_kind: HashMap<&str, Vec<&Page>> = HashMap::default();
    for page in &PAGES {
        for kind in page.kinds {
            by_kind.entry(kind).or_default().push(page);
        }
    }
    by_kind
});

impl Catalogue {
    /// The pages, and this.
    pub(super) fn with(own: Front) -> Self {
        Self {
            own: Some(Arc::new(own)),
        }
    }

    /// What is said of a kind.
    pub(super) fn of(&self, group: &str, kind: &str) -> impl Iterator<Item = &Front> {
        let named = BY_KIND.get(kind).into_iter().flatten();
        let fronts = named.map(|page| page.front());
        let own = self.own.iter().map(|own| &**own);
        let all = fronts.chain(own);
        all.filter(move |front| front.is_of(group, kind))
    }

    /// Whether anything is said of a kind.
    pub fn describes(&self, group: &str, kind: &str) -> bool {
        self.of(group, kind).next().is_some()
    }

    /// What is said of annotations of an object.
    pub(super) fn annotated(&self, object: Cursor<'_>) -> impl Iterator<Item = &Front> {
        let annotations = object.path(["metadata", "annotations"]);
        let entries = annotations.map(Cursor::entries).unwrap_or_default();
        let is_about = move |page: &&Page| {
            let mut prefixes = page.prefixes.iter();
            prefixes.any(|prefix| entries.iter().any(|(key, _)| key.value.starts_with(prefix)))
        };
        let pages = PAGES.iter().filter(is_about).map(Page::front);
        pages.chain(self.own.iter().map(|own| &**own))
    }
}

/// Whether a page says something of a kind.
pub(in crate::kinds) fn has_page(group: &str, kind: &str) -> bool {
    let mut pages = BY_KIND.get(kind).into_iter().flatten();
    pages.any(|page| page.front().is_of(group, kind))
}

/// Whether a controller may make pods for an object of a kind of this name; none if no page says
/// so.
pub(in crate::kinds) fn may_make_pods(kind: &str) -> Option<bool> {
    let pages = BY_KIND.get(kind)?;
    let rows = pages.iter().flat_map(|page| &page.front().kinds);
    let mut named = rows.filter(|row| row.kind == kind);
    Some(named.any(KindRow::makes_something))
}
