//! Typed decoding: a `serde::Deserializer` over the tree that reads as `encoding/json` does behind
//! kubectl's conversion, finds every type error of a document with its node, and lists the fields
//! that the type does not know.

use super::mismatch;
use super::quantity::is_quantity;
use super::reader::{ReadError, Reader};
use super::scalar::{self, Scalar};
use super::tree::NodeId;
use serde::de::{self, Deserialize, DeserializeSeed, Unexpected, Visitor};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

/// Every type error costs another pass; these many are always found,
const SOME_ERRORS: usize = 10;

/// and more as long as all passes together see no more nodes than this.
const MOST_NODES: usize = 3_000_000;

/// What the visitor of a Kubernetes `[]byte` says of itself.
const BASE64: &str = "a base64-encoded string";

const MISSING: &str = "a field is missing";

const TIME: &str = "a time such as `2006-01-02T15:04:05Z`";

/// The fields that a server knows, where they are not those of the compiled types.
pub trait Fields {
    /// Whether the server knows a type in another form than the compiled one.
    fn differ(&self, of_type: &str) -> bool;

    /// Whether the server knows a field of such a type; nothing where the compiled type decides.
    fn knows(&self, of_type: &str, field: &str) -> Option<bool>;
}

/// A field that the server does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// The key.
    pub key: NodeId,
    /// Its value.
    pub value: NodeId,
    /// The type that it would be a field of.
    pub of_type: &'static str,
    /// The fields that the type knows.
    pub known: &'static [&'static str],
}

/// What came of decoding a document.
#[derive(Debug)]
pub struct Decoded<T> {
    /// The value, with zero values where something was wrong; none if nothing could be read.
    pub value: Option<T>,
    /// The type errors, in the order in which they were met.
    pub errors: Vec<ReadError>,
    /// The fields that the server does not know.
    pub unknown: Vec<UnknownField>,
    /// Whether there may be more errors: to find them all would take too long.
    pub is_cut: bool,
}

/// Decodes a node and goes on behind every type error: the node is masked, so that it reads as
/// null (which every API type takes for its zero value), and everything is read again.
///
/// What stands in a field that the server does not know is not looked at, nor is it decoded.
pub fn decode<'t, T: Deserialize<'t>>(
    reader: &mut Reader<'t, '_>,
    node: NodeId,
    server: &dyn Fields,
) -> Decoded<T> {
    let mut errors: Vec<ReadError> = Vec::new();
    loop {
        let state = State {
            server,
            root: node,
            unknown: RefCell::default(),
        };
        let result = T::deserialize(Value {
            reader,
            state: &state,
            node,
        });
        let unknown = state.into_unknown();
        let error = match result {
            Ok(value) => {
                return Decoded {
                    value: Some(value),
                    errors,
                    unknown,
                    is_cut: false,
                };
            }
            Err(error) => error.into_read_error(reader, node),
        };
        let newly_masked = reader.masked.insert(error.node);
        errors.push(error);
        let affordable =
            errors.len() < SOME_ERRORS || errors.len() * reader.tree.len() < MOST_NODES;
        if !newly_masked || !affordable {
            return Decoded {
                value: None,
                errors,
                unknown,
                is_cut: !affordable,
            };
        }
    }
}

/// A decode error on its way to the caller; the innermost value that saw it names the node.
#[derive(Debug)]
struct Error {
    node: Option<NodeId>,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    /// The value is not what the visitor that says this of itself expects.
    Expected(String),
    /// A field is not there for which the compiled type has no zero value, as the server has.
    Missing,
    /// Anything else, as a message.
    Other(String),
}

impl Error {
    fn expected(what: impl fmt::Display) -> Self {
        Self {
            node: None,
            problem: Problem::Expected(what.to_string()),
        }
    }

    fn at(mut self, node: NodeId) -> Self {
        self.node.get_or_insert(node);
        self
    }

    fn into_read_error(self, reader: &Reader<'_, '_>, node: NodeId) -> ReadError {
        let node = self.node.unwrap_or(node);
        let message = match self.problem {
            Problem::Expected(what) => mismatch::message(reader, node, &what),
            Problem::Missing => MISSING.to_owned(),
            Problem::Other(message) => message,
        };
        ReadError::new(node, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::Expected(what) => write!(f, "expected {what}"),
            Problem::Missing => f.write_str(MISSING),
            Problem::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            node: None,
            problem: Problem::Other(message.to_string()),
        }
    }

    fn missing_field(_: &'static str) -> Self {
        Self {
            node: None,
            problem: Problem::Missing,
        }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        match found {
            // The types themselves check `apiVersion` and `kind`.
            Unexpected::Str(text) => {
                Self::custom(format_args!("expected `{expected}`, found `{text}`"))
            }
            _ => Self::expected(expected),
        }
    }
}

/// What one pass over a document asks and collects.
struct State<'a> {
    server: &'a dyn Fields,
    root: NodeId,
    unknown: RefCell<Vec<UnknownField>>,
}

