//! What users rely on, held against generated and, where there are any, real articles.

use dechaff::{Article, Cleaner, Guard, Pack, Selection};
use proptest::prelude::*;
use std::{fs, path::Path, sync::LazyLock};

fn packs() -> Vec<Pack> {
    Pack::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packs/every-action.toml")).unwrap()
}

fn everything() -> Selection {
    Selection { select: vec!["all".into()], confidence: Some(dechaff::Confidence::Low), ..Selection::default() }
}

fn build(packs: Vec<Pack>, guard: Guard, index: bool) -> Cleaner {
    let builder = Cleaner::builder().packs(packs).selection(everything()).guard(guard);
    if index { builder } else { builder.without_index() }.build().unwrap()
}

/// The same rules with and without the index.
struct Twins {
    fast: Cleaner,
    slow: Cleaner,
}

impl Twins {
    fn new(packs: &[Pack], guard: Guard) -> Twins {
        Twins { fast: build(packs.to_vec(), guard, true), slow: build(packs.to_vec(), guard, false) }
    }
}

static SMALL: LazyLock<Twins> = LazyLock::new(|| Twins::new(&packs(), Guard::OFF));
static GUARDED: LazyLock<Twins> = LazyLock::new(|| Twins::new(&packs(), Guard::default()));
static BUILTIN: LazyLock<Twins> = LazyLock::new(|| Twins::new(&Pack::builtin().unwrap(), Guard::OFF));

/// Everything that must hold for any rules and any article.
fn check(twins: &Twins, article: &Article<'_>) {
    let cleaned = twins.fast.clean(article);
    let text = article.text();

    // Only deletes: ascending byte ranges, and what is left is the rest.
    let mut left = String::new();
    let mut at = 0;
    for cut in cleaned.cuts() {
        assert!(cut.bytes().start >= at && !cut.bytes().is_empty(), "{:?}", cleaned.cuts());
        left.push_str(&text[at..cut.bytes().start]);
        at = cut.bytes().end;
        assert!(cut.line() >= 1 && cut.line() <= text.split('\n').count());
    }
    left.push_str(&text[at..]);
    assert_eq!(left, cleaned.text());

    // Gives back, also from what the ledger's file would hold.
    let entry = dechaff::Entry::new(&cleaned);
    assert_eq!(entry.restore(&cleaned.text()).unwrap(), text);

    // Is stable: what is left holds nothing more to cut. Title and the like stay known.
    let again = twins.fast.clean(&with_text(article, &left));
    assert_eq!(again.text(), left, "a second run took {:?}", again.cuts());

    // The index changes nothing.
    let slow = twins.slow.clean(article);
    assert_eq!(cleaned.proposed(), slow.proposed());
    assert_eq!(cleaned.held(), slow.held());

    tidy(text, &left, cleaned.cuts().is_empty());
}

/// A cut leaves no hole and the ends of the article as they were.
fn tidy(before: &str, after: &str, untouched: bool) {
    let is_blank = |line: &str| line.chars().all(|c| c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}'));
    if untouched || is_blank(after) {
        return;
    }
    assert!(!before.starts_with('\u{feff}') || after.starts_with('\u{feff}'));
    assert_eq!(before.ends_with('\n'), after.ends_with('\n'), "{before:?} -> {after:?}");
    let blanks = |text: &str| {
        let text = text.trim_start_matches('\u{feff}');
        let lines: Vec<bool> = text.split('\n').map(is_blank).collect();
        let longest = lines.split(|blank| !blank).map(<[bool]>::len).max().unwrap_or(0);
        (lines.iter().take_while(|&&blank| blank).count(), lines.iter().rev().take_while(|&&blank| blank).count(), longest)
    };
    let ((top, end, hole), (new_top, new_end, new_hole)) = (blanks(before), blanks(after));
    assert!(new_top <= top && new_end <= end.max(1), "{before:?} -> {after:?}");
    assert!(new_hole <= hole.max(1), "{before:?} -> {after:?}");
}

fn with_text<'a>(article: &Article<'a>, text: &'a str) -> Article<'a> {
    Article::new(text).title(article.title_text()).lang(article.lang_code()).host_name(article.host())
}

