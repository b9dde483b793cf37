//! Columns of texts through Arrow's C data interface, without a copy of what comes in.
//!
//! Texts are taken as bytes: nothing in the interface keeps a producer from handing over a string column
//! that is not UTF-8, and Spark does.

use crate::refused;
use arrow_array::{
    Array, ArrayRef,
    builder::{BinaryViewBuilder, GenericBinaryBuilder},
    cast::AsArray,
    ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi},
    ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream},
    make_array,
};
use arrow_data::ArrayData;
use arrow_schema::DataType;
use pyo3::{prelude::*, types::PyCapsule};

/// The strings of a column, chunk by chunk.
pub struct Strings {
    chunks: Vec<Chunk>,
    kind: Kind,
}

/// The kinds of string columns, for one that is made.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Small,
    Large,
    View,
}

enum Chunk {
    /// One of the three kinds of binary array.
    Bytes(ArrayRef),
    /// The same, with the row of it that each row stands for.
    Keyed(Vec<Option<usize>>, ArrayRef),
    Nulls(usize),
}

/// Does an object offer a column through Arrow's C data interface?
pub fn is_arrow(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(object.hasattr("__arrow_c_stream__")? || object.hasattr("__arrow_c_array__")?)
}

impl Strings {
    /// The column that an object offers, or the type that it has where these are no strings.
    pub fn import(object: &Bound<'_, PyAny>) -> PyResult<Result<Strings, DataType>> {
        let arrays = if object.hasattr("__arrow_c_array__")? { vec![import_array(object)?] } else { import_stream(object)? };
        let kind = arrays.first().map_or(Some(Kind::Small), |array| Kind::of(array.data_type()));
        let chunks = arrays.iter().map(Chunk::new).collect::<Option<Vec<Chunk>>>();
        Ok(match (kind, chunks) {
            (Some(kind), Some(chunks)) => Ok(Strings { chunks, kind }),
            _ => Err(arrays.first().map_or(DataType::Null, |array| array.data_type().clone())),
        })
    }

    pub fn rows(&self) -> Vec<Option<&[u8]>> {
        let mut rows = Vec::with_capacity(self.chunks.iter().map(Chunk::len).sum());
        for chunk in &self.chunks {
            match chunk {
                Chunk::Bytes(array) => each(array, &mut |value| rows.push(value)),
                Chunk::Keyed(keys, values) => {
                    let mut all = Vec::with_capacity(values.len());
                    each(values, &mut |value| all.push(value));
                    rows.extend(keys.iter().map(|key| key.and_then(|key| all[key])));
                }
                Chunk::Nulls(len) => rows.resize(rows.len() + len, None),
            }
        }
        rows
    }

    /// A column with the same chunks and of the same kind, of other values.
    pub fn like<'v>(&self, mut values: impl Iterator<Item = Option<&'v [u8]>>) -> Result<Vec<ArrowArray>, TooLong> {
        self.chunks.iter().map(|chunk| made(self.kind, &values.by_ref().take(chunk.len()).collect::<Vec<_>>())).collect()
    }
}

impl Kind {
    /// The kind of strings that a type holds; of none but nulls the plainest.
    fn of(data_type: &DataType) -> Option<Kind> {
        match data_type {
            DataType::Utf8 | DataType::Null => Some(Kind::Small),
            DataType::LargeUtf8 => Some(Kind::Large),
            DataType::Utf8View => Some(Kind::View),
            DataType::Dictionary(_, values) => Kind::of(values),
            _ => None,
        }
    }
}

