//! A file or folder of rules.

use crate::{
    error::{Error, Result, line_at, near_misses},
    packed::Packed,
    rule::{
        Category, Rule, RuleId,
        evidence::{Settings, Weigh},
        file::File,
        raw::RawFile,
    },
    site,
    visible::visible,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeSet, HashSet},
    fs,
    io::Read,
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock, atomic::AtomicUsize},
    thread,
};

/// Bytes of a rule file.
const LARGEST: u64 = 16 << 20;

/// One file of rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Pack {
    pub(crate) id: String,
    pub(crate) path: PathBuf,
    pub(crate) title: String,
    pub(crate) lang: Vec<String>,
    pub(crate) sites: Vec<String>,
    /// Ids of rules of other packs that are wrong where this pack applies, each with its line.
    pub(crate) disable: Vec<(RuleId, usize)>,
    /// The ids of its rules, each with its line.
    pub(crate) ids: Vec<(RuleId, usize)>,
    /// Every language and every host that one of its rules is for.
    pub(crate) langs: Vec<String>,
    pub(crate) hosts: Vec<String>,
    #[serde(skip)]
    rules: Packed<Vec<Arc<Rule>>>,
    pub(crate) evidence: Option<Settings>,
    pub(crate) weighs: Vec<Arc<Weigh>>,
    fingerprint: u64,
}

impl Pack {
    /// The packs of a file or of a folder and the folders in it.
    ///
    /// # Errors
    /// Where it cannot be read or a rule in it is not valid.
    pub fn load(path: &Path) -> Result<Vec<Pack>> {
        let read = |file: PathBuf| {
            let inside = file.strip_prefix(path).ok().filter(|rest| !rest.as_os_str().is_empty());
            let id = id_of(inside.unwrap_or(file.file_name().map_or(file.as_path(), Path::new)));
            if visible(&id) != id || id.contains(['\n', '\t']) {
                return Err(Error::new(
                    "a control character is in its name, and so would be in its rules' ids; no terminal could show them; rename it",
                )
                .at(&file, None));
            }
            Pack::read(&id, &file, &read_text(&file)?, false)
        };
        Pack::files(path)?.into_iter().map(read).collect()
    }

    /// The rule files of a path, in order.
    pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
        if !path.is_dir() {
            return Ok(vec![path.to_owned()]);
        }
        let mut files = Vec::new();
        toml_files(path, &mut files, &mut HashSet::new())?;
        files.sort();
        if files.is_empty() {
            return Err(Error::new("the folder holds no .toml file; no rule would come from it; check the path").at(path, None));
        }
        Ok(files)
    }

    /// A pack from the text of a rule file; its rules are `<id>/<rule>`.
    ///
    /// ```
    /// let pack = dechaff::Pack::parse("mine", r#"
    ///     [[rule]]
    ///     id = "read-on"
    ///     line = { starts = "read on:" }
    /// "#)?;
    /// assert_eq!(pack.rules()[0].id().as_str(), "mine/read-on");
    /// # Ok::<(), dechaff::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the text is no valid rule file; the error names the line and the rule.
    pub fn parse(id: &str, text: &str) -> Result<Pack> {
        Pack::read(id, Path::new(&format!("{id}.toml")), text, false)
    }

    /// A pack from the text of a rule file, which the build may be compiling in.
    pub(crate) fn read(id: &str, path: &Path, text: &str, builtin: bool) -> Result<Pack> {
        let raw: RawFile = toml::from_str(text).map_err(|error| not_toml(&error, path, text))?;
        let mut file = File {
            pack: id,
            path,
            text,
            builtin,
            lang: Vec::new(),
            sites: Vec::new(),
            ids: raw.rules.iter().map(|rule| rule.id.span().start).collect(),
            heavy: AtomicUsize::new(0),
            breaks: OnceLock::new(),
        };
        file.lang = file.langs(&raw.pack.lang)?;
        file.sites = file.hosts(&raw.pack.sites)?;
        let rules = side_by_side(&raw.rules, |rule| file.rule(rule).map(Arc::new))?;
        let disable = raw.pack.disable.iter().map(|id| (RuleId::new("", id.get_ref()), file.line_at(id.span().start))).collect();
        let evidence = raw.evidence.as_ref().map(|evidence| file.evidence(evidence)).transpose()?;
        let weighs = raw.weigh.iter().map(|weigh| file.weigh(weigh).map(Arc::new)).collect::<Result<_>>()?;
        Ok(Pack {
            id: id.to_owned(),
            path: path.to_owned(),
            title: raw.pack.title,
            lang: file.lang,
            sites: file.sites,
            disable,
            ids: rules.iter().map(|rule| (rule.id.clone(), rule.origin.line)).collect(),
            langs: distinct(rules.iter().flat_map(|rule| &rule.lang)),
            hosts: distinct(rules.iter().flat_map(|rule| &rule.sites)),
            rules: rules.into(),
            evidence,
            weighs,
            fingerprint: fnv1a(text),
        })
    }

    /// Its id: its path in the folder it was loaded from, without a file name that only repeats a
    /// category.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The file it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its title, which may be empty.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// A number that changes with the text of its file.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Its rules, in the order of the file.
    pub fn rules(&self) -> &[Arc<Rule>] {
        self.rules.get()
    }

    /// Does it apply to articles of this language? Of an unknown one it does.
    pub(crate) fn speaks(&self, lang: Option<&str>) -> bool {
        speaks(&self.lang, lang)
    }

    /// Does it apply to articles of this host? A site pack does not where the host is unknown.
    pub(crate) fn covers(&self, host: Option<&str>) -> bool {
        covers(&self.sites, host)
    }
}

