//! What the build packs: bytes that become what they stand for once someone asks.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};
use std::{fmt, sync::OnceLock};

/// A value, or the bytes that the build made of it (build.rs).
#[derive(Clone, Default)]
pub(crate) struct Packed<T> {
    bytes: &'static [u8],
    value: OnceLock<T>,
}

impl<T> Packed<T> {
    /// What the build made of a value.
    pub fn of(bytes: &'static [u8]) -> Packed<T> {
        Packed { bytes, value: OnceLock::new() }
    }
}

impl<T: Deserialize<'static>> Packed<T> {
    pub fn get(&self) -> &T {
        self.value.get_or_init(|| postcard::from_bytes(self.bytes).expect("the build packs what can be unpacked"))
    }
}

impl<T> From<T> for Packed<T> {
    fn from(value: T) -> Self {
        Packed { bytes: &[], value: value.into() }
    }
}

impl<T: Serialize + Deserialize<'static>> Serialize for Packed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&postcard::to_stdvec(self.get()).map_err(S::Error::custom)?)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Packed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(Packed::of)
    }
}

impl<T: fmt::Debug + Deserialize<'static>> fmt::Debug for Packed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
