//! The worst article that could be devised for each action, and how time grows with its size.
//!
//! `cargo bench --bench hostile [-- CASE [MB…]]`
//!
//! Prints a row of a table for each case: seconds of processor time for each size, how many times as
//! long 50 MB take as 5 MB (10 is linear), and the most memory, as a multiple of the article's size.
//! Each measurement is a process of its own.

use dechaff::{Article, Cleaner, Confidence, Guard, Look, Pack, Selection, draw};
use std::{env, fs, hint::black_box, iter, process::Command, time::Instant};

const SIZES: [usize; 6] = [1, 2, 5, 10, 20, 50];

struct Case {
    name: &'static str,
    /// A rule file; none: the built-in rules.
    rules: Option<String>,
    /// An article of about so many bytes.
    article: fn(usize) -> String,
    title: fn(usize) -> Option<String>,
}

fn case(name: &'static str, rules: &str, article: fn(usize) -> String) -> Case {
    let rules = if rules.starts_with('[') { rules.to_owned() } else { format!("[[rule]]\nid = \"a\"\n{rules}\n") };
    Case { name, rules: Some(rules), article, title: |_| None }
}

fn builtin(name: &'static str, article: fn(usize) -> String) -> Case {
    Case { name, rules: None, article, title: |_| None }
}

/// The parts over and over.
fn again(bytes: usize, parts: &str) -> String {
    parts.repeat(bytes.div_ceil(parts.len()))
}

/// Lines, each made from its number.
fn lines(bytes: usize, line: impl Fn(usize) -> String) -> String {
    let mut out = String::with_capacity(bytes + 1000);
    for number in 0.. {
        out.push_str(&line(number));
        out.push('\n');
        if out.len() >= bytes {
            break;
        }
    }
    out
}

const SAID: &str = "The council met on Tuesday and talked for four hours about the new bridge across the sound.\n";

