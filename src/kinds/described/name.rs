//! What stands at the place of a reference: a name, and what comes with it.

use super::form::{Form, Found};
use super::path::{OneOrMany, Spot};
use super::reference::HostKind;
use super::row::{Absent, By, PortRow, Refer, Search, Target, within_quotes};
use crate::kinds::parts::port::PortRef;
use crate::settings::pattern::fits_text;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use crate::yaml::part::Parts;
use std::ops::Range;
use std::rc::Rc;

/// What a reference names, and what else its text holds.
pub(super) struct Named<'r> {
    pub(super) name: Spanned<String>,
    pub(super) namespace: Option<Spanned<String>>,
    pub(super) host: HostKind,
    text: Option<Text<'r>>,
}

/// A text that has a form.
struct Text<'r> {
    at: Cursor<'r>,
    /// The items of a list share it.
    whole: Rc<Spanned<String>>,
    found: Found,
}

/// What a place was found to hold.
pub(super) enum Reading<'r> {
    Named(Box<Named<'r>>),
    /// Nothing that the row is about.
    Nothing,
    /// A string of another form than this one.
    Malformed(Spanned<String>, Form),
}

impl Refer {
    /// What stands at a place; several where it lists them.
    pub(super) fn readings<'r>(&self, spot: Spot<'r>) -> Vec<Reading<'r>> {
        let has_form = self.form.is_some() || self.on.is_some();
        let at = match &self.name {
            Some(path) => path.first(spot.here),
            None if has_form => Some(spot.here),
            None => spot.here.get("name"),
        };
        let Some((at, whole)) = at.and_then(|at| Some((at, at.string()?))) else {
            return Vec::new();
        };
        let whole = Rc::new(whole);
        let forms = self.form;
        if !forms.is_some_and(|forms| forms.is_list) {
            let range = 0..whole.value.len();
            return vec![self.reading(spot, at, &whole, range)];
        }
        let items = items(&whole.value);
        let read = items
            .into_iter()
            .map(|range| self.reading(spot, at, &whole, range));
        read.collect()
    }

    fn reading<'r>(
        &self,
        spot: Spot<'r>,
        at: Cursor<'r>,
        whole: &Rc<Spanned<String>>,
        range: Range<usize>,
    ) -> Reading<'r> {
        let text = &whole.value[range.clone()];
        let is_else = self.except.iter().any(|except| fits_text(except, text));
        if text.is_empty() || is_else {
            return Reading::Nothing;
        }
        let Some(form) = self.form.and_then(|forms| forms.each) else {
            let key = || self.namespace.key.as_ref()?.first(spot)?.string();
            return Reading::Named(Box::new(Named {
                name: part(at, whole, range),
                namespace: key().filter(|own| !own.value.is_empty()),
                host: HostKind::Name,
                text: None,
            }));
        };
        let Some(found) = form.parse(text) else {
            return if is_placeholder(text) {
                Reading::Nothing
            } else {
                Reading::Malformed(part(at, whole, range), form)
            };
        };
        self.of_form(at, whole, form, found.shifted(range.start))
    }

    /// The name in a text of a form.
    fn of_form<'r>(
        &self,
        at: Cursor<'r>,
        whole: &Rc<Spanned<String>>,
        form: Form,
        found: Found,
    ) -> Reading<'r> {
        if matches!(self.to, Target::Namespace) {
            let scope = found.scope.map(|scope| part(at, whole, scope));
            let named = scope.map(Named::plain);
            return named.map_or(Reading::Nothing, |own| Reading::Named(Box::new(own)));
        }
        let is_domain = found.namespace.is_some() && form != Form::Name && form != Form::NamePort;
        let host = match (form.is_host(), is_domain) {
            (true, true) => HostKind::Host,
            (true, false) => HostKind::Bare,
            (false, true) => HostKind::Domain,
            (false, false) => HostKind::Name,
        };
        let is_judged = match host {
            HostKind::Name => true,
            HostKind::Domain | HostKind::Host | HostKind::Short => {
                found.may_be_service(&whole.value)
            }
            HostKind::Bare => self.search != Search::None && found.may_be_service(&whole.value),
        };
        if !is_judged {
            return Reading::Nothing;
        }
        let host = match self.search {
            Search::Own if host == HostKind::Bare => HostKind::Host,
            Search::Full if !found.is_full(&whole.value) => HostKind::Short,
            _ => host,
        };
        Reading::Named(Box::new(Named {
            name: part(at, whole, found.name.clone()),
            namespace: found.namespace.clone().map(|own| part(at, whole, own)),
            host,
            text: Some(Text {
                at,
                whole: Rc::clone(whole),
                found,
            }),
        }))
    }
}

