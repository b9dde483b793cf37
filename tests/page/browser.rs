//! A headless Chromium, driven by WebDriver.

use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

pub struct Browser {
    driver: Child,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts one; none where no chromedriver is installed and `DECHAFF_BROWSER` does not ask for it.
    pub fn start() -> Option<Browser> {
        let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = match started {
            Ok(driver) => driver,
            Err(error) if env::var_os("DECHAFF_BROWSER").is_some() => panic!("chromedriver: {error}"),
            Err(error) => {
                eprintln!("skipped: no chromedriver ({error}); Debian has it in chromium-driver, and CI installs it");
                return None;
            }
        };
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port =
            lines.find_map(|line| Some(line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_owned()));
        // Keeps its pipe open for as long as it writes to it.
        std::thread::spawn(move || lines.for_each(drop));
        let profile = TempDir::new().unwrap();
        let quiet = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                     --disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1280,900";
        let mut args: Vec<String> = quiet.split_whitespace().map(str::to_owned).collect();
        args.push(format!("--user-data-dir={}", profile.path().display()));
        let asked =
            json!({ "browserName": "chrome", "goog:chromeOptions": { "args": args }, "goog:loggingPrefs": { "browser": "ALL" } });
        let mut browser = Browser { driver, session: format!("http://127.0.0.1:{}", port.unwrap()), _profile: profile };
        let made = browser.post("/session", json!({ "capabilities": { "alwaysMatch": asked } }));
        browser.session += &format!("/session/{}", made["sessionId"].as_str().unwrap());
        Some(browser)
    }

    /// Asks the driver; what it answers with is the value, or the test fails.
    #[track_caller]
    fn post(&self, path: &str, body: Value) -> Value {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let answer = agent.post(format!("{}{path}", self.session)).send_json(&body).unwrap();
        let mut value: Value = answer.into_body().read_json().unwrap();
        assert!(value["value"].get("error").is_none(), "{path} {body}: {}", value["value"]);
        value["value"].take()
    }

    /// Opens a page and waits until its script is through.
    #[track_caller]
    pub fn open(&self, page: &Path) {
        self.post("/url", json!({ "url": format!("file://{}", page.display()) }));
        self.wait("return document.documentElement.dataset.ready === 'yes'");
    }

    /// Runs a script in the page.
    #[track_caller]
    pub fn eval(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
    }

    /// Waits until a script says true.
    #[track_caller]
    pub fn wait(&self, script: &str) {
        let start = Instant::now();
        while self.eval(script) != json!(true) {
            assert!(start.elapsed() < Duration::from_secs(60), "never so: {script}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    fn element(&self, css: &str) -> String {
        let found = self.post("/element", json!({ "using": "css selector", "value": css }));
        found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned()
    }

    /// Clicks on what a person would click on: it must be in sight.
    #[track_caller]
    pub fn click(&self, css: &str) {
        self.post(&format!("/element/{}/click", self.element(css)), json!({}));
    }

    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) {
        self.post(&format!("/element/{}/value", self.element(css)), json!({ "text": text }));
    }

    /// Presses keys one after another.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let presses = keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": key })));
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": presses.collect::<Vec<_>>() });
        self.post("/actions", json!({ "actions": [keyboard] }));
    }

    /// Commands of Chromium's own.
    fn cdp(&self, command: &str, params: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": params }))
    }

    pub fn colours(&self, scheme: &str) {
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }));
    }

    pub fn size(&self, width: usize, height: usize) {
        let mobile = width < 500;
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile }),
        );
    }

    /// What the page complained of.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({ "type": "browser" }));
        log.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// A picture of what is in sight, kept where `DECHAFF_SHOTS` names a folder.
    pub fn shot(&self, name: &str) -> Vec<u8> {
        let answer = self.cdp("Page.captureScreenshot", json!({ "format": "png" }));
        let png = data_encoding::BASE64.decode(answer["data"].as_str().unwrap().as_bytes()).unwrap();
        if let Some(folder) = env::var_os("DECHAFF_SHOTS") {
            std::fs::write(Path::new(&folder).join(format!("{name}.png")), &png).unwrap();
        }
        png
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let agent = ureq::Agent::new_with_defaults();
        let _ = agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
