//! What the build packs: bytes that become what they stand for once someone asks.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};
use std::{fmt, sync::OnceLock};

/// A value, or the bytes that the build made of it (build.rs).
#[derive(Clone)]
pub(crate) struct Packed<T> {
    bytes: &'static [u8],
    value: OnceLock<T>,
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
        Ok(Packed { bytes: Deserialize::deserialize(deserializer)?, value: OnceLock::new() })
    }
}

impl<T: fmt::Debug + Deserialize<'static>> fmt::Debug for Packed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
