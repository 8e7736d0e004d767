//! The page of `svclint graph --format html`: what stands in it, and what a browser makes of it.

#![allow(clippy::print_stdout)]

mod browser;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use browser::Browser;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path as FilePath, PathBuf};
use svclint::load::{Request, load};
use svclint::object::Text;
use svclint::report::graph_html;
use svclint::run::{self, Options};
use svclint::text::source::SourceId;
use svclint::trace::Question;
use svclint::unit::{Plan, UnitFile, UnitKind};

/// The page of texts that are applied together.
fn page_of(text: &str) -> String {
    let plan = Plan {
        files: vec![UnitFile::plain(SourceId(0))],
        ..Plan::new("shop".to_owned(), UnitKind::Directory)
    };
    page(vec![Text::new("shop.yaml", text)], vec![plan])
}

/// The page of the demonstration.
fn demo() -> String {
    let request = Request {
        paths: vec![PathBuf::from("testdata/demo")],
        current_dir: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        ..Request::default()
    };
    let loaded = load(&request, &mut std::io::empty()).expect("a path without globs");
    let (texts, plans) = loaded.plans();
    page(texts, plans)
}

fn page(texts: Vec<Text>, plans: Vec<Plan>) -> String {
    let options = Options::default();
    let links = run::link(texts, plans, &options);
    let (report, paths) = run::paths(links, &options, &Question::Services);
    let mut out = Vec::new();
    graph_html(&report, &paths.all, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("it is text")
}

/// A Service with its pods.
fn pair(name: &str, target: &str) -> String {
    let name = serde_json::to_string(name).expect("a text");
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  \
         selector: {{app: {name}}}\n  ports: [{{port: 80, targetPort: {target}}}]\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec:\n  replicas: 2\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    \
         metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n      \
         - {{name: app, image: x, ports: [{{name: http, containerPort: 8080}}]}}\n---\n"
    )
}

/// So many Services, of which every hundredth is broken.
fn many(count: usize) -> String {
    let target = |at: usize| if at % 100 == 7 { "htpp" } else { "http" };
    (0..count)
        .map(|at| pair(&format!("svc-{at}"), target(at)))
        .collect()
}

/// Names that would be HTML.
const HOSTILE: [&str; 4] = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "<!--<script>",
];

fn hostile() -> String {
    HOSTILE.map(|name| pair(name, "http")).concat()
}

/// What stands between two texts.
fn between<'t>(text: &'t str, before: &str, behind: &str) -> &'t str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(behind).expect(behind).0
}

#[test]
fn the_page_lets_nothing_run_but_its_own_script() {
    let page = demo();
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for (source, before, behind) in [
        ("style-src", "<style>", "</style>"),
        ("script-src", "<script>", "</script>"),
    ] {
        let digest = Sha256::digest(between(&page, before, behind));
        let hash = format!("{source} 'sha256-{}'", STANDARD.encode(digest));
        assert!(policy.contains(&hash), "the policy has to say: {hash}");
    }
    for outside in ["http:", "https:", "//", "src=", "url(h"] {
        let (head, _) = page.split_once("<script type").expect("data");
        assert!(!head.contains(outside), "{outside}");
    }
}

#[test]
fn the_page_is_the_same_every_time() {
    let first = demo();
    assert!((0..8).all(|_| demo() == first));
}

#[test]
fn names_are_no_html() {
    let page = page_of(&hostile());
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
    for part in ["<img", "<!--", "alert(1)<", "<svg"] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn values_of_secrets_are_not_in_the_page() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: shop}\n\
                  stringData:\n  password: hunter2\n---\n";
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  \
                metadata: {name: a}\n  stringData:\n    password: hunter3\n- apiVersion: v1\n  \
                kind: Service\n  metadata: {name: b, namespace: shop}\n  \
                spec: {selector: {app: b}, ports: [{port: 80}]}\n";
    let page = page_of(&format!("{secret}{}{list}", pair("a", "http")));
    assert!(page.contains("\"name\":\"shop/b\""), "the Service is there");
    assert!(!page.contains("hunter"));
}

/// Writes a page where a browser finds it.
fn save(name: &str, page: &str) -> PathBuf {
    let file = FilePath::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, page).expect("a file");
    file
}