impl State<'_> {
    /// The unknown fields in the order of the text; an alias may have shown one of them twice.
    fn into_unknown(self) -> Vec<UnknownField> {
        let mut unknown = self.unknown.into_inner();
        unknown.sort_by_key(|field| field.key);
        unknown.dedup_by_key(|field| field.key);
        unknown
    }
}

/// One value, ready to be decoded.
#[derive(Clone, Copy)]
struct Value<'r, 't, 's> {
    reader: &'r Reader<'t, 's>,
    state: &'r State<'r>,
    node: NodeId,
}

impl<'t> Value<'_, 't, '_> {
    /// The value of a scalar; what could not be read is null.
    fn scalar(self) -> Option<Scalar<'t>> {
        let node = self.reader.tree.resolve(self.node);
        if self.reader.is_masked(self.node) || self.reader.is_masked(node) {
            return Some(Scalar::Null);
        }
        if self.reader.tree.form(node).is_scalar() {
            Some(self.reader.scalar(node).unwrap_or(Scalar::Null))
        } else {
            None
        }
    }

    fn is_null(self) -> bool {
        if self.reader.masked.is_empty() && self.reader.tree.is_string(self.node) {
            return false;
        }
        self.scalar() == Some(Scalar::Null)
    }

    /// Reads the value as what it is, of the type that is given if that is a struct.
    fn visit<V: Visitor<'t>>(self, visitor: V, of_type: Option<Struct>) -> Result<V::Value, Error> {
        let Self { reader, state, .. } = self;
        let node = reader.tree.resolve(self.node);
        let result = match self.scalar() {
            Some(value) => visit_scalar(value, visitor),
            None if reader.tree.form(node).is_map() => visitor.visit_map(Map {
                reader,
                state,
                entries: reader.entries(node),
                at: 0,
                of_type,
            }),
            None => visitor.visit_seq(Seq {
                reader,
                state,
                items: reader.tree.children(node).iter(),
            }),
        };
        result.map_err(|error: Error| error.at(self.node))
    }
}

/// A type with fields.
#[derive(Clone, Copy)]
struct Struct {
    name: &'static str,
    fields: &'static [&'static str],
    /// Whether the server knows it in another form.
    differs: bool,
    /// Whether it is an object within another one: whatever its `apiVersion` and `kind` say, the
    /// server takes it for what has to stand there.
    is_nested_object: bool,
}

fn visit_scalar<'t, V: Visitor<'t>>(value: Scalar<'t>, visitor: V) -> Result<V::Value, Error> {
    match value {
        Scalar::Null => visitor.visit_unit(),
        Scalar::Bool(value) => visitor.visit_bool(value),
        Scalar::Int(number) => visitor.visit_i64(number),
        Scalar::Uint(number) => visitor.visit_u64(number),
        Scalar::Float(number) => match scalar::whole(number) {
            Some(number) => visitor.visit_i64(number),
            None => visitor.visit_f64(number),
        },
        Scalar::Str(text) => visitor.visit_borrowed_str(text),
    }
}

/// JSON null leaves a Go value at its zero.
macro_rules! null_is_zero {
    ($($method:ident => $visit:ident($zero:expr);)*) => {
        $(fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
            if self.is_null() {
                return visitor.$visit($zero).map_err(|error: Error| error.at(self.node));
            }
            self.visit(visitor, None)
        })*
    };
}

impl<'t> de::Deserializer<'t> for Value<'_, 't, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor, None)
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    null_is_zero! {
        deserialize_bool => visit_bool(false);
        deserialize_i8 => visit_i64(0);
        deserialize_i16 => visit_i64(0);
        deserialize_i32 => visit_i64(0);
        deserialize_i64 => visit_i64(0);
        deserialize_u8 => visit_u64(0);
        deserialize_u16 => visit_u64(0);
        deserialize_u32 => visit_u64(0);
        deserialize_u64 => visit_u64(0);
        deserialize_f32 => visit_f64(0.0);
        deserialize_f64 => visit_f64(0.0);
        deserialize_string => visit_str("");
        deserialize_bytes => visit_str("");
        deserialize_byte_buf => visit_str("");
        deserialize_map => visit_map(Nothing);
        deserialize_seq => visit_seq(Nothing);
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.is_null() {
            return visitor
                .visit_map(Nothing)
                .map_err(|error: Error| error.at(self.node));
        }
        let differs = self.state.server.differ(name);
        let is_nested_object = self.node != self.state.root
            && ["apiVersion", "kind", "metadata"]
                .iter()
                .all(|field| fields.contains(field));
        let of_type = Struct {
            name,
            fields,
            differs,
            is_nested_object,
        };
        self.visit(visitor, Some(of_type))
    }

    /// Base64 and times: the visitor checks the text, but does not say so in our words.
    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        let expected = (&visitor as &dyn de::Expected).to_string();
        let result = match self.scalar() {
            Some(Scalar::Null) => visitor.visit_str(""),
            // Go's base64 does not count line breaks.
            Some(Scalar::Str(text)) if expected == BASE64 => {
                visitor.visit_str(&text.replace(['\r', '\n'], ""))
            }
            _ => self.visit(visitor, None),
        };
        result.map_err(|_| Error::expected(expected).at(self.node))
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match (name, self.scalar()) {
            ("Quantity", Some(Scalar::Null)) => visitor.visit_str(""),
            // The type takes any text.
            ("Quantity", Some(Scalar::Str(text))) if !is_quantity(text) => {
                Err(Error::expected("Quantity"))
            }
            ("Time" | "MicroTime", _) => visitor
                .visit_newtype_struct(self)
                .map_err(|_| Error::expected(TIME)),
            _ => visitor.visit_newtype_struct(self),
        };
        result.map_err(|error| error.at(self.node))
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        char unit unit_struct tuple tuple_struct enum identifier i128 u128
    }
}

