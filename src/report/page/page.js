"use strict";
// Draws the articles that stand in this page as JSON. All of their text goes in by `textContent`.
(() => {
  const byId = (id) => document.getElementById(id);
  const counts = JSON.parse(byId("counts").textContent);
  const articles = Array.from(document.querySelectorAll("script.article"), (script) => {
    const article = JSON.parse(script.textContent);
    script.remove();
    return article;
  });

  function make(tag, classes, text) {
    const node = document.createElement(tag);
    if (classes) node.className = classes;
    if (text !== undefined) node.textContent = text;
    return node;
  }
  const number = new Intl.NumberFormat("en");
  const many = (n, what) => `${number.format(n)} ${what}${n === 1 ? "" : "s"}`;

  // --- Which cuts are looked at -------------------------------------------------------------

  const facets = [
    { name: "Category", of: (article, cut) => cut.category },
    { name: "Rule", of: (article, cut) => cut.rule },
    { name: "Host", of: (article) => article.host },
    { name: "Confidence", of: (article, cut) => cut.confidence },
    { name: "Outcome", of: (article) => (article.held ? "held" : "cut") },
  ];
  let words = "";
  /** The matching cuts, in order: { article, cut } by their numbers. */
  let walk = [];
  let here = -1;

  const chosen = (facet, article, cut) => !facet.wanted.size || facet.wanted.has(facet.of(article, cut));
  const matches = (article, cut) => facets.every((facet) => chosen(facet, article, cut));

  function says(article) {
    if (!words) return true;
    article.says ??= [article.name, ...article.lines.map((line) => (typeof line === "string" ? line : line.map(whole).join("")))]
      .join("\n").toLowerCase();
    return article.says.includes(words);
  }
  const whole = (piece) => (typeof piece === "string" ? piece : piece[0]);

  function addFacet(facet) {
    facet.wanted = new Set();
    facet.rows = new Map();
    const all = new Map();
    for (const article of articles) {
      for (const cut of article.cuts) {
        const value = facet.of(article, cut);
        all.set(value, (all.get(value) ?? 0) + 1);
      }
    }
    if (all.size < 2) return;
    const fieldset = make("fieldset");
    fieldset.append(make("legend", "", facet.name));
    const list = make("ul");
    if (all.size > 12) {
      const find = make("input");
      find.type = "search";
      find.setAttribute("aria-label", `Find a ${facet.name.toLowerCase()}`);
      find.placeholder = `${number.format(all.size)} of them`;
      find.addEventListener("input", () => {
        const part = find.value.toLowerCase();
        for (const [value, { item }] of facet.rows) item.hidden = !value.toLowerCase().includes(part);
      });
      fieldset.append(find);
    }
    for (const [value] of [...all].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
      const [item, label, box, count] = [make("li"), make("label"), make("input"), make("span", "count")];
      box.type = "checkbox";
      box.value = value;
      box.addEventListener("change", () => {
        facet.wanted[box.checked ? "add" : "delete"](value);
        filter();
      });
      const name = make("span");
      name.append(make("span", facet.name === "Category" ? `hue swatch ${value}` : "", value));
      label.append(box, name, count);
      item.append(label);
      list.append(item);
      facet.rows.set(value, { item, count });
    }
    fieldset.append(list);
    byId("facets").append(fieldset);
  }

  /** Shows the articles with a matching cut. */
  function filter() {
    const sums = facets.map(() => new Map());
    const standing = here < 0 ? null : walk[here];
    walk = [];
    here = -1;
    let shown = 0;
    articles.forEach((article, at) => {
      const found = says(article);
      let any = false;
      article.cuts.forEach((cut, number) => {
        if (!found) return;
        // A count tells what a box would add: it leaves its own facet aside.
        const missed = facets.filter((facet) => !chosen(facet, article, cut));
        facets.forEach((facet, which) => {
          if (missed.length > 1 || (missed.length === 1 && missed[0] !== facet)) return;
          const value = facet.of(article, cut);
          sums[which].set(value, (sums[which].get(value) ?? 0) + 1);
        });
        if (missed.length) return;
        any = true;
        if (standing && standing.article === at && standing.cut === number) here = walk.length;
        walk.push({ article: at, cut: number });
      });
      shown += any;
      article.node.hidden = !any;
      if (article.drawn) draw(article);
    });
    facets.forEach((facet, which) => {
      for (const [value, { count }] of facet.rows) count.textContent = number.format(sums[which].get(value) ?? 0);
    });
    tell(`${many(walk.length, "cut")} in ${many(shown, "article")}`);
  }

  // --- Drawing --------------------------------------------------------------------------------

  const isGone = (line) => typeof line !== "string" && line.length > 0 && line.every((piece) => typeof piece !== "string");

  function shell(article, at) {
    const node = make("article");
    const head = make("h2", "", article.name);
    const about = [many(article.cuts.length, "cut")];
    if (article.host !== "?") about.unshift(article.host);
    head.append(" ", make("small", "", about.join(" · ")));
    head.id = `article-${at}`;
    node.setAttribute("aria-labelledby", head.id);
    const body = make("div", "lines");
    node.append(head);
    if (article.held) node.append(make("p", "held", `Held, nothing is cut: ${article.held}`));
    node.append(body);
    Object.assign(article, { node, body, drawn: false, open: new Set(), place: at });
    const touched = article.lines.filter((line) => typeof line !== "string").length;
    body.style.minHeight = `${Math.min(article.lines.length, 3 * touched + 2) * 1.6}em`;
    return node;
  }

  /** The lines that are drawn, and in their place the stretches that are folded away. */
  function plan(article) {
    const near = new Set();
    article.lines.forEach((line, at) => {
      if (typeof line === "string") return;
      for (let n = at - counts.context; n <= at + counts.context; n++) near.add(n);
    });
    const steps = [];
    for (let at = 0; at < article.lines.length; ) {
      let end = at;
      while (end < article.lines.length && !near.has(end)) end++;
      const folded = end - at > 1 && !pressed("whole") && !article.open.has(at);
      if (folded) steps.push({ from: at, to: end });
      else for (let n = at; n < Math.max(end, at + 1); n++) steps.push({ line: n });
      at = Math.max(end, at + 1);
    }
    return steps;
  }

  function draw(article) {
    const labelled = new Set();
    const rows = plan(article).map((step) => {
      if ("line" in step) return row(article, step.line, labelled);
      const fold = make("button", "fold", `${many(step.to - step.from, "line")} more`);
      fold.type = "button";
      fold.addEventListener("click", () => {
        article.open.add(step.from);
        draw(article);
      });
      return fold;
    });
    article.body.replaceChildren(...rows);
    article.body.style.minHeight = "";
    article.drawn = true;
    mark();
  }

  function row(article, at, labelled) {
    const line = article.lines[at];
    const [node, old] = [make("div", "row"), make("div", "old")];
    const text = make("div", "text");
    const left = make("div", "left text");
    text.dir = left.dir = "auto";
    const labels = [];
    for (const piece of typeof line === "string" ? [line] : line) {
      if (typeof piece === "string") {
        text.append(piece);
        left.append(piece);
        continue;
      }
      const [words, cut] = piece;
      const { category, rule, confidence } = article.cuts[cut];
      const off = matches(article, article.cuts[cut]) ? "" : " off";
      const gone = make("del", `hue ${category}${off}`, words);
      gone.title = `${category}, ${rule} (${confidence})`;
      gone.dataset.cut = cut;
      text.append(gone);
      if (labelled.has(cut) || !words.trim()) continue;
      labelled.add(cut);
      const label = make("span", `label hue ${category}${off}`, `${category} `);
      label.append(make("code", "", rule));
      label.title = gone.title;
      label.dataset.label = cut;
      label.tabIndex = -1;
      labels.push(label);
    }
    if (isGone(line)) left.replaceChildren();
    old.append(text, ...labels);
    node.append(make("div", "number", at + 1), old, left);
    return node;
  }

  function undraw(article) {
    const holds = article.body.contains(document.activeElement) || getSelection()?.containsNode?.(article.body, true);
    if (!article.drawn || holds) return;
    article.body.style.minHeight = `${article.body.offsetHeight}px`;
    article.body.replaceChildren();
    article.drawn = false;
  }

  // --- Walking --------------------------------------------------------------------------------

  const pressed = (id) => byId(id).getAttribute("aria-pressed") === "true";
  const tell = (...what) => byId("status").replaceChildren(...what);

  function mark() {
    document.querySelectorAll(".here").forEach((node) => node.classList.remove("here"));
    const at = walk[here];
    if (at) articles[at.article].body.querySelectorAll(`[data-cut="${at.cut}"]`).forEach((node) => node.classList.add("here"));
  }

  function go(to) {
    if (!walk.length) return tell("No cut matches the filters");
    here = Math.max(0, Math.min(to, walk.length - 1));
    const at = walk[here];
    const article = articles[at.article];
    draw(article);
    const label = article.body.querySelector(`[data-label="${at.cut}"]`) ?? article.body.querySelector(`[data-cut="${at.cut}"]`);
    (label ?? article.node).scrollIntoView({ block: "center" });
    label?.focus({ preventScroll: true });
    const cut = article.cuts[at.cut];
    const told = make("span", "", `${number.format(here + 1)} of ${many(walk.length, "cut")}: ${cut.category}, `);
    told.append(make("code", "", cut.rule), `, ${cut.confidence} confidence`);
    for (const [name, text] of Object.entries(cut.captures ?? {})) told.append(`; ${name}: ${text}`);
    if (cut.weighing) told.append(`; ${cut.weighing}`);
    tell(told);
  }

  function step(by) {
    if (here >= 0) return go(here + by);
    // The first step leads to what is on the screen.
    const first = walk.findIndex(({ article }) => articles[article].node.getBoundingClientRect().bottom > 80);
    go(first < 0 ? 0 : first);
  }

  function stepArticle(by) {
    if (here < 0) return step(1);
    const now = walk[here].article;
    const firsts = walk.map(({ article }, at) => ({ article, at })).filter(({ article, at }) => !at || walk[at - 1].article !== article);
    const place = firsts.findIndex(({ article }) => article === now) + by;
    go(firsts[Math.max(0, Math.min(place, firsts.length - 1))].at);
  }

  function toggle(id) {
    byId(id).setAttribute("aria-pressed", String(!pressed(id)));
    if (id === "side") byId("articles").classList.toggle("side", pressed(id));
    else articles.filter((article) => article.drawn).forEach(draw);
    document.querySelector(".here")?.scrollIntoView({ block: "center" });
  }

  const keys = {
    j: () => step(1), n: () => step(1), k: () => step(-1), p: () => step(-1), "]": () => stepArticle(1), "[": () => stepArticle(-1),
    s: () => toggle("side"), w: () => toggle("whole"), "?": () => byId("keys").showModal(),
    "/": () => {
      byId("filters").open = true;
      byId("find").focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), dialog");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || !byId("use-keys").checked || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  byId("next").addEventListener("click", () => step(1));
  byId("previous").addEventListener("click", () => step(-1));
  byId("side").addEventListener("click", () => toggle("side"));
  byId("whole").addEventListener("click", () => toggle("whole"));
  byId("help").addEventListener("click", () => byId("keys").showModal());
  byId("articles").addEventListener("click", ({ target }) => {
    const cut = target.closest("[data-cut], [data-label]")?.dataset;
    const at = cut && walk.findIndex((it) => it.cut === +(cut.cut ?? cut.label) && articles[it.article].body.contains(target));
    if (at >= 0) go(at);
  });
  const form = byId("facets").closest("form");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    words = "";
    facets.forEach((facet) => {
      facet.wanted.clear();
      for (const { item } of facet.rows.values()) item.hidden = false;
    });
    filter();
  });
  let pause;
  byId("find").addEventListener("input", ({ target }) => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      words = target.value.toLowerCase();
      filter();
    }, 150);
  });

  // --- The page -------------------------------------------------------------------------------

  const totals = [`${many(counts.articles, "article")}: ${many(counts.cuts, "cut")} in ${number.format(counts.touched)}`];
  if (counts.held) totals.push(`${number.format(counts.held)} held`);
  if (counts.bad) totals.push(`${many(counts.bad, "bad record")} left out`);
  if (counts.shown < counts.seen) totals.push(`${number.format(counts.shown)} of ${number.format(counts.seen)} shown`);
  byId("totals").textContent = totals.join(", ");
  if (matchMedia("(max-width: 50rem)").matches) byId("filters").open = false;
  byId("articles").append(...articles.map(shell));
  const seen = new IntersectionObserver(
    (entries) => entries.forEach(({ target, isIntersecting }) => {
      const article = articles[target.dataset.at];
      if (isIntersecting && !article.drawn) draw(article);
      else if (!isIntersecting) undraw(article);
    }),
    { rootMargin: "1500px" },
  );
  articles.forEach((article, at) => {
    article.node.dataset.at = at;
    seen.observe(article.node);
  });
  facets.forEach(addFacet);
  filter();
  document.documentElement.dataset.ready = "yes";
})();