impl Named<'_> {
    /// A name alone.
    pub(super) fn plain(name: Spanned<String>) -> Self {
        Self {
            name,
            namespace: None,
            host: HostKind::Name,
            text: None,
        }
    }

    /// What follows the name behind an `@`, and where.
    pub(super) fn provider(&self) -> Option<Spanned<String>> {
        let text = self.text.as_ref()?;
        let rest = &text.whole.value[text.found.name.end..];
        let rest = rest.split(',').next().unwrap_or(rest).trim_end();
        let start = text.found.name.end + 1;
        let provider = rest.strip_prefix('@')?;
        Some(part(text.at, &text.whole, start..start + provider.len()))
    }
}

impl PortRow {
    /// The port that is written, or what an absent one means.
    pub(super) fn written(&self, spot: Spot<'_>, named: &Named<'_>) -> Option<Spanned<PortRef>> {
        let in_text = named.text.as_ref().and_then(|text| {
            let range = text.found.port.clone()?;
            let port = part(text.at, &text.whole, range);
            let is_whole = port.span == text.whole.span;
            let span = if is_whole {
                within_quotes(text.at)
            } else {
                port.span
            };
            Some(Spanned::new(port.value, span))
        });
        if let Some(text) = in_text {
            return Some(By::of_text(&self.by, text));
        }
        if let Some(at) = self.field(spot) {
            return By::of_value(&self.by, at);
        }
        let number = match self.absent {
            Absent::Any | Absent::Refused => return None,
            Absent::Number(number) => number,
            Absent::Scheme => named.scheme_port().unwrap_or(80),
            Absent::Url => named.scheme_port()?,
        };
        Some(Spanned::new(PortRef::Number(number), named.name.span))
    }

    fn field<'r>(&self, spot: Spot<'r>) -> Option<Cursor<'r>> {
        let mut places = self.key.iter().flat_map(OneOrMany::iter);
        places.find_map(|place| place.first(spot))
    }
}

impl Named<'_> {
    /// What a client takes where a scheme is written, and no port.
    fn scheme_port(&self) -> Option<i64> {
        let text = self.text.as_ref()?;
        let scheme = &text.whole.value[text.found.scheme.clone()?];
        match scheme.to_ascii_lowercase().as_str() {
            "https" => Some(443),
            "http" => Some(80),
            _ => None,
        }
    }
}

/// The items of a list between commas, without the spaces around them.
fn items(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let items = text.split(',').map(|item| {
        let from = start + item.len() - item.trim_start().len();
        start += item.len() + 1;
        from..from + item.trim().len()
    });
    items.filter(|range| !range.is_empty()).collect()
}

/// A part of a string with its own place, or with that of the whole where that cannot be said.
pub(super) fn part(
    at: Cursor<'_>,
    whole: &Spanned<String>,
    range: Range<usize>,
) -> Spanned<String> {
    let text = whole.value[range.clone()].to_owned();
    if range == (0..whole.value.len()) {
        return whole.clone();
    }
    let found = Parts::new(&whole.value, at.source()).find(range);
    let span = found.map_or(whole.span, |found| Span {
        start: whole.span.start + found.start as u32,
        end: whole.span.start + found.end as u32,
        ..whole.span
    });
    Spanned::new(text, span)
}
