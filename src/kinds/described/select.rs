//! Rows of a page that select pods or Services by their labels.

use super::calico;
use super::condition::Condition;
use super::path::{OneOrMany, Path, Place, Spot};
use super::reference::Effect;
use super::row::{By, warning};
use crate::diagnostic::Severity;
use crate::kinds::cilium_network_policy;
use crate::kinds::parts::label_selector::LabelSelector;
use crate::kinds::parts::monitor::{Monitor, Namespaces};
use crate::kinds::parts::port::PortRef;
use crate::settings::pattern::fits_text;
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use serde_yaml::Value;
use std::sync::Arc;

/// A row of `selects`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SelectRow {
    #[serde(default)]
    pub(super) of: Vec<String>,
    #[serde(default = "Path::here")]
    within: Path,
    at: OneOrMany<Path>,
    /// Where the selector stands below that.
    #[serde(default = "Path::here")]
    selector: Path,
    #[serde(default)]
    when: Condition,
    form: SelectorForm,
    things: Things,
    #[serde(default)]
    namespace: SelectNamespace,
    /// The namespace whose objects select in all.
    everywhere_from: Option<String>,
    /// The keys of labels that something else puts on pods when they run.
    #[serde(default)]
    runtime: Vec<String>,
    #[serde(default)]
    ports: Vec<SelectedPortRow>,
    #[serde(default = "warning")]
    severity: Severity,
    effect: Option<String>,
    /// The file and the function that decide.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for who reads the page"))]
    pub(super) source: String,
}

/// How a selector is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SelectorForm {
    /// The labels themselves.
    Labels,
    /// `matchLabels` and `matchExpressions`.
    Selector,
    /// The same, where keys may say where a label comes from: `k8s:app`.
    Cilium,
    /// A text: `app == 'web'`.
    Calico,
}

/// What is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Things {
    /// Pods, by the labels of their templates.
    Pods,
    /// Services, by their own labels.
    Services,
}

/// Where a row selects.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Value")]
enum SelectNamespace {
    /// In the namespace of the object.
    #[default]
    Own,
    /// Everywhere.
    Any,
    /// Where a field like `namespaceSelector` of a monitor says.
    Selector(Path),
    /// In the namespace that a field names; everywhere without it.
    Key(Place),
}

impl TryFrom<Value> for SelectNamespace {
    type Error = String;

    fn try_from(written: Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            selector: Option<Path>,
            key: Option<Place>,
        }
        let fault = "write `own`, `any`, `{selector: PATH}` or `{key: PATH}`";
        match written.as_str() {
            Some("own") => return Ok(Self::Own),
            Some("any") => return Ok(Self::Any),
            Some(_) => return Err(fault.to_owned()),
            None => {}
        }
        let read: Result<Written, _> = serde_yaml::from_value(written);
        match read.map_err(|error| error.to_string())? {
            Written {
                selector: Some(path),
                key: None,
            } => Ok(Self::Selector(path)),
            Written {
                selector: None,
                key: Some(key),
            } => Ok(Self::Key(key)),
            _ => Err(fault.to_owned()),
        }
    }
}

/// A port that the selected things have to have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SelectedPortRow {
    #[serde(default = "Path::here")]
    within: Path,
    at: OneOrMany<Path>,
    #[serde(default)]
    when: Condition,
    by: Vec<By>,
    of: SelectedSides,
    #[serde(default)]
    except: Vec<String>,
}

/// Which port is meant, by a name and by a number.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum SelectedSides {
    Both(SelectedSide),
    Each {
        name: SelectedSide,
        number: SelectedSide,
    },
}

/// Which port of a selected thing is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SelectedSide {
    /// A port of the Services.
    Service,
    /// A port that the containers have to declare.
    Container,
    /// A port on which the pods listen, declared or not.
    Pod,
}

/// What an object selects, read by a row.
#[derive(Clone, Debug)]
pub struct Selects {
    /// The selector, and where it selects, in the form that monitors have.
    pub monitor: Monitor,
    /// What it selects.
    pub things: Things,
    /// The ports that they have to have.
    pub ports: Vec<(Spanned<PortRef>, SelectedSide)>,
    /// What happens when it selects nothing, or a port is not there.
    pub effect: Arc<Effect>,
}

impl SelectRow {
    /// What an object selects.
    pub(super) fn read(&self, object: Cursor<'_>) -> Vec<Selects> {
        let effect = Arc::new(Effect {
            severity: self.severity,
            text: self.effect.clone(),
        });
        let spots = self.when.spots(&self.within, &self.at, (object, object));
        let selected = spots.into_iter().filter_map(|spot| {
            let selector = self.selector.first(spot.here)?;
            let ports = self.ports.iter().flat_map(|row| row.read(object));
            Some(Selects {
                monitor: Monitor {
                    selector: Some(self.label_selector(selector)),
                    namespaces: self.namespaces(spot),
                    endpoints: Vec::new(),
                },
                things: self.things,
                ports: ports.collect(),
                effect: effect.clone(),
            })
        });
        selected.collect()
    }

    fn label_selector(&self, selector: Cursor<'_>) -> LabelSelector {
        let mut read = match self.form {
            SelectorForm::Labels => LabelSelector::read_flat(selector),
            SelectorForm::Selector => LabelSelector::read(selector),
            SelectorForm::Cilium => cilium_network_policy::selector(selector),
            SelectorForm::Calico => calico::read(selector),
        };
        let is_runtime = |key: &str| self.runtime.iter().any(|own| own == key);
        let pairs = &mut read.labels.pairs;
        pairs.retain(|pair| !is_runtime(&pair.key.value));
        read
    }

    fn namespaces(&self, spot: Spot<'_>) -> Namespaces {
        let own = spot.root.path(["metadata", "namespace"]);
        let is_root = own.is_some_and(|own| Some(own.text()) == self.everywhere_from.as_deref());
        match &self.namespace {
            _ if is_root => Namespaces::Any,
            SelectNamespace::Own => Namespaces::Own,
            SelectNamespace::Any => Namespaces::Any,
            SelectNamespace::Selector(path) => path
                .first(spot.root)
                .map_or(Namespaces::Own, Namespaces::read),
            SelectNamespace::Key(place) => match place.first(spot).and_then(Cursor::string) {
                Some(name) => Namespaces::Listed(vec![name]),
                None => Namespaces::Any,
            },
        }
    }
}

impl SelectedPortRow {
    fn read(&self, object: Cursor<'_>) -> Vec<(Spanned<PortRef>, SelectedSide)> {
        let spots = self.when.spots(&self.within, &self.at, (object, object));
        let ports = spots.into_iter();
        ports.filter_map(|spot| self.port(spot.here)).collect()
    }

    fn port(&self, at: Cursor<'_>) -> Option<(Spanned<PortRef>, SelectedSide)> {
        if self
            .except
            .iter()
            .any(|except| fits_text(except, at.text()))
        {
            return None;
        }
        let port = By::of_value(&self.by, at)?;
        let side = match (&port.value, self.of) {
            (_, SelectedSides::Both(side)) => side,
            (PortRef::Name(_), SelectedSides::Each { name, .. }) => name,
            (_, SelectedSides::Each { number, .. }) => number,
        };
        Some((port, side))
    }
}
