//! The page of `diff --format html` in a real browser: filters, walking, looks, and text of strangers.

#[path = "page/browser.rs"]
mod browser;

use browser::Browser;
use serde_json::{Value, json};
use std::{fs, path::PathBuf, process::Command};
use tempfile::TempDir;

const RULES: &str = r#"
[[rule]]
id = "ad"
category = "ad"
confidence = "high"
line = { starts = ["advertisement"] }

[[rule]]
id = "more"
category = "related"
line = { starts = ["more:"] }

[[rule]]
id = "credit"
category = "caption"
span = { regex = '\(photo: (?<who>[^)]+)\)' }
"#;

const PROSE: &[&str] = &[
    "The council of Port Ellery met on Tuesday and talked for four hours about the new bridge across the sound.",
    "Nobody had expected a vote, yet by nightfall eleven of the fifteen members had raised their hands for it.",
    "Work is to begin in spring, once the ice has left the upper river and the quarry has opened its gates again.",
    "Fishermen on the eastern shore fear for their moorings and have asked for a meeting with the engineers.",
];

struct Desk(TempDir);

impl Desk {
    fn new(articles: &[(&str, String)]) -> Desk {
        let desk = Desk(TempDir::new().unwrap());
        let record = |(host, text): &(&str, String)| json!({ "host": host, "text": text }).to_string() + "\n";
        fs::write(desk.0.path().join("mine.toml"), RULES).unwrap();
        fs::write(desk.0.path().join("a.jsonl"), articles.iter().map(record).collect::<String>()).unwrap();
        desk
    }

    fn page(&self, args: &[&str]) -> PathBuf {
        let fixed =
            ["diff", "--format", "html", "-o", "report.html", "--isolated", "--no-builtin", "--rules", "mine.toml", "a.jsonl"];
        let output =
            Command::new(env!("CARGO_BIN_EXE_dechaff")).args(fixed).args(args).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty());
        self.0.path().join("report.html")
    }
}

fn few() -> Desk {
    let prose = PROSE.join("\n\n");
    Desk::new(&[
        ("example.com", format!("Bridge vote\n\nADVERTISEMENT\n\n{prose}\n\nMore: Storm closes ports\n")),
        ("example.org", format!("Quay\n\nThe quay at dusk (photo: Orla Venn) and its boats.\n\n{prose}\n\nAdvertisement: tar\n")),
        ("example.net", format!("Nothing to cut\n\n{prose}\n")),
    ])
}

fn status(browser: &Browser) -> String {
    browser.eval("return document.getElementById('status').textContent").as_str().unwrap().to_owned()
}

fn shown(browser: &Browser) -> Value {
    browser.eval("return [...document.querySelectorAll('article:not([hidden]) h2')].map((h) => h.textContent)")
}

