//! The cleaner as Python holds it.

use crate::{
    arrow::{ArrowArray, Strings, TooLong},
    batch::{Batch, Done},
    cleaned::{Cleaned, Told},
    column::{Known, Texts},
    refused,
};
use dechaff::{Cleaner, Confidence, Guard, Pack, Selection, checksum};
use pyo3::{
    prelude::*,
    types::{PyList, PyString},
};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// How often a batch asks whether the user wants it to end.
const PATIENCE: Duration = Duration::from_millis(100);

/// Where rules come from: the id and TOML text of a pack, or a file or folder.
#[derive(FromPyObject)]
enum Source {
    Text(String, String),
    Path(PathBuf),
}

/// A cleaner, and what it takes to make the same one elsewhere.
#[pyclass(frozen, module = "dechaff._native")]
pub struct Engine {
    cleaner: Cleaner,
    /// Id and text of each pack that was given.
    packs: Vec<(String, String)>,
    fingerprint: String,
}

/// Packs, and the id and text of each.
type Packs = (Vec<Pack>, Vec<(String, String)>);

/// Texts, ledgers where they are wanted, and how many texts are no Unicode with the first row of these.
type Found<'py> = (Bound<'py, PyList>, Option<Bound<'py, PyList>>, Option<(usize, usize)>);

impl Engine {
    fn read(sources: Vec<Source>) -> PyResult<Packs> {
        let (mut packs, mut texts) = (Vec::new(), Vec::new());
        for source in sources {
            match source {
                Source::Text(id, text) => {
                    packs.push(Pack::parse(&id, &text).map_err(refused)?);
                    texts.push((id, text));
                }
                Source::Path(path) => {
                    for pack in Pack::load(&path).map_err(refused)? {
                        texts.push((pack.id().to_owned(), fs::read_to_string(pack.path())?));
                        packs.push(pack);
                    }
                }
            }
        }
        Ok((packs, texts))
    }
}

#[pymethods]
impl Engine {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "these are keywords")]
    fn new(
        py: Python<'_>,
        rules: Vec<Source>,
        select: Vec<String>,
        extend_select: Vec<String>,
        ignore: Vec<String>,
        confidence: &str,
        no_builtin: bool,
        max_cut: f64,
        min_left: usize,
    ) -> PyResult<Engine> {
        let Ok(confidence) = confidence.parse::<Confidence>() else {
            return Err(refused(format!(
                "confidence {confidence}: no such level; no rule could be chosen by it; give high, medium or low"
            )));
        };
        if !(0.0..=1.0).contains(&max_cut) {
            return Err(refused(format!(
                "max_cut {max_cut} is no share; the guard would hold all or nothing; give a number from 0 to 1"
            )));
        }
        let guard = Guard { max_cut, min_left };
        let selection = Selection { select, extend_select, ignore, confidence: Some(confidence) };
        py.detach(|| {
            let (given, packs) = Engine::read(rules)?;
            let builtin = if no_builtin { Vec::new() } else { Pack::builtin().map_err(refused)? };
            let mut known_by = format!("{} {selection:?} {guard:?}", env!("CARGO_PKG_VERSION"));
            for pack in builtin.iter().chain(&given) {
                known_by += &format!(" {} {:x}", pack.id(), pack.fingerprint());
            }
            let cleaner =
                Cleaner::builder().packs(builtin).packs(given).selection(selection).guard(guard).build().map_err(refused)?;
            Ok(Engine { cleaner, packs, fingerprint: checksum(&known_by) })
        })
    }

    #[getter]
    fn packs(&self) -> Vec<(String, String)> {
        self.packs.clone()
    }

    #[getter]
    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn clean(
        &self,
        py: Python<'_>,
        text: String,
        url: Option<String>,
        host: Option<String>,
        title: Option<String>,
        lang: Option<String>,
    ) -> Cleaned {
        py.detach(|| Cleaned::new(&self.cleaner, Told { text, url, host, title, lang }))
    }

    /// The lists hold strings, or Arrow arrays where Arrow came in.
    #[expect(clippy::too_many_arguments, reason = "these are keywords")]
    fn clean_batch<'py>(
        &self,
        py: Python<'py>,
        texts: &Bound<'py, PyAny>,
        urls: Option<&Bound<'py, PyAny>>,
        hosts: Option<&Bound<'py, PyAny>>,
        titles: Option<&Bound<'py, PyAny>>,
        langs: Option<&Bound<'py, PyAny>>,
        threads: usize,
        ledger: bool,
    ) -> PyResult<Found<'py>> {
        let texts = Texts::new(texts)?;
        let (urls, hosts) = (Known::new(urls, "urls")?, Known::new(hosts, "hosts")?);
        let (titles, langs) = (Known::new(titles, "titles")?, Known::new(langs, "langs")?);
        let rows = texts.rows();
        let len = rows.len();
        let batch = Batch {
            texts: rows,
            urls: urls.rows(len)?,
            hosts: hosts.rows(len)?,
            titles: titles.rows(len)?,
            langs: langs.rows(len)?,
        };
        let mut asked = Instant::now();
        let mut go_on = || {
            if asked.elapsed() < PATIENCE {
                return Ok(());
            }
            asked = Instant::now();
            Python::attach(|py| py.check_signals())
        };
        let done = py.detach(|| batch.clean(&self.cleaner, threads, ledger, &mut go_on))?;
        let (texts, ledgers) = match &texts {
            Texts::Objects(objects) => {
                let texts = objects.iter().zip(&done).map(|((object, _), done)| match &done.text {
                    Some(text) => PyString::new(py, text).into_any(),
                    None => object.clone(),
                });
                let ledgers = || PyList::new(py, done.iter().map(|done| done.ledger.as_deref()));
                (PyList::new(py, texts.collect::<Vec<_>>())?, ledger.then(ledgers).transpose()?)
            }
            Texts::Arrow(strings) => {
                let made = py.detach(|| columns(strings, &done, ledger));
                let too_long = |_: TooLong| {
                    refused(
                        "more than 2 GiB of text in one array of strings; Arrow has no room for it; hand over smaller chunks, or large_string",
                    )
                };
                let (texts, ledgers) = made.map_err(too_long)?;
                (PyList::new(py, texts)?, ledgers.map(|ledgers| PyList::new(py, ledgers)).transpose()?)
            }
        };
        Ok((texts, ledgers, batch.bad()))
    }
}

type Columns = (Vec<ArrowArray>, Option<Vec<ArrowArray>>);

fn columns(strings: &Strings, done: &[Done], ledger: bool) -> Result<Columns, TooLong> {
    let texts = strings.rows().into_iter().zip(done);
    let texts = strings.like(texts.map(|(was, done)| done.text.as_deref().map(str::as_bytes).or(was)))?;
    let ledgers = || strings.like(done.iter().map(|done| done.ledger.as_deref().map(str::as_bytes)));
    Ok((texts, ledger.then(ledgers).transpose()?))
}