fn cases() -> Vec<Case> {
    let is = "line = { is = \"advertisement\" }";
    let shape = "line = { any = true }\nwhen = { max-words = 1, max-chars = 40 }";
    let until = "block = { start = { is = \"box\" }, until = { is = \"end of box\" }, max-lines = 1000 }";
    let credit = "span = { contains = \"(photo: ellery)\" }";
    let many_literals: Vec<String> = (0..1000).map(|n| format!("\"{}b{n}\"", "a".repeat(40))).collect();
    let many_rules: String = (0..1000)
        .map(|n| format!("[[rule]]\nid = \"r{n}\"\nline = {{ any = true }}\nwhen = {{ head = 1, max-words = {} }}\n", n % 7 + 1))
        .collect();
    let many_runs: String = (0..1000)
        .map(|n| format!("[[rule]]\nid = \"r{n}\"\nrun = {{ min-lines = 9, each = {{ is = \"line {n}\" }} }}\n"))
        .collect();
    vec![
        case("line: each line a hit", is, |n| again(n, "ADVERTISEMENT\n")),
        case("line: every other line a hit", is, |n| again(n, "ADVERTISEMENT\nA line of words.\n")),
        case("line: every hit far from the next", is, |n| again(n, &format!("{}ADVERTISEMENT\n", "A line.\n\n".repeat(1000)))),
        case("line by shape: one row", shape, |n| again(n, "wordwordwordword\n")),
        case("line by shape: many rows amid prose", shape, |n| {
            SAID.to_owned() + &again(n, "wordwordwordword\nwordwordwordword\nwordwordwordword\nTwo words\n") + SAID
        }),
        case("line at the end: one goes a round", "line = { regex = '[a-z]+' }\nwhen = { tail = 1 }", |n| {
            again(n, "wordwordwordword\n")
        }),
        case("line after a share of the text", "line = { is = \"word\" }\nwhen = { after = 0.999 }", |n| {
            again(n, "word ---------\nA line of words.\n")
        }),
        case("1,000 rules that may not act", &many_rules, |n| again(n, "wordwordwordword\nwords words words\n")),
        case("span: one line, each word a hit", credit, |n| again(n, "(Photo: Ellery) ")),
        case("span: one line, every other word a hit", credit, |n| again(n, "x (Photo: Ellery) ")),
        case("span: one line of brackets in brackets", "span = { contains = \"()\" }", |n| {
            "(".repeat(n / 2) + &")".repeat(n / 2)
        }),
        case("span: regex, one line", r"span = { regex = '\(photo: [^()]+\)' }", |n| again(n, "x (Photo: Ellery) ")),
        case("span: regex that looks ahead for nothing", "span = { regex = '[a-z].*z|[a-z]', case = \"exact\" }", |n| {
            again(n, "a")
        }),
        case("span: regex that never closes", r"span = { regex = '\(photo: .+[^a-z(: ]' }", |n| again(n, "(photo: ")),
        case("span: regex of many states", "span = { regex = '[01]*1[01]{13}[^01]' }", |n| {
            let mut state = 1u32;
            (0..n)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    if state >> 31 == 0 { '0' } else { '1' }
                })
                .collect()
        }),
        case("span: short lines, each a hit", credit, |n| again(n, "x (Photo: Ellery) y\n")),
        case("block: starts without an end", until, |n| again(n, "box ----------\n")),
        case(
            "block: starts, then a long line without an end",
            "block = { start = { is = \"box\" }, until = { regex = '.* [^ ]{4} .*' }, max-lines = 1000 }",
            |n| again(n, &("box ----------\n".repeat(900) + &"xyz ".repeat(250_000) + "\n")),
        ),
        case("block: each start with its end", until, |n| again(n, "box ----------\nend of box ---\n")),
        case("block: many starts, one end", until, |n| again(n, &("box ----------\n".repeat(999) + "end of box\n"))),
        case(
            "block: to the end, again and again",
            "block = { start = { is = \"box\" }, until-end = true }\nwhen = { after = 0.9 }",
            |n| again(n, "box ----------\nA line of words.\n"),
        ),
        case(
            "block: lines above it",
            "block = { start = { is = \"box\" }, take = 0, lead = { lines = 20, max-words = 1000 } }",
            |n| again(n, "box ----------\n"),
        ),
        case("block: takes more", "block = { start = { is = \"box\" }, take = 1000000 }\nwhen = { tail = 3 }", |n| {
            again(n, "box ----------\nA line of words.\n")
        }),
        case("run: all lines", "run = { min-lines = 2, each = { max-words = 4 } }", |n| again(n, "wordwordwordword\n")),
        case("run: stretches too short", "run = { min-lines = 3, each = { max-words = 1 } }", |n| {
            again(n, "wordwordwordword\nwordwordwordword\nTwo words\n")
        }),
        case("run: 1,000 rules, each with its line", &many_runs, |n| lines(n, |n| format!("line {}", n % 1000))),
        case("repeat: all the same", "repeat = { within = \"article\", drop = \"later\", min-chars = 1 }", |n| {
            again(n, "The same again.\n")
        }),
        case(
            "repeat: all the same, may not go",
            "repeat = { within = \"article\", drop = \"later\", min-chars = 1 }\nwhen = { head = 3 }",
            |n| again(n, "The same again.\n"),
        ),
        case("repeat: pairs", "repeat = { within = \"adjacent\", drop = \"first\", min-chars = 1 }", |n| {
            lines(n, |n| format!("Line {}.", n / 2))
        }),
        case("repeat: nearly the same", "repeat = { within = \"article\", drop = \"all\", min-chars = 1 }", |n| {
            lines(n, |n| format!("The same line but for number {n}."))
        }),
        case(
            "contains: 1,000 literals that nearly stand there",
            &format!("line = {{ contains = [{}] }}\nwhen = {{ max-chars = 100000000 }}", many_literals.join(", ")),
            |n| again(n, "a"),
        ),
        Case {
            title: |n| Some("a ".repeat(n / 2)),
            ..case("title: as long as the article", "line = { any = true }\nwhen = { title = true }", |n| again(n, "a\n"))
        },
        case(
            "any of many tables",
            &format!(
                "line = [{}]",
                (0..500).map(|n| format!("{{ contains = \"box\", ends = \"e{n}\" }}")).collect::<Vec<_>>().join(", ")
            ),
            |n| again(n, "a box and an e\n"),
        ),
        case("nothing but blank lines", is, |n| again(n, "\n")),
        case("blank lines between hits", is, |n| again(n, &format!("{}ADVERTISEMENT\n", "\n".repeat(100_000)))),
        case("one line without a space", is, |n| again(n, "a")),
        case("one line of marks", is, |n| again(n, "* ")),
        case("lines of two bytes", is, |n| again(n, "a\n")),
        builtin("built in: each line a hit", |n| again(n, "ADVERTISEMENT\n")),
        builtin("built in: hits and prose", |n| again(n, &format!("{SAID}ADVERTISEMENT\nRead also: Storm closes ports\n"))),
        builtin("built in: short lines near a hit", |n| again(n, "ADVERTISEMENT\nStorm closes ports\nMore news\n")),
        builtin("built in: one line", |n| {
            again(n, "The council met on Tuesday (Photo: Ellery) and talked. Read also: ADVERTISEMENT ")
        }),
        builtin("built in: all the same", |n| again(n, SAID)),
        builtin("built in: nothing but blank lines", |n| again(n, "\n")),
        builtin("built in: lines of two bytes", |n| again(n, "a\n")),
        builtin("built in: letters beyond ASCII", |n| again(n, "\u{fdfa} ﷽ ｆｕｌｌ Ärger 广告 شارك\n")),
    ]
}

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [flag, number, bytes] = args.as_slice()
        && flag == "--one"
    {
        return one(&cases()[number.parse::<usize>().unwrap()], bytes.parse().unwrap());
    }
    let (wanted, sizes) = args.split_first().map_or((None, &[][..]), |(case, sizes)| (Some(case), sizes));
    let sizes: Vec<usize> = if sizes.is_empty() { SIZES.to_vec() } else { sizes.iter().map(|mb| mb.parse().unwrap()).collect() };
    let head: Vec<String> = sizes.iter().map(|mb| format!("{mb} MB")).collect();
    println!("| article | {} | last : 5 MB | memory |", head.join(" | "));
    println!("|---|{}---:|---:|", "---:|".repeat(sizes.len()));
    for (number, case) in cases().iter().enumerate() {
        if wanted.is_some_and(|wanted| wanted != "all" && !case.name.contains(wanted.as_str())) {
            continue;
        }
        let measured: Vec<(f64, f64)> = sizes.iter().map(|mb| measure(number, mb * 1_000_000)).collect();
        let times: Vec<String> = measured.iter().map(|(seconds, _)| format!("{seconds:.2}")).collect();
        let five = sizes.iter().position(|&mb| mb == 5).map_or(f64::NAN, |at| measured[at].0);
        let (last, memory) = measured.last().copied().unwrap_or_default();
        println!("| {} | {} | {:.1} | {memory:.0}× |", case.name, times.join(" | "), last / five);
    }
}

