//! `dechaff rules new`: a pack to start from.

use super::{End, args::NewArgs, learn::teach, setup};
use crate::io::{progress::note, walk::inputs};
use anyhow::Result;
use dechaff::learn::Options;
use std::io::{self, Write};

/// From a few articles little is sure: what stands in fewer is drafted with low confidence.
const DRAFT: Options = Options { min_docs: 2, min_share: 0.3, sure_docs: 4, memory: 512 << 20 };

pub fn run(args: &NewArgs) -> Result<End> {
    let host = setup::site(&args.site)?;
    if args.from.is_empty() {
        return template(&host);
    }
    let cleaner = setup::cleaner(&args.rules)?;
    let mut inputs = inputs(&args.from, &args.input)?;
    for input in &mut inputs.files {
        input.host.get_or_insert_with(|| host.clone());
    }
    let bare = host.strip_prefix("www.").unwrap_or(&host);
    let mut pack = None;
    let taught = teach(&inputs.files, &args.input, &cleaner, DRAFT, |sites| {
        let site = sites.iter().find(|site| site.host == bare);
        pack = pack.take().or_else(|| site?.pack());
        Ok(())
    })?;
    let end = End { found: false, trouble: inputs.trouble || taught.trouble };
    match pack {
        Some(pack) => io::stdout().write_all(pack.as_bytes())?,
        None => {
            note(&format!("the articles of {bare} repeat nothing that the rules at hand leave; here is an example to change"));
            template(&host)?;
        }
    }
    Ok(end)
}

fn template(host: &str) -> Result<End> {
    write!(
        io::stdout(),
        r#"# Rules for {host} and its sub-domains. Use them with
#   dechaff diff --rules THIS-FILE --host {host} ARTICLES…
# and check them with
#   dechaff rules test --rules THIS-FILE --no-builtin
[pack]
title = "{host}"
sites = ["{host}"]

# A line that the site repeats. Every rule is one [[rule]] table with one action:
# line, span (part of a line), block (a line and what follows), run, repeat.
[[rule]]
id = "read-on"
category = "related"
description = "The site's link to another of its stories."
line = {{ starts = ["read on:"] }}
removes = ["Read on: Storm closes ports"]
keeps = ["Read on, she told the pupils, and do not stop."]
"#
    )?;
    Ok(End::default())
}
