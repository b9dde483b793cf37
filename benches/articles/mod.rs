//! Articles of a JSONL file, as the benches read them.

use std::{env, fs};

#[derive(Clone, serde::Deserialize)]
pub struct Record {
    pub text: String,
    pub url: Option<String>,
    pub title: Option<String>,
    pub lang: Option<String>,
}

impl Record {
    pub fn article(&self) -> dechaff::Article<'_> {
        let article = dechaff::Article::new(&self.text).url(self.url.as_deref()).title(self.title.as_deref());
        article.lang(self.lang.as_deref())
    }
}

/// The articles of the file that `DECHAFF_CORPUS` names.
pub fn read() -> Option<Vec<Record>> {
    let file = fs::read_to_string(env::var_os("DECHAFF_CORPUS")?).unwrap();
    Some(file.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The floor: finds the lines of a text and copies those that are kept.
pub fn keep(text: &str, kept: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).chain([text.len()]) {
        if kept(text[start..end].trim_end_matches('\n')) {
            out.push_str(&text[start..end]);
        }
        start = end;
    }
    out
}
