//! What the articles of a site repeat: `learn`, `rules new --from`, `--learned`.

use super::desk::*;
use crate::invented::{ARTICLES, jsonl, prose, text, title};
use dechaff::{
    Article, Cleaner,
    learn::{Counts, Facts, Glance, Options, Site, Survey},
};

const PACK: &str = "packs/courier.example.com.toml";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("crawl.jsonl", jsonl(0..ARTICLES));
    desk
}

/// Learns into `packs` with only the desk's rules at hand.
fn learn(desk: &Desk, args: &[&str]) -> Ran {
    desk.run(&[&["learn", "-o", "packs"], args].concat())
}

/// An article on its own, cleaned with what was learned.
fn cleaned(desk: &Desk, n: usize, args: &[&str]) -> String {
    desk.write("one.txt", text(n));
    let rules = ["clean", "--rules", PACK, "--host", "courier.example.com", "--title"];
    let title = title(n);
    desk.run(&[&rules[..], &[&title, "one.txt"], args].concat()).exits(0).out()
}

/// The lines that an article of its own consists of.
fn own_lines(n: usize) -> Vec<String> {
    let mut lines = vec![title(n), "PORT ELLERY".to_owned(), prose(n, 0)];
    if n.is_multiple_of(2) {
        lines.push("What happens next?".to_owned());
    }
    lines.extend((1..4).map(|part| prose(n, part)));
    lines
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty()).collect()
}

#[test]
fn furniture_is_learned_and_content_is_not() {
    let desk = desk();
    learn(&desk, &["crawl.jsonl"]).exits(0);
    for n in 0..ARTICLES {
        assert_eq!(lines(&cleaned(&desk, n, &[])), own_lines(n), "{n}");
    }
    let pack = desk.read(PACK);
    assert!(pack.contains("# 12 of 12"), "{pack}");
    assert!(pack.contains("id = \"learned-titles\""), "{pack}");
    desk.run_bare(&["rules", "test", "--isolated", "--no-builtin", "--rules", PACK], "").exits(0);
    desk.run_bare(&["rules", "lint", "--isolated", "--no-builtin", "--rules", PACK], "").exits(0);
}

/// An article of another site, its lines with whether they are furniture.
fn tide(n: usize) -> Vec<(bool, String)> {
    let mut lines = vec![
        (true, "Have the tide tables sent to you".to_owned()),
        (true, "Leave your address here".to_owned()),
        (true, "We write once a week, and you may leave us whenever you like.".to_owned()),
    ];
    // A column's opening formula.
    if n < 4 {
        lines.push((false, "This column answers what readers ask about the harbour and its birds.".to_owned()));
    }
    lines.extend([(false, prose(n, 0)), (true, format!("Compare: Why do {} again?", title(n + 5).to_lowercase()))]);
    lines.extend([(false, prose(n, 1)), (true, format!("Compare: {}", title(n + 7)))]);
    lines.push((false, prose(n, 2)));
    // An interview.
    if n < 5 {
        for part in 3..7 {
            let asked = ["wall", "mill", "ferry", "store"][part - 3];
            lines.push((false, format!("Courier: Who of the {} would pay for the {asked}?", title(n + part).to_lowercase())));
            lines.push((false, prose(n, part)));
        }
    }
    lines.push((true, "Further reading".to_owned()));
    if n.is_multiple_of(2) {
        lines.push((false, title(n)));
    }
    lines
}

#[test]
fn boxes_labels_and_links_that_ask_are_learned_and_columns_and_interviews_are_not() {
    let desk = Desk::new();
    let text = |n: usize| tide(n).into_iter().map(|(_, line)| line + "\n").collect::<String>();
    let record = |n: usize| serde_json::json!({ "host": "tide.example.com", "text": text(n) }).to_string() + "\n";
    desk.write("crawl.jsonl", (0..ARTICLES).map(record).collect::<String>());
    learn(&desk, &["crawl.jsonl"]).exits(0);
    for n in 0..ARTICLES {
        desk.write("one.txt", text(n));
        let out = desk.run(&["clean", "--rules", "packs/tide.example.com.toml", "--host", "tide.example.com", "one.txt"]).out();
        let stays: Vec<String> = tide(n).into_iter().filter(|(furniture, _)| !furniture).map(|(_, line)| line).collect();
        assert_eq!(lines(&out), stays, "{n}");
    }
}

