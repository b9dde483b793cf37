//! An invented paper: articles of one site with the furniture of their pages around them.

/// Articles of the site.
pub const ARTICLES: usize = 12;

/// The title of an article, by its number.
pub fn title(n: usize) -> String {
    let who = ["Ferrymen", "Bakers", "Pilots", "Millers"][n % 4];
    let what = ["ask for a new quay", "refuse the winter tariff", "bring back the old fair"][n % 3];
    format!(
        "{who} {what} in ward {}",
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"][n % 12]
    )
}

/// A paragraph that no other article has.
pub fn prose(n: usize, part: usize) -> String {
    let who = ["Orla Venn", "Tomas Quill", "Ada Marsh", "Bram Halloran", "Inge Solder"][(n + part) % 5];
    let thing =
        ["harbour wall", "tide mill", "night ferry", "salt store", "signal tower", "rope walk", "fish hall"][(n * 3 + part) % 7];
    let when =
        ["before the ice comes", "once the fair is over", "when the herring run", "after the spring tide"][(n + 2 * part) % 4];
    let many = ["eleven", "twenty", "sixty", "four hundred", "nine"][(2 * n + part) % 5];
    let word = ["alder", "birch", "cedar", "damson", "elm", "fir", "gorse", "hazel", "ivy", "juniper", "larch", "maple"][n % 12];
    format!(
        "{who} told the council that the {thing} by the {word} lane would be mended {when}, although {many} households had asked for {} more weeks.",
        part + 2
    )
}

/// The text of an article.
pub fn text(n: usize) -> String {
    let mut lines =
        vec!["Quay · Market · Weather · Letters of the ward".to_owned(), title(n), "PORT ELLERY".to_owned(), prose(n, 0)];
    if n.is_multiple_of(2) {
        lines.push("What happens next?".to_owned());
    }
    lines.push(prose(n, 1));
    lines.push(format!("Courier extra: {}", title(n + 5)));
    lines.push(prose(n, 2));
    // A link that nothing marks.
    lines.push(title(n + 7));
    lines.push(prose(n, 3));
    lines.push("Have the harbour pages in your letter box every morning".to_owned());
    lines.push(format!("{} neighbours have passed this page on", 17 * n + 3));
    lines.push("Wanted this week".to_owned());
    lines.extend([1, 2, 4].map(|ahead| title(n + ahead)));
    lines.push("The newsroom is at the old customs house".to_owned());
    lines.join("\n\n") + "\n"
}

/// All articles as JSON lines, in the order of the numbers.
pub fn jsonl(order: impl Iterator<Item = usize>) -> String {
    order
        .map(|n| {
            let record = serde_json::json!({
                "url": format!("https://www.courier.example.com/2031/{:02}/{n}", n + 1), "title": title(n), "text": text(n)
            });
            format!("{record}\n")
        })
        .collect()
}
