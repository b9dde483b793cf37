//! What comes in as a batch: a list or anything that can be iterated, or an Arrow column.

use crate::{
    arrow::{Strings, is_arrow},
    batch::{About, Text},
    refused,
};
use pyo3::{
    prelude::*,
    pybacked::PyBackedStr,
    types::{PyFloat, PyString},
};

/// The texts of a batch.
pub enum Texts<'py> {
    Objects(Vec<(Bound<'py, PyAny>, Option<PyBackedStr>)>),
    Arrow(Strings),
}

impl<'py> Texts<'py> {
    pub fn new(texts: &Bound<'py, PyAny>) -> PyResult<Self> {
        if texts.is_instance_of::<PyString>() {
            return Err(refused(
                "`texts` is one text and not many; each character would be an article; use `clean`, or give a list",
            ));
        }
        if is_arrow(texts)? {
            let wrong = |found| {
                refused(format!(
                    "`texts` holds {found} and no strings; there is nothing to clean; cast it or name another column"
                ))
            };
            return Strings::import(texts)?.map(Texts::Arrow).map_err(wrong);
        }
        let read = |(row, text): (usize, PyResult<Bound<'py, PyAny>>)| {
            let text = text?;
            let string = match text.cast::<PyString>() {
                Ok(string) => string.extract().ok(),
                Err(_) if is_missing(&text)? => None,
                Err(_) => {
                    return Err(refused(format!(
                        "row {row} holds {}, which is no text; nothing was cleaned; leave it out or give None",
                        text.get_type().name()?
                    )));
                }
            };
            Ok((text, string))
        };
        texts.try_iter()?.enumerate().map(read).collect::<PyResult<_>>().map(Texts::Objects)
    }

    pub fn rows(&self) -> Vec<Text<'_>> {
        match self {
            Texts::Objects(rows) => rows
                .iter()
                .map(|(object, string)| match string {
                    Some(string) => Text::Good(string),
                    None if object.is_instance_of::<PyString>() => Text::Bad,
                    None => Text::Missing,
                })
                .collect(),
            Texts::Arrow(strings) => strings
                .rows()
                .into_iter()
                .map(|bytes| bytes.map_or(Text::Missing, |bytes| std::str::from_utf8(bytes).map_or(Text::Bad, Text::Good)))
                .collect(),
        }
    }
}

/// None, and what NumPy and pandas have in place of it.
fn is_missing(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let nan = object.cast::<PyFloat>().is_ok_and(|number| number.value().is_nan());
    Ok(object.is_none() || nan || object.get_type().name()? == "NAType")
}

/// What is known about the articles of a batch.
pub struct Known {
    /// What the caller calls it.
    name: &'static str,
    said: Said,
}

enum Said {
    Nothing,
    All(PyBackedStr),
    Objects(Vec<Option<PyBackedStr>>),
    Arrow(Strings),
}

impl Known {
    pub fn new(known: Option<&Bound<'_, PyAny>>, name: &'static str) -> PyResult<Self> {
        let said = match known {
            None => Said::Nothing,
            Some(known) if known.is_instance_of::<PyString>() => Said::All(known.extract()?),
            // What is no string says nothing.
            Some(known) if is_arrow(known)? => Strings::import(known)?.map_or(Said::Nothing, Said::Arrow),
            Some(known) => Said::Objects(known.try_iter()?.map(|it| Ok(it?.extract().ok())).collect::<PyResult<_>>()?),
        };
        Ok(Known { name, said })
    }

    /// What it says of each of so many texts.
    pub fn rows(&self, len: usize) -> PyResult<About<'_>> {
        let rows: Vec<Option<&str>> = match &self.said {
            Said::Nothing => return Ok(About::Nothing),
            Said::All(said) => return Ok(About::All(said)),
            Said::Objects(rows) => rows.iter().map(|row| row.as_deref()).collect(),
            Said::Arrow(strings) => {
                strings.rows().into_iter().map(|bytes| bytes.and_then(|bytes| std::str::from_utf8(bytes).ok())).collect()
            }
        };
        if rows.len() == len {
            return Ok(About::Each(rows));
        }
        Err(refused(format!(
            "`{}` has {} rows and `texts` {len}; they would not belong together; give one for each text, or a single string",
            self.name,
            rows.len()
        )))
    }
}
