//! What was cut comes back, byte for byte.

use super::desk::*;

#[test]
fn restore_puts_everything_back() {
    let desk = Desk::new();
    let crlf = dirty().replace('\n', "\r\n");
    let bom = format!("\u{feff}{}", dirty().trim_end());
    for (name, text) in
        [("in/a.txt", dirty()), ("in/crlf.txt", crlf.clone()), ("in/bom.txt", bom.clone()), ("in/clean.txt", PROSE.into())]
    {
        desk.write(name, text);
    }
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "in"]).exits(0);
    assert_eq!(desk.read("in/crlf.txt"), PROSE.replace('\n', "\r\n"));
    assert_eq!(desk.read("in/bom.txt"), format!("\u{feff}{}", PROSE.trim_end()));
    // A second run finds nothing and loses nothing of the ledger.
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "in"]).exits(0);
    desk.run_bare(&["restore", "-o", "back", "--ledger", "cuts.jsonl", "in"], "").exits(0);
    let ran = desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "in"], "").exits(0);
    for folder in ["in", "back"] {
        assert_eq!(desk.read(&format!("{folder}/a.txt")), dirty());
        assert_eq!(desk.read(&format!("{folder}/crlf.txt")), crlf);
        assert_eq!(desk.read(&format!("{folder}/bom.txt")), bom);
        assert_eq!(desk.read(&format!("{folder}/clean.txt")), PROSE);
    }
    assert!(ran.err().contains("clean.txt: left as it is"), "it reads like what is left of a.txt: {}", ran.err());
    // Restoring what stands restored changes nothing.
    desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "in"], "").exits(0);
    assert_eq!(desk.read("in/a.txt"), dirty());
}

#[test]
fn restore_refuses_what_was_changed_since() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    desk.write("b.txt", format!("{}More.\n", dirty()));
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "a.txt", "b.txt"]).exits(0);
    desk.write("a.txt", format!("{PROSE}Another line.\n"));
    let ran = desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "a.txt", "b.txt"], "").exits(2);
    assert!(ran.err().contains("a.txt") && ran.err().contains("changed since"), "{}", ran.err());
    assert_eq!(desk.read("a.txt"), format!("{PROSE}Another line.\n"));
    assert!(desk.read("b.txt").starts_with("ADVERTISEMENT"), "the others are done");
    desk.write("cuts.jsonl", "{\"path\": 3}\n");
    assert!(desk.run_bare(&["restore", "--ledger", "cuts.jsonl", "a.txt"], "").exits(2).err().contains("cuts.jsonl:1"));
}

#[test]
fn a_ledger_cut_short_still_restores_the_rest() {
    let desk = Desk::new();
    desk.write("a.txt", dirty());
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "a.txt"]).exits(0);
    let whole = desk.read("cuts.jsonl");
    desk.write("cuts.jsonl", format!("{whole}{}", &whole[..whole.len() / 2]));
    desk.write("b.txt", format!("{}End.\n", dirty()));
    desk.run(&["clean", "-w", "--ledger", "cuts.jsonl", "b.txt"]).exits(0);
    desk.run_bare(&["restore", "-w", "--ledger", "cuts.jsonl", "a.txt", "b.txt"], "").exits(0);
    assert_eq!(desk.read("a.txt"), dirty());
    assert_eq!(desk.read("b.txt"), format!("{}End.\n", dirty()));
}