#[test]
fn the_order_of_files_and_the_number_of_threads_change_nothing() {
    let desk = Desk::new();
    let half = ARTICLES / 2;
    desk.write("a.jsonl", jsonl(0..half));
    desk.write("b.jsonl", jsonl(half..ARTICLES));
    let pack = |args: &[&str]| desk.run(&[&["learn"], args].concat()).exits(0).out();
    let one = pack(&["a.jsonl", "b.jsonl", "-j1"]);
    assert!(one.contains("[[rule]]"));
    assert_eq!(pack(&["b.jsonl", "a.jsonl", "-j4"]), one);
    assert_eq!(pack(&["b.jsonl", "a.jsonl", "--memory", "1MB"]), one);
    desk.write("a.jsonl", jsonl((0..half).rev()));
    let reversed = pack(&["a.jsonl", "b.jsonl"]);
    let without_names =
        |pack: &str| pack.lines().filter(|line| !line.contains("title of")).map(str::to_owned).collect::<Vec<_>>();
    let without_seals =
        |pack: &str| without_names(pack).into_iter().filter(|line| !line.starts_with("learned =")).collect::<Vec<_>>();
    assert_eq!(without_seals(&reversed), without_seals(&one));
}

#[test]
fn copies_of_an_article_count_once() {
    let desk = Desk::new();
    let copy = jsonl(std::iter::repeat_n(3, 9));
    desk.write("crawl.jsonl", copy + &jsonl(0..3));
    let said = desk.run(&["learn", "crawl.jsonl", "--min-docs", "5"]).exits(0);
    assert_eq!(said.out(), "", "four articles are no five");
    assert!(said.err().contains("nothing repeats"), "{}", said.err());
}

#[test]
fn a_merge_keeps_what_a_person_wrote() {
    let desk = desk();
    let mine = "# Mine.\n[pack]   # all of it\nsites = ['courier.example.com']\n\n[[rule]]\nid = \"mine\" # my own\nline = { is = \"quay & tide\" }\nremoves = [\"Quay & tide\"]\nkeeps = [\"Wanted this week\"]   # a column of ours\n\n# The end.\n";
    desk.write(PACK, mine);
    let refused = learn(&desk, &["crawl.jsonl"]).exits(2);
    assert!(refused.err().contains("--merge"), "{}", refused.err());
    assert_eq!(desk.read(PACK), mine);
    learn(&desk, &["crawl.jsonl", "--merge"]).exits(0);
    let merged = desk.read(PACK);
    assert!(merged.starts_with(mine), "{merged}");
    assert!(cleaned(&desk, 1, &[]).contains("Wanted this week"), "a line of `keeps` stays");
    assert!(!cleaned(&desk, 1, &[]).contains("customs house"));
    learn(&desk, &["crawl.jsonl", "--merge"]).exits(0);
    assert_eq!(desk.read(PACK), merged, "nothing new was learned");

    // A learned rule that a person changed is theirs; the others are renewed.
    let changed = merged.replacen("confidence = \"medium\"", "confidence = \"low\" # I doubt it", 1);
    desk.write(PACK, &changed);
    desk.write("more.jsonl", jsonl(0..ARTICLES - 1));
    let said = learn(&desk, &["more.jsonl", "--merge"]).exits(0);
    assert!(said.err().contains("changed by hand"), "{}", said.err());
    let renewed = desk.read(PACK);
    assert!(renewed.starts_with(mine) && renewed.contains("# I doubt it") && renewed.contains("# 11 of 11"), "{renewed}");
    desk.run_bare(&["rules", "test", "--isolated", "--no-builtin", "--rules", PACK], "").exits(0);
}