impl Chunk {
    fn new(array: &ArrayRef) -> Option<Chunk> {
        Some(match array.data_type() {
            DataType::Null => Chunk::Nulls(array.len()),
            DataType::Utf8 => Chunk::Bytes(retyped(array, DataType::Binary)),
            DataType::LargeUtf8 => Chunk::Bytes(retyped(array, DataType::LargeBinary)),
            DataType::Utf8View => Chunk::Bytes(retyped(array, DataType::BinaryView)),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let Chunk::Bytes(values) = Chunk::new(dictionary.values())? else { return Some(Chunk::Nulls(array.len())) };
                if values.is_empty() {
                    return Some(Chunk::Nulls(array.len()));
                }
                let keys = dictionary.normalized_keys().into_iter().enumerate();
                Chunk::Keyed(keys.map(|(row, key)| dictionary.keys().is_valid(row).then_some(key)).collect(), values)
            }
            _ => return None,
        })
    }

    fn len(&self) -> usize {
        match self {
            Chunk::Bytes(array) => array.len(),
            Chunk::Keyed(keys, _) => keys.len(),
            Chunk::Nulls(len) => *len,
        }
    }
}

/// Hands over each value of a binary array.
fn each<'a>(array: &'a ArrayRef, take: &mut dyn FnMut(Option<&'a [u8]>)) {
    match array.data_type() {
        DataType::Binary => array.as_binary::<i32>().iter().for_each(take),
        DataType::LargeBinary => array.as_binary::<i64>().iter().for_each(take),
        _ => array.as_binary_view().iter().for_each(take),
    }
}

/// The same buffers as another type of the same layout.
fn retyped(array: &dyn Array, data_type: DataType) -> ArrayRef {
    make_array(retype(array.to_data(), data_type))
}

fn retype(data: ArrayData, data_type: DataType) -> ArrayData {
    // SAFETY: strings and binaries of one size have one layout. Where binaries become strings they are
    // what came in as strings, less what was cut between characters.
    unsafe { data.into_builder().data_type(data_type).build_unchecked() }
}

/// An array of strings has no room for more.
pub struct TooLong;

/// An array of the values, which were strings.
fn made(kind: Kind, values: &[Option<&[u8]>]) -> Result<ArrowArray, TooLong> {
    let bytes: usize = values.iter().flatten().map(|value| value.len()).sum();
    Ok(ArrowArray(match kind {
        Kind::Small if i32::try_from(bytes).is_err() => return Err(TooLong),
        Kind::Small => {
            let mut builder = GenericBinaryBuilder::<i32>::with_capacity(values.len(), bytes);
            values.iter().for_each(|value| builder.append_option(*value));
            retype(builder.finish().into_data(), DataType::Utf8)
        }
        Kind::Large => {
            let mut builder = GenericBinaryBuilder::<i64>::with_capacity(values.len(), bytes);
            values.iter().for_each(|value| builder.append_option(*value));
            retype(builder.finish().into_data(), DataType::LargeUtf8)
        }
        Kind::View => {
            let mut builder = BinaryViewBuilder::with_capacity(values.len());
            values.iter().for_each(|value| builder.append_option(*value));
            retype(builder.finish().into_data(), DataType::Utf8View)
        }
    }))
}

fn import_array(object: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = object.call_method0("__arrow_c_array__")?.extract()?;
    let schema = schema.pointer_checked(Some(c"arrow_schema"))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(c"arrow_array"))?.cast::<FFI_ArrowArray>();
    // SAFETY: by the interface capsules of these names hold these structures; the array is moved out and
    // marked as such, the schema stays the capsule's.
    let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
    Ok(make_array(data.map_err(refused)?))
}

fn import_stream(object: &Bound<'_, PyAny>) -> PyResult<Vec<ArrayRef>> {
    let capsule: Bound<'_, PyCapsule> = object.call_method0("__arrow_c_stream__")?.extract()?;
    let stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: as above; the stream is moved out of its capsule.
    let reader = unsafe { ArrayStreamReader::from_raw(stream.as_ptr()) };
    reader.and_then(|reader| reader.collect()).map_err(refused)
}

/// An array of strings for any library that takes Arrow's C data interface.
#[pyclass(frozen, module = "dechaff._native")]
pub struct ArrowArray(ArrayData);

#[pymethods]
impl ArrowArray {
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        // The interface lets a producer hand over what it has.
        drop(requested_schema);
        let (array, schema) = to_ffi(&self.0).map_err(refused)?;
        Ok((PyCapsule::new_with_value(py, schema, c"arrow_schema")?, PyCapsule::new_with_value(py, array, c"arrow_array")?))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }
}