/// Seconds and memory, as a multiple of the article's size, of one measurement.
fn measure(number: usize, bytes: usize) -> (f64, f64) {
    let output = Command::new(env::current_exe().unwrap()).args(["--one", &number.to_string(), &bytes.to_string()]).output();
    let output = String::from_utf8(output.unwrap().stdout).unwrap();
    let mut numbers = output.split_whitespace().map(|number| number.parse::<f64>().unwrap()).chain(iter::repeat(f64::NAN));
    (numbers.next().unwrap(), numbers.next().unwrap() / bytes as f64)
}

/// Cleans and draws one article; says what that took.
fn one(case: &Case, bytes: usize) {
    let packs =
        case.rules.as_ref().map_or_else(Pack::builtin, |rules| Pack::parse("hostile", rules).map(|pack| vec![pack])).unwrap();
    let selection = Selection { confidence: Some(Confidence::Low), ..Selection::default() };
    let cleaner = Cleaner::builder().packs(packs).selection(selection).guard(Guard::OFF).build().unwrap();
    // Indexes and regexes are built once, whatever the article's size.
    black_box(cleaner.clean(&Article::new(&(case.article)(1000))));
    let (text, title) = ((case.article)(bytes), (case.title)(bytes));
    let before = memory("VmRSS");
    let start = Instant::now();
    let cpu = processor_time();
    let cleaned = cleaner.clean(&Article::new(&text).title(title.as_deref()));
    black_box(cleaned.text());
    let mut drawn = 0;
    draw("hostile", &cleaned, Look::default(), |_, piece| drawn += piece.len());
    let seconds = processor_time().map_or(start.elapsed().as_secs_f64(), |now| now - cpu.unwrap_or_default());
    println!("{seconds} {}", memory("VmHWM").saturating_sub(before));
}

/// Bytes of memory, as Linux tells; 0 elsewhere.
fn memory(what: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(0) << 10
}

/// Seconds that this process has had a processor; not known outside Linux.
fn processor_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/schedstat").ok()?;
    stat.split_whitespace().next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
}
