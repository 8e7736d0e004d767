//! Typed decoding: a `serde::Deserializer` over the tree that reads as `encoding/json` does behind
//! kubectl's conversion, finds every type error of a document with its node, and lists the fields
//! that the type does not know.

use super::reader::{ReadError, Reader};
use super::scalar::Scalar;
use super::tree::{Form, NodeId};
use serde::de::{self, Deserialize, DeserializeSeed, Unexpected, Visitor};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

/// A document with more type errors than this is of another type.
const MOST_ERRORS: usize = 20;

/// How deep values may nest, aliases followed.
const MOST_DEPTH: usize = 1000;

/// A field that the type does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// The key.
    pub key: NodeId,
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
    /// The fields that the type does not know.
    pub unknown: Vec<UnknownField>,
}

/// Decodes a node and goes on behind every type error: the node is masked, so that it reads as
/// null (which every API type takes for its zero value), and everything is read again.
pub fn decode<'t, T: Deserialize<'t>>(reader: &mut Reader<'t, '_>, node: NodeId) -> Decoded<T> {
    let mut errors: Vec<ReadError> = Vec::new();
    loop {
        let state = State::default();
        let result = T::deserialize(Value {
            reader,
            state: &state,
            node,
        });
        let unknown = state.unknown.into_inner();
        match result {
            Ok(value) => {
                return Decoded {
                    value: Some(value),
                    errors,
                    unknown,
                };
            }
            Err(error) => {
                let error = error.into_read_error(node);
                let again = !reader.is_masked(error.node) && errors.len() < MOST_ERRORS;
                reader.masked.push(error.node);
                errors.push(error);
                if !again {
                    return Decoded {
                        value: None,
                        errors,
                        unknown,
                    };
                }
            }
        }
    }
}

/// A decode error on its way to the caller; the innermost value that saw it names the node.
#[derive(Debug)]
struct Error {
    node: Option<NodeId>,
    message: String,
}

impl Error {
    fn at(mut self, node: NodeId) -> Self {
        self.node.get_or_insert(node);
        self
    }

    fn into_read_error(self, node: NodeId) -> ReadError {
        ReadError::new(self.node.unwrap_or(node), self.message)
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        Self {
            node: Some(error.node),
            message: error.message,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            node: None,
            message: message.to_string(),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!(
            "expected {}, found {}",
            Expectation(expected),
            Found(found)
        ))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }
}

/// What a visitor expects, in the user's words instead of Rust's.
struct Expectation<'a>(&'a dyn de::Expected);

impl fmt::Display for Expectation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        match text.as_str() {
            "i32" => f.write_str("a 32-bit integer"),
            "i64" => f.write_str("an integer"),
            "f64" => f.write_str("a number"),
            "a sequence" => f.write_str("a list"),
            "a map" => f.write_str("a mapping"),
            // A struct's visitor names the type.
            name if name.starts_with(|c: char| c.is_ascii_uppercase()) => {
                write!(f, "a mapping (`{name}`)")
            }
            other => f.write_str(other),
        }
    }
}

/// What was found, in the user's words.
struct Found<'a>(Unexpected<'a>);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Bool(value) => write!(f, "the boolean `{value}`"),
            Unexpected::Signed(number) => write!(f, "the number `{number}`"),
            Unexpected::Unsigned(number) => write!(f, "the number `{number}`"),
            Unexpected::Float(number) => write!(f, "the number `{number}`"),
            Unexpected::Str(text) => write!(f, "the string `{text}`"),
            Unexpected::Unit => f.write_str("null"),
            Unexpected::Seq => f.write_str("a list"),
            Unexpected::Map => f.write_str("a mapping"),
            other => write!(f, "{other}"),
        }
    }
}

/// What one pass over a document collects.
#[derive(Default)]
struct State {
    unknown: RefCell<Vec<UnknownField>>,
    /// Aliases that are being followed.
    active: RefCell<Vec<NodeId>>,
}

/// One value, ready to be decoded.
#[derive(Clone, Copy)]
struct Value<'r, 't, 's> {
    reader: &'r Reader<'t, 's>,
    state: &'r State,
    node: NodeId,
}