#[test]
fn a_batch_is_cleaned_by_what_it_repeats() {
    let desk = desk();
    desk.run(&["clean", "--learned", "-o", "out", "--ledger", "cuts.jsonl", "crawl.jsonl"]).exits(0);
    let out = desk.read("out/crawl.jsonl");
    for (n, record) in out.lines().enumerate() {
        let record: serde_json::Value = serde_json::from_str(record).unwrap();
        assert_eq!(lines(record["text"].as_str().unwrap()), own_lines(n), "{n}");
    }
    let ledger = desk.read("cuts.jsonl");
    assert!(
        ledger.contains("\"learned/repeat\"") && ledger.contains("stands in 12 of 12 articles of courier.example.com"),
        "{ledger}"
    );
    assert!(ledger.contains("\"learned/title\"") && ledger.contains("title of article crawl.jsonl:6"), "{ledger}");
    desk.run_bare(&["restore", "--ledger", "cuts.jsonl", "-w", "out/crawl.jsonl"], "").exits(0);
    assert_eq!(desk.read("out/crawl.jsonl").lines().count(), ARTICLES);
    let diff = desk.run(&["diff", "--learned", "--format", "json", "-j3", "crawl.jsonl"]).exits(0).out();
    assert_eq!(diff.replace("out/", ""), ledger, "diff tells what clean does");
}

#[test]
fn what_is_learned_can_be_left_out_and_explained() {
    let desk = desk();
    let whole = desk.read("crawl.jsonl");
    let run = |args: &[&str]| desk.run(&[&["clean", "--learned", "crawl.jsonl"], args].concat()).exits(0).out();
    assert_eq!(run(&["--ignore", "learned"]), whole);
    assert!(
        run(&["--ignore", "learned/title"]).contains(&title(7)) && !run(&["--ignore", "learned/title"]).contains("customs house")
    );
    assert_eq!(run(&["--confidence", "high"]), whole);
    desk.write("one.txt", text(0));
    let said = desk.run(&["explain", "one.txt:23", "--host", "courier.example.com", "--learned", "crawl.jsonl"]).exits(0).out();
    assert!(said.contains("taken by learned/repeat") && said.contains("learned: stands in 12 of 12 articles"), "{said}");
}

#[test]
fn an_article_does_not_speak_for_itself() {
    let desk = Desk::new();
    // Four articles have the line: each of them is confirmed by three others only.
    desk.write("crawl.jsonl", jsonl(0..4));
    let text = desk.run(&["clean", "--learned", "--ignore", "learned/title", "crawl.jsonl"]).exits(0).out();
    assert!(text.contains("customs house"));
    desk.write("crawl.jsonl", jsonl(0..5));
    assert!(!desk.run(&["clean", "--learned", "crawl.jsonl"]).exits(0).out().contains("customs house"));
}

#[test]
fn a_draft_from_a_few_articles() {
    let desk = Desk::new();
    for n in 0..3 {
        desk.write(&format!("from/{n}.txt"), text(n));
    }
    let draft = |args: &[&str]| {
        desk.run_bare(&[&["rules", "new", "--isolated", "--no-builtin", "--site", "www.courier.example.com"], args].concat(), "")
    };
    let pack = draft(&["--from", "from"]).exits(0).out();
    assert!(pack.contains("sites = [\"courier.example.com\"]") && pack.contains("customs house"), "{pack}");
    assert!(!pack.contains("\"medium\"") && !pack.contains("\"high\""), "three articles make nothing sure: {pack}");
    desk.write("draft.toml", &pack);
    desk.run_bare(&["rules", "test", "--isolated", "--no-builtin", "--rules", "draft.toml"], "").exits(0);
    let one = draft(&["--from", "from/0.txt"]).exits(0);
    assert!(one.out().contains("read-on") && one.err().contains("repeat nothing"), "{}", one.err());
}

