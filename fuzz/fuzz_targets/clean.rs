//! Any article under rules of every action, and under the built-in ones.
#![no_main]

#[path = "../promises.rs"]
mod promises;

use dechaff::{Article, Cleaner, Pack};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SMALL: LazyLock<[Cleaner; 2]> = LazyLock::new(|| {
    let packs = || vec![Pack::parse("every-action", include_str!("../../tests/packs/every-action.toml")).unwrap()];
    [true, false].map(|index| promises::cleaner(packs(), index).unwrap())
});
static BUILTIN: LazyLock<Cleaner> = LazyLock::new(|| promises::cleaner(Pack::builtin().unwrap(), true).unwrap());

// The first byte says which rules and what is known, the others are the text.
fuzz_target!(|data: &[u8]| {
    let Some((&how, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let lang = [None, Some("en"), Some("de"), Some("zh")][usize::from(how >> 1 & 3)];
    let title = (how & 8 != 0).then(|| text.lines().next().unwrap_or_default());
    let article = Article::new(text).lang(lang).title(title);
    if how & 1 == 0 {
        promises::check(&SMALL[0], Some(&SMALL[1]), &article);
    } else {
        promises::check(&BUILTIN, None, &article);
    }
});