/// The packs that the build wrote: first what selects them, of one after another, behind that their rules. A run reads no
/// page of rules that it does not need.
pub(crate) fn unpack_all(bytes: &'static [u8]) -> postcard::Result<Vec<Pack>> {
    let (heads, mut rest): (Vec<(Pack, usize)>, _) = postcard::take_from_bytes(bytes)?;
    let with_rules = |(pack, len)| {
        let rules = rest.split_off(..len).ok_or(postcard::Error::DeserializeUnexpectedEnd)?;
        Ok(Pack { rules: Packed::of(rules), ..pack })
    };
    heads.into_iter().map(with_rules).collect()
}

/// Fewer rules than this are not worth a thread.
const SIDE_BY_SIDE: usize = 200;

/// What becomes of some items, worked out by several threads; the first error in their order.
fn side_by_side<T: Sync, U: Send>(items: &[T], make: impl Fn(&T) -> Result<U> + Sync) -> Result<Vec<U>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let make_all = |part: &[T]| part.iter().map(&make).collect::<Result<Vec<U>>>();
    thread::scope(|scope| {
        let mut parts = items.chunks(items.len().div_ceil(threads).max(SIDE_BY_SIDE));
        let own = parts.next().unwrap_or_default();
        let others: Vec<_> = parts.map(|part| scope.spawn(|| make_all(part))).collect();
        let mut made = make_all(own)?;
        for other in others {
            made.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(made)
    })
}

fn distinct<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    names.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

pub(crate) fn speaks(langs: &[String], lang: Option<&str>) -> bool {
    langs.is_empty() || lang.is_none_or(|lang| langs.iter().any(|known| site::same_lang(lang, known)))
}

pub(crate) fn covers(sites: &[String], host: Option<&str>) -> bool {
    sites.is_empty() || host.is_some_and(|host| sites.iter().any(|site| site::belongs_to(host, site)))
}

/// `en/related.toml` is part of the pack `en`, `sites/example.toml` is the pack `sites/example`.
pub(crate) fn id_of(path: &Path) -> String {
    let path = path.with_extension("");
    let mut parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    if parts.len() > 1 && parts.last().is_some_and(|name| name.parse::<Category>().is_ok()) {
        parts.pop();
    }
    parts.join("/")
}

/// The rule files of a folder and the folders in it; one that links lead to again is not searched again.
fn toml_files(folder: &Path, found: &mut Vec<PathBuf>, seen: &mut HashSet<PathBuf>) -> Result<()> {
    if !seen.insert(fs::canonicalize(folder).map_err(|error| unreadable(folder, &error))?) {
        return Ok(());
    }
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.is_dir() {
            toml_files(&path, found, seen)?;
        } else if path.is_file()
            && path.extension().is_some_and(|ext| ext == "toml")
            && path.file_name().is_some_and(|name| name != "dechaff.toml")
        {
            found.push(path);
        }
    }
    Ok(())
}

/// The text of a rule file.
fn read_text(path: &Path) -> Result<String> {
    let mut text = String::new();
    let file = fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text));
    file.map_err(|error| unreadable(path, &error))?;
    if text.len() as u64 > LARGEST {
        return Err(Error::new(format!(
            "larger than {} MiB, which no rule file is; it was not read to its end; split it",
            LARGEST >> 20
        ))
        .at(path, None));
    }
    Ok(text)
}

pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("cannot be read: {error}")).at(path, None)
}

/// A parser's error in the words of ours: which rule, what is wrong, what to do.
pub(crate) fn not_toml(error: &toml::de::Error, path: &Path, text: &str) -> Error {
    let message = error.message().trim();
    let what = match unknown_field(message) {
        Some((key, known)) => format!(
            "unknown key `{key}`{}; what it was meant to do would not happen; {}known here: {}",
            near_misses(key, known.iter().copied()),
            if CONDITIONS.contains(&key) { "it is a condition and stands in `when`; " } else { "" },
            known.join(", ")
        ),
        None => format!(
            "{}; the file cannot be read; mend it",
            message.replace('\n', ", ").replace("usize", "a whole number").replace("f64", "a number")
        ),
    };
    let start = error.span().map(|span| span.start.min(text.len()));
    let line = start.map(|at| line_at(text, at));
    let error = Error::new(what).at(path, line);
    match start.and_then(|at| rule_around(text, at)) {
        Some(id) => error.in_rule(id),
        None => error,
    }
}

/// Keys that are often written into the table of match keys.
const CONDITIONS: &[&str] = &[
    "head",
    "tail",
    "after",
    "before",
    "min-chars",
    "max-chars",
    "min-words",
    "max-words",
    "sentence",
    "upper",
    "digits",
    "title",
];

fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once('`')?;
    Some((key, rest.split('`').skip(1).step_by(2).collect()))
}

/// The id of the rule that a byte of a rule file stands in.
fn rule_around(text: &str, at: usize) -> Option<&str> {
    let line_end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    let start = text[..line_end].rfind("[[rule]]")?;
    let end = text[start + 8..].find("[[rule]]").map_or(text.len(), |n| start + 8 + n);
    text[start..end].lines().find_map(|line| {
        let value = line.trim_start().strip_prefix("id")?.trim_start().strip_prefix('=')?.trim();
        value.strip_prefix(['"', '\''])?.split(['"', '\'']).next()
    })
}
/// A hash that is the same on every machine and in every version.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