fn line() -> impl Strategy<Value = String> {
    let formulas = prop::sample::select(vec![
        "ADVERTISEMENT",
        "— Publicité —",
        "广告",
        "Read also:\u{a0}Storm closes ports",
        "Читайте также: Шторм",
        "Sponsored by Ellery Bank",
        "Click now and read more",
        "The quay at dusk. Photo: Orla Venn",
        "word",
        "12 May 2031",
        "13 June 2031",
        "LOUD HEAD",
        "2031 2032 2033 x",
        "COMMENTS",
        "Box",
        "end of box",
        "Last box",
        "Check also",
        "Facebook",
        "* Twitter",
        "[Email]",
        "date 2031-04-26 Venn meets Halloran",
        "The ferry (Photo: Reuters) left at noon.",
        "(Foto: dpa)",
        "It rained. Click here to read more.",
        "更多「更多」文字",
        "A title that is known",
        "The council met on Tuesday and talked for four hours.",
        "Nobody had expected a vote, yet eleven of them raised their hands.",
    ]);
    let blank = prop::sample::select(vec!["", "", " ", "\u{a0}", "\u{200b}\t"]);
    prop_oneof![
        6 => formulas.prop_map(str::to_owned),
        3 => blank.prop_map(str::to_owned),
        2 => "[ A-Za-zéßİıΣς中한।،.!?:*•\\[\\]()\u{a0}\u{ad}\u{301}0-9]{0,40}",
        1 => "\\PC{0,30}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    let ends = prop::sample::select(vec!["\n", "\r\n", "\n\n", "\r\n\r\n", " \n"]);
    let dressed =
        (line(), prop::sample::select(vec!["", "", "", " ", "\u{a0}"])).prop_map(|(line, space)| format!("{space}{line}{space}"));
    (prop::collection::vec((dressed, ends), 0..24), any::<bool>(), prop::bool::weighted(0.2)).prop_map(
        |(lines, last_end, bom)| {
            let mut text = if bom { "\u{feff}".to_owned() } else { String::new() };
            let count = lines.len();
            for (number, (line, end)) in lines.into_iter().enumerate() {
                text.push_str(&line);
                if number + 1 < count || last_end {
                    text.push_str(end);
                }
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_article_under_rules_of_every_action(text in text(), title in any::<bool>()) {
        let article = Article::new(&text);
        check(&SMALL, &if title { article.title("A title that is known") } else { article });
    }

    #[test]
    fn any_article_under_the_guard(text in text()) {
        check(&GUARDED, &Article::new(&text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_article_under_the_built_in_rules(text in text()) {
        check(&BUILTIN, &Article::new(&text));
    }
}

#[test]
fn the_order_of_packs_changes_nothing() {
    let mut packs = Pack::builtin().unwrap();
    packs.extend(self::packs());
    let forward = build(packs.clone(), Guard::OFF, true);
    packs.reverse();
    let backward = build(packs, Guard::OFF, true);
    for (path, text) in articles() {
        let article = Article::new(&text);
        assert_eq!(forward.clean(&article).cuts(), backward.clean(&article).cuts(), "{path}");
    }
}

#[test]
fn the_invented_articles() {
    for (path, text) in articles() {
        println!("{path}");
        check(&BUILTIN, &Article::new(&text));
        check(&SMALL, &Article::new(&text));
    }
}

/// An article as it may come from some other scraper.
fn mutations(text: &str) -> Vec<(&'static str, String)> {
    let lines: Vec<&str> = text.split('\n').collect();
    let each = |change: &dyn Fn(&str) -> String| lines.iter().map(|line| change(line)).collect::<Vec<_>>().join("\n");
    let mut shuffled = lines.clone();
    let mut state = text.len() as u32;
    for at in (1..shuffled.len()).rev() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        shuffled.swap(at, (state >> 8) as usize % (at + 1));
    }
    let half = text.floor_char_boundary(text.len() / 2);
    vec![
        ("each line twice", each(&|line| format!("{line}\n{line}"))),
        ("in another order", shuffled.join("\n")),
        ("upside down", lines.iter().rev().copied().collect::<Vec<_>>().join("\n")),
        ("one line", lines.join(" ")),
        ("two and two lines", lines.chunks(2).map(|pair| pair.join(" ")).collect::<Vec<_>>().join("\n")),
        ("a line a word", text.replace(' ', "\n")),
        ("CRLF", text.replace("\r\n", "\n").replace('\n', "\r\n")),
        ("no-break spaces", text.replace(' ', "\u{a0}")),
        ("right to left", each(&|line| format!("\u{202b}{}\u{200f}\u{202c}", line.replace(". ", ".\u{200e} ")))),
        ("astral characters", each(&|line| format!("\u{1f4f0}{}\u{1d400}", line.replace(' ', " \u{10ffff}")))),
        ("capitals", text.to_uppercase()),
        ("blank lines", text.replace('\n', "\n\u{200b}\n \n\n")),
        ("cut short", text[..half].to_owned()),
        ("only its end", text[half..].to_owned()),
    ]
}

/// A record of a corpus.
#[derive(serde::Deserialize)]
struct Record {
    text: String,
    url: Option<String>,
    host: Option<String>,
    title: Option<String>,
    lang: Option<String>,
}

impl Record {
    fn article<'t>(&'t self, text: &'t str) -> Article<'t> {
        let article = Article::new(text).title(self.title.as_deref()).lang(self.lang.as_deref());
        article.host_name(self.host.as_deref()).url(self.url.as_deref())
    }
}

/// The JSONL files that `DECHAFF_CORPUS` names, separated by colons.
fn corpora() -> Vec<String> {
    std::env::var("DECHAFF_CORPUS").map_or(Vec::new(), |paths| paths.split(':').map(str::to_owned).collect())
}

/// Real articles, where there are any, and what else may come of them: of every 50th, or of every
/// `DECHAFF_MUTATE`th.
#[test]
fn real_articles() {
    let every = std::env::var("DECHAFF_MUTATE").map_or(50, |every| every.parse().unwrap());
    let with_guard = Twins::new(&Pack::builtin().unwrap(), Guard::default());
    for path in corpora() {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let record: Record = serde_json::from_str(line).unwrap();
            println!("{path}:{}", number + 1);
            check(&with_guard, &record.article(&record.text));
            if number % every == 0 {
                for (what, text) in mutations(&record.text) {
                    println!("{what}");
                    check(&with_guard, &record.article(&text));
                    check(&SMALL, &record.article(&text));
                }
            }
        }
    }
}

/// The binary, on one thread and on several, does to a file what the library does to each article.
#[test]
fn the_command_line_and_the_crate_agree() {
    let cleaner = Cleaner::builtin().unwrap();
    let invented = std::env::temp_dir().join(format!("dechaff-invented-{}.jsonl", std::process::id()));
    let records: Vec<String> = articles()
        .into_iter()
        .flat_map(|(_, text)| [("as it is", text.clone())].into_iter().chain(mutations(&text)))
        .map(|(_, text)| serde_json::json!({ "text": text }).to_string() + "\n")
        .collect();
    fs::write(&invented, records.concat()).unwrap();
    for path in corpora().into_iter().chain([invented.display().to_string()]) {
        let run = |threads: &str| {
            let args = ["clean", "--isolated", "-j", threads, &path];
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_dechaff")).args(args).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let one = run("1");
        assert!(one == run("3"), "{path}: other results on three threads");
        let before = fs::read_to_string(&path).unwrap();
        assert_eq!(one.lines().count(), before.lines().count());
        for (number, (before, after)) in before.lines().zip(one.lines()).enumerate() {
            let [before, after]: [Record; 2] = [before, after].map(|line| serde_json::from_str(line).unwrap());
            assert!(cleaner.clean(&before.article(&before.text)).text() == after.text, "{path}:{}", number + 1);
        }
    }
    fs::remove_file(invented).unwrap();
}

/// Sizes that no article has. `DECHAFF_LARGE` asks for the largest.
#[test]
fn enormous_articles() {
    let size = if std::env::var_os("DECHAFF_LARGE").is_some() { 100 << 20 } else { 1 << 20 };
    let said = "The council met on Tuesday (Photo: Ellery) and talked for four hours. ";
    let line = said.repeat(size / said.len());
    let blanks = format!("{said}{}ADVERTISEMENT\n{}{said}\n", "\n".repeat(100_000), " \u{a0}\r\n".repeat(100_000));
    for text in [line, blanks] {
        check(&SMALL, &Article::new(&text));
        // The slow twin would take hours over the built-in rules.
        let cleaned = BUILTIN.fast.clean(&Article::new(&text));
        assert_eq!(dechaff::Entry::new(&cleaned).restore(&cleaned.text()).unwrap(), text);
        assert_eq!(BUILTIN.fast.clean(&Article::new(&cleaned.text())).text(), cleaned.text());
    }
}

#[test]
fn odd_shapes() {
    let long = format!("{}\nADVERTISEMENT\n", "word ".repeat(200_000));
    let blanks = format!("Body.{}ADVERTISEMENT", "\n".repeat(100_000));
    let cascade = format!("{}\nThe end of it all.\n{}", "The start of it all.", "word\n".repeat(3_000));
    for text in [
        "",
        "\n",
        "\u{feff}",
        "ADVERTISEMENT",
        "\r\n\r\n",
        "One line.",
        "\u{feff}ADVERTISEMENT\r\nBody.\r\n",
        &long,
        &blanks,
        &cascade,
    ] {
        let article = Article::new(text);
        check(&SMALL, &article);
        check(&GUARDED, &article);
        check(&BUILTIN, &article);
    }
}

/// A regex and a text that it mostly matches.
fn pair() -> impl Strategy<Value = (String, String)> {
    let parts = [
        (r"\d", "5"),
        (r"\d{1,3}", "12"),
        (" ", "  "),
        (" ?", ""),
        ("malý", "Malý"),
        ("velký", "velký"),
        ("é", "É"),
        ("x?", "x"),
        ("[a-zé]", "é"),
        ("[^a]", "ü"),
        (".*", "ok"),
        ("share", "Share"),
        ("广告", "广告"),
        (r"\b", ""),
        ("(?:[a-z]{2}){2}", "abcd"),
    ];
    let part = prop::sample::select(parts.to_vec()).prop_map(|(source, text)| (source.to_owned(), text.to_owned()));
    part.prop_recursive(3, 24, 4, |inner| {
        let row = prop::collection::vec(inner.clone(), 1..5)
            .prop_map(|parts| (parts.iter().map(|it| &*it.0).collect(), parts.iter().map(|it| &*it.1).collect()));
        let either = (prop::collection::vec(inner, 2..4), any::<prop::sample::Index>()).prop_map(|(all, which)| {
            let sources: Vec<&str> = all.iter().map(|it| &*it.0).collect();
            (format!("(?:{})", sources.join("|")), which.get(&all).1.clone())
        });
        prop_oneof![2 => row, 3 => either]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// What is asked before a regex runs refuses no text that it matches.
    #[test]
    fn the_index_misses_no_match_of_a_regex((source, text) in pair(), whole in any::<bool>()) {
        let kind = if whole { "line" } else { "span" };
        let rules = format!("[[rule]]\nid = \"x\"\n{kind} = {{ regex = '{source}' }}\n");
        let Ok(pack) = Pack::parse("t", &rules) else { return Ok(()) };
        let twins = Twins::new(&[pack], Guard::OFF);
        let text = format!("The council met.\n{text}\n5 lamps, {text} ok\n");
        let article = Article::new(&text);
        let (fast, slow) = (twins.fast.clean(&article), twins.slow.clean(&article));
        prop_assert_eq!(fast.proposed(), slow.proposed());
    }
}

/// Examples are the lines that rules nearly match; among others a fast path may miss what alone it finds.
#[test]
fn examples_of_built_in_rules_hold_in_articles() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for folder in fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path()) {
        let lang = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let mut lines = Vec::new();
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let pack: toml::Table = fs::read_to_string(file).unwrap().parse().unwrap();
            let rules = pack.get("rule").and_then(|rules| rules.as_array()).into_iter().flatten();
            for examples in rules.flat_map(|rule| [rule.get("removes"), rule.get("keeps")]) {
                let texts = examples.and_then(|all| all.as_array()).into_iter().flatten();
                lines.extend(texts.filter_map(|text| text.as_str()).map(str::to_owned));
            }
        }
        for some in lines.chunks(60) {
            let text = some.join("\n");
            let article = Article::new(&text);
            let article = if lang.len() == 2 { article.lang(lang.as_str()) } else { article };
            let (fast, slow) = (BUILTIN.fast.clean(&article), BUILTIN.slow.clean(&article));
            assert_eq!(fast.proposed(), slow.proposed(), "{lang}: {text}");
        }
    }
}

fn articles() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/articles");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 12);
    paths.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect()
}
