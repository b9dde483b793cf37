//! The tutorial, followed step by step in an empty folder: what it says is printed is what is printed.

use std::{fs, path::Path, process::Command};

#[test]
fn the_tutorial_works() {
    let desk = tempfile::TempDir::new().unwrap();
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tutorial.md")).unwrap();
    let folder = Path::new(env!("CARGO_BIN_EXE_dechaff")).parent().unwrap().to_owned();
    let path = std::env::join_paths([folder].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let mut printed = String::new();
    let mut steps = 0;
    for block in text.split("\n```").skip(1).step_by(2) {
        let (kind, code) = block.split_once('\n').unwrap();
        match kind {
            "sh" => {
                let mut shell = Command::new("sh");
                shell.args(["-euc", code]).current_dir(desk.path()).env("PATH", path.as_ref().unwrap());
                let output = shell.output().unwrap();
                assert!(output.status.success(), "{code}\n{}", String::from_utf8_lossy(&output.stderr));
                assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{code}");
                printed = String::from_utf8(output.stdout).unwrap();
                steps += 1;
            }
            "text" => assert_eq!(printed.trim_end(), code.trim_end()),
            other => panic!("a block of {other}"),
        }
    }
    assert!(steps > 6);
    let restored = fs::read_to_string(desk.path().join("articles/tide.txt")).unwrap();
    assert!(restored.contains("ADVERTISEMENT") && restored.contains("Lamp Extra: How"), "put back: {restored}");
}
