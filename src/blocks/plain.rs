//! Settings from plain values.
//!
//! `serde_json` reads values into any type that there is, which costs each block some kilobytes of the page. Settings hold yes or
//! no, numbers, words and lists only, and the controls have checked every value before: this reader knows no more than that.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// The settings that `values` hold; nothing where one is of another kind than its field, or is missing.
pub fn read<S: DeserializeOwned>(values: &Map<String, Value>) -> Option<S> {
    S::deserialize(Settings(values)).ok()
}

/// What went wrong is of no interest: values that controls have checked fit.
#[derive(Debug)]
struct Misfit;

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value does not fit its field")
    }
}

impl std::error::Error for Misfit {}

impl Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// All settings of a block, by key.
struct Settings<'a>(&'a Map<String, Value>);

impl<'de> Deserializer<'de> for Settings<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(Fields { rest: self.0.iter(), value: &Value::Null })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Fields<'a> {
    rest: serde_json::map::Iter<'a>,
    value: &'a Value,
}

impl<'a> MapAccess<'a> for Fields<'a> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        seed.deserialize(Plain(self.value))
    }
}

/// One setting, or one number of a list.
struct Plain<'a>(&'a Value);

impl<'de> Deserializer<'de> for Plain<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_bool(self.0.as_bool().ok_or(Misfit)?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_u64(self.0.as_u64().ok_or(Misfit)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_i64(self.0.as_i64().ok_or(Misfit)?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_f64(self.0.as_f64().ok_or(Misfit)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.0.as_str().ok_or(Misfit)?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(Items(self.0.as_array().ok_or(Misfit)?.iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_enum(Word(self.0.as_str().ok_or(Misfit)?))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 u8 u16 u32 f32 char str bytes byte_buf option unit unit_struct newtype_struct tuple tuple_struct map struct
        identifier
    }
}

struct Items<'a>(std::slice::Iter<'a, Value>);

impl<'a> SeqAccess<'a> for Items<'a> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        self.0.next().map(|item| seed.deserialize(Plain(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// One of a few words.
struct Word<'a>(&'a str);

impl<'a> EnumAccess<'a> for Word<'a> {
    type Error = Misfit;
    type Variant = Bare;

    fn variant_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<(S::Value, Bare), Misfit> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.0))?, Bare))
    }
}

/// A word stands for itself: nothing comes with it.
struct Bare;

impl<'a> VariantAccess<'a> for Bare {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'a>>(self, _: S) -> Result<S::Value, Misfit> {
        Err(Misfit)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit)
    }

    fn struct_variant<V: Visitor<'a>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Misfit> {
        Err(Misfit)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, PartialEq, Debug)]
    #[serde(rename_all = "kebab-case")]
    struct Sample {
        kernel_size: usize,
        offset: i64,
        bias: f64,
        on: bool,
        name: String,
        weight: Vec<f64>,
        fill: Fill,
    }

    #[derive(Deserialize, PartialEq, Debug)]
    #[serde(rename_all = "kebab-case")]
    enum Fill {
        Zeros,
        NearestCell,
    }

    fn values(changes: Value) -> Map<String, Value> {
        let mut values = json!({
            "kernel-size": 3, "offset": -2, "bias": 1, "on": true, "name": "ring", "weight": [1, -0.5], "fill": "nearest-cell",
            "unknown": [1],
        });
        let (Value::Object(mut values), Value::Object(changes)) = (values.take(), changes) else { panic!("objects") };
        values.extend(changes);
        values
    }

    #[test]
    fn reads_every_kind_of_setting() {
        let expected = Sample {
            kernel_size: 3,
            offset: -2,
            bias: 1.0,
            on: true,
            name: "ring".to_owned(),
            weight: vec![1.0, -0.5],
            fill: Fill::NearestCell,
        };
        assert_eq!(read(&values(json!({}))), Some(expected));
        assert_eq!(read::<Sample>(&values(json!({"fill": "zeros"}))).map(|sample| sample.fill), Some(Fill::Zeros));
    }

    #[test]
    fn reads_nothing_that_does_not_fit() {
        for wrong in [
            json!({"kernel-size": -1}),
            json!({"offset": 0.5}),
            json!({"bias": "1"}),
            json!({"on": 1}),
            json!({"name": null}),
            json!({"weight": [1, "2"]}),
            json!({"weight": 1}),
            json!({"fill": "jam"}),
            json!({"fill": 3}),
        ] {
            assert_eq!(read::<Sample>(&values(wrong.clone())), None, "{wrong}");
        }
        let mut missing = values(json!({}));
        missing.remove("bias");
        assert_eq!(read::<Sample>(&missing), None);
    }
}
