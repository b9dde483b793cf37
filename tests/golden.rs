//! What a reader sees, pinned as snapshots: read the difference before accepting it.

#[allow(dead_code)]
mod invented;

use dechaff::{
    Article, Category, Cleaned, Cleaner, Config, LineDiff, Pack,
    eval::{Evaluation, Gold},
};
use std::{
    collections::BTreeSet,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Snapshots beside those of the articles.
const OTHERS: &[&str] = &[
    "errors-in-rules",
    "errors-in-config",
    "diff-terminal",
    "diff-patch",
    "diff-stat",
    "diff-json",
    "explain",
    "help",
    "learned-pack",
    "labelled",
];

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(ROOT).join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

fn pin(name: &str, text: &str) {
    settings().bind(|| insta::assert_snapshot!(name, text));
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

#[test]
fn articles() {
    let cleaner = Cleaner::builtin().unwrap();
    for path in files("tests/articles") {
        let text = fs::read_to_string(&path).unwrap();
        let cleaned = cleaner.clean(&Article::new(&text));
        pin(stem(&path), &with_gutter(&cleaned));
    }
}

/// Invented articles whose own lines look like chaff, every line labelled by reading: how much goes, and each line of a
/// story that does.
#[test]
fn labelled() {
    let cleaner = Cleaner::builtin().unwrap();
    let (mut counts, mut wrong) = (String::new(), String::new());
    for path in files("tests/labelled") {
        let text = fs::read_to_string(&path).unwrap();
        let mut evaluation = Evaluation::default();
        for gold in text.lines().map(|line| Gold::parse(line).unwrap()) {
            evaluation.add(&gold, &cleaner.clean(&gold.article()), &Category::by_default);
        }
        let score = evaluation.all;
        let _ = writeln!(
            counts,
            "{}: {} articles, {} of {} lines of chaff gone, {} lines of stories",
            stem(&path),
            score.articles,
            score.lines_gone,
            score.lines,
            score.lines_wrong
        );
        for (rule, record) in &evaluation.rules {
            for (article, line) in &record.wrong {
                let _ = writeln!(wrong, "{} {article} ({rule}): {}", stem(&path), line.replace('\n', " / "));
            }
        }
    }
    pin("labelled", &format!("{counts}\n{wrong}"));
}

/// The whole article with a gutter: nothing at what stays, the category and rule at what goes.
fn with_gutter(cleaned: &Cleaned<'_>) -> String {
    let mut out = String::new();
    if let Some(reason) = cleaned.held() {
        let _ = writeln!(out, "held: {reason}");
    }
    for line in LineDiff::new(cleaned).lines() {
        let text = line.old.trim_end_matches(['\r', '\n']);
        if !line.is_touched() {
            let _ = writeln!(out, "  | {text}");
            continue;
        }
        let sign = if line.is_gone() { '-' } else { '~' };
        let names: BTreeSet<String> = line.cuts.iter().map(|cut| format!("{} {}", cut.category(), cut.rule())).collect();
        let names: Vec<String> = names.into_iter().collect();
        let _ = writeln!(out, "{sign} | {text}");
        if !text.trim().is_empty() {
            let _ = writeln!(out, "    ^ {}", names.join(", "));
        }
        if !line.is_gone() {
            let _ = writeln!(out, "  | {}", line.new_text().trim_end_matches(['\r', '\n']));
        }
    }
    out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn errors_in_rules() {
    let mut all = String::new();
    for path in files("tests/invalid") {
        let text = fs::read_to_string(&path).unwrap();
        let result = Pack::parse(stem(&path), &text).and_then(|pack| Cleaner::builder().packs([pack]).build());
        let error = result.map(|_| ()).expect_err(stem(&path));
        let _ = writeln!(all, "{error}\n");
    }
    pin("errors-in-rules", &all);
}

#[test]
fn errors_in_config() {
    let mut all = String::new();
    for path in files("tests/invalid/config") {
        let error = Config::read(&path).map(|_| ()).expect_err(stem(&path)).to_string();
        let _ = writeln!(all, "{}\n", error.replace(&format!("{ROOT}/tests/invalid/config/"), ""));
    }
    pin("errors-in-config", &all);
}

/// What the binary prints for the invented articles, without the rules of other packs getting in.
#[test]
fn command_line() {
    let article = "tests/articles/03-en-sanction-shadow.txt";
    let cleaner = Cleaner::builtin().unwrap();
    for (name, args) in [
        ("diff-terminal", &["diff", "tests/articles/01-en-harbour-talks.txt", article][..]),
        ("diff-patch", &["diff", "--format", "patch", article]),
        ("diff-stat", &["diff", "--stat", "tests/articles/01-en-harbour-talks.txt", article]),
        ("diff-json", &["diff", "--format", "json", article]),
        ("explain", &["explain", article]),
        ("help", &["--help"]),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_dechaff")).args(args).current_dir(ROOT).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        // The version changes with every rule.
        pin(name, &String::from_utf8(output.stdout).unwrap().replace(cleaner.version(), "[version]"));
    }
}

#[test]
fn a_learned_pack() {
    let folder = tempfile::TempDir::new().unwrap();
    fs::write(folder.path().join("crawl.jsonl"), invented::jsonl(0..invented::ARTICLES)).unwrap();
    let args = ["learn", "--isolated", "crawl.jsonl"];
    let output = Command::new(env!("CARGO_BIN_EXE_dechaff")).args(args).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    pin("learned-pack", &String::from_utf8(output.stdout).unwrap());
}

#[test]
fn no_snapshot_is_left_over() {
    let articles = files("tests/articles");
    let wanted: BTreeSet<&str> = articles.iter().map(|path| stem(path)).chain(OTHERS.iter().copied()).collect();
    let snapshots = files("snapshots");
    let found: BTreeSet<&str> = snapshots.iter().map(|path| stem(path)).collect();
    assert_eq!(found, wanted);
}