#[test]
fn filters_and_walking() {
    let Some(browser) = Browser::start() else { return };
    let desk = few();
    browser.open(&desk.page(&[]));
    assert_eq!(browser.eval("return document.getElementById('totals').textContent"), "3 articles: 4 cuts in 2");
    assert_eq!(status(&browser), "4 cuts in 2 articles");
    assert_eq!(shown(&browser), json!(["a.jsonl:1 example.com · 2 cuts", "a.jsonl:2 example.org · 2 cuts"]));
    assert_eq!(browser.eval("return performance.getEntriesByType('resource').length"), 0, "the page loads nothing");

    let told: Vec<String> = "jjjjk"
        .chars()
        .map(|key| {
            browser.press(&key.to_string());
            let focus = browser.eval("return document.activeElement.textContent").as_str().unwrap().to_owned();
            let (number, rest) =
                status(&browser).split_once(": ").map(|(number, rest)| (number.to_owned(), rest.to_owned())).unwrap();
            assert!(rest.replace(',', "").starts_with(&focus), "{focus} has the focus at {rest}");
            format!("{number} {rest}")
        })
        .collect();
    assert_eq!(
        told,
        [
            "1 of 4 cuts ad, mine/ad, high confidence",
            "2 of 4 cuts related, mine/more, medium confidence",
            "3 of 4 cuts caption, mine/credit, medium confidence; who: Orla Venn",
            "4 of 4 cuts ad, mine/ad, high confidence",
            "3 of 4 cuts caption, mine/credit, medium confidence; who: Orla Venn",
        ]
    );
    assert_eq!(
        browser.eval("return [...document.querySelectorAll('del.here')].map((it) => it.textContent)"),
        json!(["(photo: Orla Venn) "])
    );
    assert_eq!(browser.eval("return document.querySelector('del.here').title"), "caption, mine/credit (medium)");
    browser.press("[");
    assert!(status(&browser).starts_with("1 of 4"), "{}", status(&browser));
    browser.press("]");
    assert!(status(&browser).starts_with("3 of 4"), "{}", status(&browser));

    browser.click("input[value=related]");
    assert_eq!(status(&browser), "1 cut in 1 article");
    assert_eq!(shown(&browser), json!(["a.jsonl:1 example.com · 2 cuts"]));
    browser.click("input[value=caption]");
    assert_eq!(status(&browser), "2 cuts in 2 articles", "two boxes of one facet are either or");
    browser.click("input[value='example.org']");
    assert_eq!(status(&browser), "1 cut in 1 article", "boxes of two facets are both");
    browser.press("j");
    assert!(status(&browser).starts_with("1 of 1 cut: caption"), "{}", status(&browser));
    browser.click("#reset");
    assert_eq!(status(&browser), "4 cuts in 2 articles");
    browser.press("/");
    browser.press("storm j");
    browser.wait("return document.getElementById('status').textContent === '0 cuts in 0 articles'");
    browser.click("#reset");
    browser.fill("#find", "STORM CLOSES");
    browser.wait("return document.getElementById('status').textContent === '2 cuts in 1 article'");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn views_of_an_article() {
    let Some(browser) = Browser::start() else { return };
    let desk = few();
    browser.open(&desk.page(&[]));
    let lines = "return [...document.querySelectorAll('article:first-of-type .row .old .text')].map((it) => it.textContent)";
    let folded = browser.eval(lines).as_array().unwrap().len();
    browser.click(".fold");
    let open = browser.eval(lines).as_array().unwrap().len();
    assert!(folded < open, "{folded} {open}");
    browser.press("w");
    assert_eq!(browser.eval(lines).as_array().unwrap().len(), 2 + 2 + 8 + 1 - 2 + 2);
    browser.press("s");
    let left = browser.eval("return [...document.querySelectorAll('article:nth-of-type(2) .left')].map((it) => it.textContent)");
    let left: Vec<&str> = left.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(left[..3], ["Quay", "", "The quay at dusk and its boats."]);
    assert_eq!(left.last(), Some(&""));
    assert_eq!(browser.eval("return getComputedStyle(document.querySelector('.left')).display"), "block");
    browser.press("?");
    assert_eq!(browser.eval("return document.getElementById('keys').open"), true);
    browser.click("#use-keys");
    browser.click("dialog button");
    browser.press("s");
    assert_eq!(browser.eval("return document.querySelector('main').classList.contains('side')"), true, "the keys are off");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Contrast of every text that has a colour of its own with what is behind it, as WCAG counts it; the least of it.
const CONTRAST: &str = r#"
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const parts = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
const behind = (node) => { const colour = parts(getComputedStyle(node).backgroundColor); return colour[3] ? colour : behind(node.parentElement); };
const worst = [...document.querySelectorAll("body *")].filter((it) => [...it.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && it.checkVisibility() && it.tagName !== "SCRIPT")
  .map((it) => { const [a, b] = [light(parts(getComputedStyle(it).color)), light(behind(it))]; return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), it.outerHTML.slice(0, 80)]; })
  .sort((a, b) => a[0] - b[0])[0];
return worst;
"#;

#[test]
fn readable_in_any_light_and_width() {
    let Some(browser) = Browser::start() else { return };
    let categories = [
        "ad",
        "caption",
        "related",
        "share",
        "comments",
        "subscribe",
        "nav",
        "legal",
        "source",
        "stamp",
        "byline",
        "media",
        "duplicate",
        "code",
        "other",
        "headline",
    ];
    let mut rules = String::new();
    let mut text = format!("Bridge vote\n\n{}\n", PROSE.join("\n\n"));
    for category in categories {
        rules += &format!("[[rule]]\nid = \"{category}\"\ncategory = \"{category}\"\nline = {{ is = \"chaff {category}\" }}\n");
        text += &format!("\nChaff {category}\n");
    }
    let desk = Desk::new(&[("example.com", text), ("example.org", "Chaff ad\nChaff nav\n".repeat(9))]);
    fs::write(desk.0.path().join("mine.toml"), &rules).unwrap();
    let page = desk.page(&["--select", "all"]);
    for scheme in ["light", "dark"] {
        for (name, width, height) in [("desktop", 1280, 900), ("phone", 360, 740)] {
            browser.size(width, height);
            browser.colours(scheme);
            browser.open(&page);
            browser.press("jj");
            let dark = browser.eval("return matchMedia('(prefers-color-scheme: dark)').matches");
            assert_eq!(dark, scheme == "dark");
            let worst = browser.eval(CONTRAST);
            assert!(worst[0].as_f64().unwrap() >= 4.5, "{scheme} {name}: {worst}");
            let wide = browser.eval("return document.scrollingElement.scrollWidth").as_u64().unwrap();
            assert!(wide <= width as u64, "{name}: {wide} wide");
            assert!(browser.shot(&format!("{scheme}-{name}")).starts_with(b"\x89PNG"));
            browser.press("s");
            browser.shot(&format!("{scheme}-{name}-side"));
        }
    }
    for landmark in ["header h1", "main", "nav[aria-label]", "form[role=search]", "[role=status]", "html[lang]"] {
        assert_eq!(browser.eval(&format!("return document.querySelectorAll('{landmark}').length")), 1, "{landmark}");
    }
    let unnamed = "return [...document.querySelectorAll('button, input')].filter((it) => !(it.textContent || it.labels?.length || it.ariaLabel)).length";
    assert_eq!(browser.eval(unnamed), 0, "every control has a name");
}

#[test]
fn text_of_strangers_is_text() {
    let Some(browser) = Browser::start() else { return };
    let evil = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\"></script><!-- \u{2028} &lt; ' \" `${1}`";
    let text = format!("{evil}\n\nAdvertisement {evil}\n\nThe quay (photo: {evil}) at dusk.\n\n{}\n\u{202e}{evil}\n", PROSE[0]);
    let desk = Desk::new(&[("<script>document.title='owned'</script>", text)]);
    browser.open(&desk.page(&["--select", "all"]));
    browser.press("jjjw");
    assert_eq!(browser.eval("return document.title"), "What dechaff would cut");
    assert_eq!(browser.eval("return document.querySelectorAll('main script, main img').length"), 0);
    let texts = browser.eval("return [...document.querySelectorAll('.row .old .text')].map((it) => it.textContent)");
    assert_eq!(texts[0], evil);
    assert_eq!(texts[2], format!("Advertisement {evil}"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn two_thousand_articles() {
    let Some(browser) = Browser::start() else { return };
    let prose = PROSE.join("\n\n");
    let article = |n: usize| format!("Vote {n}\n\nADVERTISEMENT\n\n{prose}\n\n{prose}\n\nMore: Storm {n} closes ports\n");
    let hosts: Vec<String> = (0..40).map(|n| format!("h{n}.example.com")).collect();
    let articles: Vec<(&str, String)> = (0..2_000).map(|n| (hosts[n % 40].as_str(), article(n))).collect();
    let desk = Desk::new(&articles);
    browser.open(&desk.page(&[]));
    assert_eq!(status(&browser), "4,000 cuts in 2,000 articles");
    let drawn = "return [...document.querySelectorAll('article')].filter((it) => it.querySelector('.row')).length";
    browser.wait("return document.querySelector('article .row') !== null");
    assert!(browser.eval(drawn).as_u64().unwrap() < 100, "only what is near the screen is drawn");
    browser.eval("document.querySelector('article:last-of-type').scrollIntoView()");
    browser.wait("return document.querySelector('article:last-of-type .row') !== null");
    browser.wait("return document.querySelector('article:first-of-type .row') === null");
    browser.press("j");
    assert!(status(&browser).starts_with("3,99"), "the first step leads to what is in sight: {}", status(&browser));
    browser.press("jjjjjjjjjj");
    assert!(status(&browser).starts_with("4,000 of 4,000 cuts: related"), "{}", status(&browser));
    let in_sight = "const box = document.activeElement.getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight";
    assert_eq!(browser.eval(in_sight), true);
    browser.fill("input[aria-label='Find a host']", "h7.");
    browser.click("input[value='h7.example.com']");
    assert_eq!(status(&browser), "100 cuts in 50 articles");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_sample_says_that_it_is_one() {
    let Some(browser) = Browser::start() else { return };
    let desk = few();
    browser.open(&desk.page(&["--sample", "1"]));
    assert_eq!(browser.eval("return document.getElementById('totals').textContent"), "3 articles: 4 cuts in 2, 1 of 2 shown");
}