#[test]
fn trouble_is_told_with_the_way_out() {
    let desk = desk();
    desk.write("other.jsonl", jsonl(0..ARTICLES).replace("courier.example.com", "gazette.example.org"));
    let two = desk.run(&["learn", "crawl.jsonl", "other.jsonl"]).exits(2);
    assert!(two.err().contains("-o DIR") && two.err().contains("--site"), "{}", two.err());
    desk.run(&["learn", "crawl.jsonl", "other.jsonl", "--site", "gazette.example.org"]).exits(0);
    assert!(desk.run(&["learn", "-"]).exits(2).err().contains("only once"));
    assert!(desk.run(&["clean", "--learned"]).exits(2).err().contains("only once"));
    assert!(desk.run(&["clean", "--learned", "--resume", "-w", "crawl.jsonl"]).exits(2).err().contains("-o"));
    assert!(desk.run(&["learn", "crawl.jsonl", "--memory", "lots"]).exits(2).err().contains("512MB"));
    assert!(desk.run(&["learn", "crawl.jsonl", "--min-docs", "1"]).exits(2).err().contains("--min-docs"));
    desk.write("one.txt", text(0));
    assert!(desk.run(&["learn", "one.txt"]).exits(2).err().contains("host"));
    desk.write(PACK, "nonsense");
    assert!(learn(&desk, &["crawl.jsonl", "--merge"]).exits(2).err().contains("courier.example.com.toml"));
    assert_eq!(desk.read(PACK), "nonsense");
}

/// What three sites repeat, as a library user learns it.
fn sites(cleaner: &Cleaner, options: Options) -> (Vec<Site>, usize) {
    let articles: Vec<(String, String, String)> = ["a.example", "b.example", "c.example"]
        .iter()
        .flat_map(|host| {
            (0..ARTICLES).map(move |n| (format!("https://{host}/{n}"), title(n), text(n).replace("quay", &host[..1])))
        })
        .collect();
    let article =
        |(url, title, text): &'static (String, String, String)| Article::new(text).url(url.as_str()).title(title.as_str());
    let articles: &'static [_] = articles.leak();
    let mut survey = Survey::new(options);
    articles.iter().for_each(|it| survey.add(Glance::of(&article(it), &it.0).unwrap()));
    let overview = survey.close();
    let mut all = Vec::new();
    for round in 0..overview.rounds() {
        let mut counts = Counts::new(&overview, round);
        for it in articles {
            if let Some(found) = counts.look(cleaner, &article(it), &it.0, None) {
                counts.add(found);
            }
        }
        all.extend(counts.judge());
    }
    all.sort_by(|a, b| a.host.cmp(&b.host));
    (all, overview.rounds())
}

#[test]
fn little_memory_takes_more_rounds_and_finds_the_same() {
    let cleaner = Cleaner::builder().build().unwrap();
    let packs = |sites: &[Site]| sites.iter().filter_map(Site::pack).collect::<Vec<_>>();
    let (whole, one) = sites(&cleaner, Options::default());
    let (parts, more) = sites(&cleaner, Options { memory: 1 << 16, ..Options::default() });
    assert!(one == 1 && more > 1, "{one} {more}");
    assert_eq!(packs(&whole).len(), 3);
    assert_eq!(packs(&parts), packs(&whole));
}

#[test]
fn cleaning_twice_with_the_same_facts_is_cleaning_once() {
    let cleaner = Cleaner::builder().build().unwrap();
    let (sites, _) = sites(&cleaner, Options::default());
    let cleaner = cleaner.with_facts(Facts::new(&sites, Options::default().min_docs));
    for n in 0..ARTICLES {
        let (text, title) = (text(n).replace("quay", "a"), title(n));
        let clean =
            |text: &str| cleaner.clean(&Article::new(text).url("https://a.example/x").title(title.as_str())).text().into_owned();
        let once = clean(&text);
        assert!(once.len() < text.len());
        assert_eq!(clean(&once), once);
    }
}