/// An empty mapping or list.
struct Nothing;

impl<'t> de::MapAccess<'t> for Nothing {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, _: K) -> Result<Option<K::Value>, Error> {
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, _: S) -> Result<S::Value, Error> {
        Err(de::Error::custom("an empty mapping has no value"))
    }
}

impl<'t> de::SeqAccess<'t> for Nothing {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        _: S,
    ) -> Result<Option<S::Value>, Error> {
        Ok(None)
    }
}

struct Map<'r, 't, 's> {
    reader: &'r Reader<'t, 's>,
    state: &'r State<'r>,
    entries: &'r [NodeId],
    at: usize,
    of_type: Option<Struct>,
}

impl<'r, 't, 's> Map<'r, 't, 's> {
    /// The next key that can be read; the others are conversion errors.
    fn next_key(&mut self) -> Option<(NodeId, Cow<'t, str>)> {
        while let Some(&node) = self.entries.get(self.at) {
            if let Ok(key) = self.reader.key(node) {
                return Some((node, key));
            }
            self.at += 2;
        }
        None
    }

    /// Whether the next value is a string, or none at all.
    fn is_text(&self) -> bool {
        let node = self.entries.get(self.at + 1);
        let value = node.and_then(|&node| self.value(node).scalar());
        matches!(value, Some(Scalar::Str(_) | Scalar::Null))
    }

    /// A value of the mapping.
    fn value(&self, node: NodeId) -> Value<'r, 't, 's> {
        Value {
            reader: self.reader,
            state: self.state,
            node,
        }
    }

    /// Whether the value of a field is decoded. A field that the server does not know is noted.
    fn is_decoded(&self, key: NodeId, field: &str) -> bool {
        let Some(of_type) = self.of_type else {
            return true;
        };
        if of_type.is_nested_object && matches!(field, "apiVersion" | "kind") && self.is_text() {
            return false;
        }
        let is_compiled = of_type.fields.contains(&field);
        let of_server = of_type
            .differs
            .then(|| self.state.server.knows(of_type.name, field));
        let is_known = of_server.flatten().unwrap_or(is_compiled);
        if !is_known {
            self.state.unknown.borrow_mut().push(UnknownField {
                key,
                value: self.entries.get(self.at + 1).copied().unwrap_or(key),
                of_type: of_type.name,
                known: of_type.fields,
            });
        }
        is_known && is_compiled
    }
}

impl<'t> de::MapAccess<'t> for Map<'_, 't, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((node, key)) = self.next_key() else {
            return Ok(None);
        };
        let value = match key {
            // No field has an empty name, and what is none is ignored.
            _ if !self.is_decoded(node, &key) => {
                seed.deserialize(de::value::BorrowedStrDeserializer::<Error>::new(""))
            }
            Cow::Borrowed(text) => {
                seed.deserialize(de::value::BorrowedStrDeserializer::<Error>::new(text))
            }
            Cow::Owned(text) => seed.deserialize(de::value::StringDeserializer::<Error>::new(text)),
        };
        value.map(Some).map_err(|error| error.at(node))
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some(&node) = self.entries.get(self.at + 1) else {
            return Err(de::Error::custom("a key has no value"));
        };
        self.at += 2;
        let value = self.value(node);
        seed.deserialize(value).map_err(|error| error.at(node))
    }
}

struct Seq<'r, 't, 's> {
    reader: &'r Reader<'t, 's>,
    state: &'r State<'r>,
    items: std::slice::Iter<'r, NodeId>,
}

impl<'t> de::SeqAccess<'t> for Seq<'_, 't, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some(&node) = self.items.next() else {
            return Ok(None);
        };
        let value = Value {
            reader: self.reader,
            state: self.state,
            node,
        };
        match seed.deserialize(value) {
            Ok(item) => Ok(Some(item)),
            // The only type with such a field is `Condition`, of which nobody asks for more.
            Err(error) if matches!(error.problem, Problem::Missing) => {
                self.items = [].iter();
                Ok(None)
            }
            Err(error) => Err(error.at(node)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

#[cfg(test)]
mod tests;