#[test]
fn a_browser_shows_the_paths() {
    let browser = match Browser::open() {
        Ok(browser) => browser,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    shows_the_demonstration(&browser);
    is_used_by_keyboard(&browser);
    shows_names_as_text(&browser);
    shows_a_thousand_services(&browser);
}

/// The texts of what a selector finds.
fn texts(browser: &Browser, selector: &str) -> Vec<String> {
    let found = browser.run(&format!(
        "return [...document.querySelectorAll({selector:?})].map((own) => own.textContent)"
    ));
    let found = found.as_array().expect("a list").iter();
    found
        .map(|text| text.as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Writes into the field of the search.
fn search(browser: &Browser, words: &str) -> Vec<String> {
    browser.run(&format!(
        "const field = document.getElementById('search'); field.value = {words:?}; \
         field.dispatchEvent(new Event('input'))"
    ));
    texts(browser, "#rows tr")
}

/// Nothing came from elsewhere, and nothing went wrong.
fn is_quiet(browser: &Browser) {
    assert_eq!(browser.console(), [""; 0]);
    let loaded = browser.run("return performance.getEntriesByType('resource').length");
    assert_eq!(loaded, 0);
}

fn shows_the_demonstration(browser: &Browser) {
    browser.visit(&save("demo.html", &demo()));
    let rows = texts(browser, "#rows tr");
    assert_eq!(rows.len(), 7, "{rows:#?}");
    assert!(rows[0].contains("broken"), "{rows:#?}");
    let named = rows
        .iter()
        .any(|row| row.contains("service-selector-no-match"));
    assert!(named, "{rows:#?}");

    let found = search(browser, "shop/redis");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(search(browser, "no such thing").is_empty());
    assert_eq!(search(browser, ""), rows);
    browser.run("document.querySelector('#states button[data-state=ok]').click()");
    let fine = texts(browser, "#rows .state");
    assert!(
        !fine.is_empty() && fine.iter().all(|own| own.contains("ok")),
        "{fine:?}"
    );
    browser.run("document.querySelector('#states button[data-state=\"\"]').click()");

    browser.run(
        "[...document.querySelectorAll('#rows tr')]\
         .find((row) => row.textContent.includes('service-selector-no-match'))\
         .querySelector('button').click()",
    );
    assert!(texts(browser, "#verdict")[0].contains("service-selector-no-match"));
    assert!(texts(browser, "#steps")[0].contains("tier=backned"));
    let seen = browser.run(
        "const seen = (own) => own.getBoundingClientRect().width > 0; \
         return ['.edge.broken', '.cross', '.node.broken', '#lines mark.broken']\
         .filter((own) => ![...document.querySelectorAll(own)].some(seen))",
    );
    assert_eq!(seen, serde_json::json!([]), "what is not to be seen");
    is_quiet(browser);
}

fn is_used_by_keyboard(browser: &Browser) {
    browser.run("document.getElementById('search').focus()");
    // Past the verdicts and the namespaces, to the first path.
    browser.press("\u{e004}\u{e004}\u{e004}\u{e004}\u{e004}\u{e004}");
    let focused = "const own = document.activeElement; return own.textContent";
    let path = browser.run(focused);
    assert_eq!(path, texts(browser, "#rows button")[0].as_str());
    browser.press("\u{e007}");
    let title = browser.run(focused);
    assert_eq!(title, texts(browser, "#title")[0].as_str());
    // Past the picture, which scrolls, to an object in it.
    browser.press("\u{e004}\u{e004}\u{e007}");
    let pressed = texts(browser, ".node[aria-pressed=true]");
    assert_eq!(pressed, [browser.run(focused).as_str().expect("a button")]);
    let nameless = browser.run(
        "return [...document.querySelectorAll('button, input, select, [tabindex=\"0\"]')]\
         .filter((own) => !own.textContent.trim() && !own.labels?.length \
         && !own.getAttribute('aria-label')).length",
    );
    assert_eq!(nameless, 0);
    is_quiet(browser);
}

fn shows_names_as_text(browser: &Browser) {
    browser.visit(&save("hostile.html", &page_of(&hostile())));
    let rows = texts(browser, "#rows tr");
    for name in HOSTILE {
        assert!(rows.iter().any(|row| row.contains(name)), "{name}");
        search(browser, name);
        browser.run("document.querySelector('#rows button').click()");
        let shown = texts(browser, ".node .name");
        assert!(shown.iter().any(|own| own.contains(name)), "{shown:?}");
    }
    let strange = browser.run("return document.querySelectorAll('img, #picture script').length");
    assert_eq!(strange, 0);
    is_quiet(browser);
}

fn shows_a_thousand_services(browser: &Browser) {
    let page = page_of(&many(1_000));
    browser.visit(&save("many.html", &page));
    assert_eq!(texts(browser, "#rows tr").len(), 20);
    assert!(texts(browser, "#count")[0].ends_with("of 1000 paths"));
    assert_eq!(search(browser, "svc-707").len(), 1);
    // The fastest of a few: others use the machine too.
    let draw = (0..5).map(|_| {
        let took = browser.run(
            "const begin = performance.now(); document.querySelector('#rows button').click(); \
             document.getElementById('picture').getBoundingClientRect(); \
             return performance.now() - begin",
        );
        took.as_f64().expect("milliseconds")
    });
    let draw = draw.fold(f64::INFINITY, f64::min);
    let open = browser
        .run("return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
    let open = open.as_f64().expect("milliseconds");
    assert!(texts(browser, "#verdict")[0].contains("target-port-name-not-found"));
    println!(
        "1,000 Services: {} bytes, {open} ms to open, {draw} ms to draw",
        page.len()
    );
    assert!(
        open < 2_000.0 && draw < 100.0,
        "{open} ms to open, {draw} ms to draw"
    );
    is_quiet(browser);
}