impl<'t> Value<'_, 't, '_> {
    fn is_null(self) -> bool {
        let node = self.reader.tree.resolve(self.node);
        self.reader.is_masked(self.node)
            || self.reader.tree.form(node).is_scalar()
                && matches!(self.reader.scalar(node), Ok(Scalar::Null))
    }

    /// Reads the value as what it is; `fields` are the ones that a struct knows.
    fn visit<V: Visitor<'t>>(
        self,
        visitor: V,
        fields: Option<&'static [&'static str]>,
    ) -> Result<V::Value, Error> {
        self.reader.spend(self.node)?;
        let node = self.reader.tree.resolve(self.node);
        if node == self.node {
            return self.visit_node(node, visitor, fields);
        }
        if self.state.active.borrow().contains(&node) {
            return Err(ReadError::new(self.node, "anchor value contains itself").into());
        }
        if self.state.active.borrow().len() > MOST_DEPTH {
            return Err(ReadError::new(self.node, "aliases nest too deeply").into());
        }
        self.state.active.borrow_mut().push(node);
        let result = self.visit_node(node, visitor, fields);
        self.state.active.borrow_mut().pop();
        result
    }

    fn visit_node<V: Visitor<'t>>(
        self,
        node: NodeId,
        visitor: V,
        fields: Option<&'static [&'static str]>,
    ) -> Result<V::Value, Error> {
        let Self { reader, state, .. } = self;
        let result = match reader.tree.form(node) {
            Form::Map | Form::FlowMap => {
                let entries = reader.entries(node)?;
                visitor.visit_map(Map {
                    reader,
                    state,
                    entries,
                    at: 0,
                    fields,
                })
            }
            Form::Seq | Form::FlowSeq => {
                let items = reader.tree.children(node).iter();
                visitor.visit_seq(Seq {
                    reader,
                    state,
                    items,
                })
            }
            _ => visit_scalar(reader.scalar(node)?, visitor),
        };
        result.map_err(|error: Error| error.at(self.node))
    }
}

fn visit_scalar<'t, V: Visitor<'t>>(value: Scalar<'t>, visitor: V) -> Result<V::Value, Error> {
    match value {
        Scalar::Null => visitor.visit_unit(),
        Scalar::Bool(value) => visitor.visit_bool(value),
        Scalar::Int(number) => visitor.visit_i64(number),
        Scalar::Uint(number) => visitor.visit_u64(number),
        // encoding/json writes 80.0 as 80, so that the API server reads an integer.
        Scalar::Float(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => {
            visitor.visit_i64(number as i64)
        }
        Scalar::Float(number) => visitor.visit_f64(number),
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
        if self.reader.is_masked(self.node) {
            return visitor.visit_unit();
        }
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
        deserialize_str => visit_str("");
        deserialize_string => visit_str("");
        deserialize_bytes => visit_str("");
        deserialize_byte_buf => visit_str("");
        deserialize_map => visit_map(Nothing);
        deserialize_seq => visit_seq(Nothing);
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.is_null() {
            return visitor
                .visit_map(Nothing)
                .map_err(|error: Error| error.at(self.node));
        }
        self.visit(visitor, Some(fields))
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == "Quantity" && self.is_null() {
            return visitor
                .visit_str("0")
                .map_err(|error: Error| error.at(self.node));
        }
        visitor
            .visit_newtype_struct(self)
            .map_err(|error: Error| error.at(self.node))
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
    state: &'r State,
    entries: Cow<'t, [NodeId]>,
    at: usize,
    fields: Option<&'static [&'static str]>,
}

impl<'t> de::MapAccess<'t> for Map<'_, 't, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(&node) = self.entries.get(self.at) else {
            return Ok(None);
        };
        let key = self.reader.key(node)?;
        if let Some(known) = self.fields
            && !known.contains(&key.as_ref())
        {
            self.state
                .unknown
                .borrow_mut()
                .push(UnknownField { key: node, known });
        }
        let value = match key {
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
        let value = Value {
            reader: self.reader,
            state: self.state,
            node,
        };
        seed.deserialize(value).map_err(|error| error.at(node))
    }
}

struct Seq<'r, 't, 's> {
    reader: &'r Reader<'t, 's>,
    state: &'r State,
    items: std::slice::Iter<'t, NodeId>,
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
        seed.deserialize(value)
            .map(Some)
            .map_err(|error| error.at(node))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}
