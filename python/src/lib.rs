//! The native part of the Python package: the crate's cleaner, its results and batches. What the package
//! shows of it is in `dechaff/`.

mod arrow;
mod batch;
mod cleaned;
mod column;
mod engine;

use pyo3::{create_exception, exceptions::PyValueError, prelude::*};

create_exception!(
    dechaff,
    DechaffError,
    PyValueError,
    "A rule, an option, a ledger or a text that dechaff cannot work with; the message says which, and the way out."
);

/// A mistake of the caller, as Python's exception.
pub fn refused(what: impl ToString) -> PyErr {
    DechaffError::new_err(what.to_string())
}

/// The original of a cleaned text, from its ledger.
///
/// Raises DechaffError where the ledger is none, was damaged, or belongs to another text.
#[pyfunction]
fn restore(text: &str, ledger: &str) -> PyResult<String> {
    let entry: dechaff::Entry = serde_json::from_str(ledger).map_err(|error| {
        refused(format!("no ledger entry: {error}; nothing can be put back from it; give the JSON that `ledger` holds"))
    })?;
    entry.restore(text).map_err(refused)
}

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{
        DechaffError,
        arrow::ArrowArray,
        cleaned::{Cleaned, Cut},
        engine::Engine,
        restore,
    };

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
