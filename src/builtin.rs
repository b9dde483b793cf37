//! The rules that are compiled in: the files of `rules/`, read and checked by the build (build.rs).

use crate::{
    error::{Error, Result},
    pack::{Pack, unpack_all},
};

static PACKS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/builtin"));

impl Pack {
    /// The packs that are compiled in. Of each only what selects it is unpacked; its rules are when
    /// they are first asked for.
    ///
    /// # Errors
    /// None: the build refuses a broken rule file.
    pub fn builtin() -> Result<Vec<Pack>> {
        unpack_all(PACKS).map_err(|error| Error::new(format!("the built-in rules cannot be unpacked: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{article::Article, cleaner::Cleaner, pack::id_of};
    use std::{fs, path::Path};

    /// The packs as the build reads them.
    fn from_text() -> Vec<Pack> {
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let read = |file: &Path| {
            Pack::read(&id_of(file), &Path::new("rules").join(file), &fs::read_to_string(rules.join(file)).unwrap(), true)
        };
        let files = Pack::files(&rules).unwrap();
        let inside = files.iter().map(|file| file.strip_prefix(&rules).unwrap()).filter(|file| !file.starts_with("compat"));
        inside.map(|file| read(file).unwrap()).collect()
    }

    #[test]
    fn what_is_packed_is_what_the_files_say() {
        let (packed, read) = (Pack::builtin().unwrap(), from_text());
        assert_eq!(packed.len(), read.len());
        for (packed, read) in packed.iter().zip(&read) {
            assert!(packed.rules().len() == read.rules().len() && format!("{packed:?}") == format!("{read:?}"), "{}", read.id());
            // What regexes need is not shown.
            let [packed, unpacked] = [packed, read].map(|pack| postcard::to_stdvec(&(pack, pack.rules())).unwrap());
            assert!(packed == unpacked, "{}", read.id());
        }
    }

    #[test]
    fn packed_rules_cut_what_those_of_the_files_cut() {
        let texts: Vec<String> = from_text().iter().flat_map(Pack::rules).map(|rule| rule.about().removes.join("\n\n")).collect();
        let cleaners = [Pack::builtin().unwrap(), from_text()].map(|packs| Cleaner::builder().packs(packs).build().unwrap());
        for lang in [None, Some("en"), Some("zh")] {
            // A few at a time, so that many stand side by side.
            for text in texts.chunks(40).map(|texts| texts.join("\n")) {
                let [packed, read] = cleaners.each_ref().map(|cleaner| cleaner.clean(&Article::new(&text).lang(lang)));
                assert_eq!(packed.proposed(), read.proposed());
            }
        }
    }
}
