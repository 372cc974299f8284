"use strict";
// The list of leaks. Texts come from models: they are only ever put into text nodes.
(() => {
  const CHUNK = 50;
  const FILTERS = ["model", "suite", "kind", "vendors", "language", "category"];
  const SEARCHED = ["asked", "answered", "claim", "reason", "rule", "case", "model", "template"];
  const KINDS = ["hard", "strict", "loose"];
  const START = ">>>", END = "<<<";

  const byId = (id) => document.getElementById(id);

  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  // Regions that scroll can be reached with the keyboard.
  function makeScrollable() {
    for (const box of document.querySelectorAll(".scroll, nav ul")) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }
  addEventListener("resize", makeScrollable);
  document.addEventListener("toggle", makeScrollable, true);
  makeScrollable();

  // On paper nothing can be unfolded.
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("main details:not([open])")) {
      folded.open = true;
      folded.dataset.folded = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const opened of document.querySelectorAll("details[data-folded]")) {
      opened.open = false;
      delete opened.dataset.folded;
    }
  });

  const source = byId("data");
  if (!source) return;
  const { fields, texts, leaks } = JSON.parse(source.textContent);
  const place = Object.fromEntries(fields.map((name, at) => [name, at]));
  const form = byId("filters"), list = byId("list"), more = byId("more"), count = byId("count");

  const text = (leak, name) => texts[leak[place[name]]];
  const several = (leak, name) => leak[place[name]].map((number) => texts[number]);
  const values = (leak, name) =>
    Array.isArray(leak[place[name]]) ? several(leak, name) : [text(leak, name)];

  leaks.sort((one, other) => KINDS.indexOf(text(one, "kind")) - KINDS.indexOf(text(other, "kind")));

  // Each text is made small once, however many leaks share it.
  let small = null;
  function matches(leak, words) {
    small ??= texts.map((each) => each.toLowerCase());
    return words.every((word) => SEARCHED.some((name) => small[leak[place[name]]].includes(word)));
  }

  let found = leaks, shown = 0, only = null;

  function options(name) {
    const counts = new Map();
    for (const leak of leaks) {
      for (const value of values(leak, name)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const all = new Option("all", "*");
    const sorted = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
    form.elements[name].replaceChildren(
      all,
      ...sorted.map(([value, times]) => new Option(`${value || "none"} (${times})`, value)),
    );
  }

  function wanted() {
    const chosen = FILTERS.map((name) => [name, form.elements[name].value]);
    return {
      chosen: chosen.filter(([, value]) => value !== "*"),
      words: form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean),
    };
  }

  function filter() {
    const { chosen, words } = wanted();
    found = leaks.filter(
      (leak) =>
        (only === null || text(leak, "id") === only) &&
        chosen.every(([name, value]) => values(leak, name).includes(value)) &&
        (words.length === 0 || matches(leak, words)),
    );
    shown = 0;
    list.replaceChildren();
    showMore();
    const all = leaks.length.toLocaleString("en");
    count.textContent =
      found.length === leaks.length ? `${all} leaks, the worst kind first`
      : `${found.length.toLocaleString("en")} of ${all} leaks`;
  }

  function showMore() {
    const next = found.slice(shown, shown + CHUNK);
    list.append(...next.map(item));
    shown += next.length;
    const left = found.length - shown;
    more.hidden = left === 0;
    more.textContent = `Show ${Math.min(CHUNK, left)} more of ${left.toLocaleString("en")}`;
    return list.children[shown - next.length];
  }

  function item(leak) {
    const kind = text(leak, "kind");
    const vendors = several(leak, "vendors").join(", ");
    const claim = element("span", "quote", text(leak, "claim") || text(leak, "reason"));
    claim.dir = "auto";
    claim.lang = text(leak, "language");
    const where = ["model", "suite", "language", "category"].map((name) => text(leak, name));
    const summary = element(
      "summary",
      "",
      element("span", `badge kind-${kind}`, kind),
      " ",
      claim,
      element("span", "meta", [vendors && `claims ${vendors}`, ...where].filter(Boolean).join(" · ")),
    );
    const details = element("details", "", summary);
    details.id = text(leak, "id");
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(body(leak));
    });
    return element("li", "", details);
  }

  function body(leak) {
    const rows = [
      ["asked", quoted(text(leak, "language"), text(leak, "asked"))],
      ["answered", marked(text(leak, "language"), text(leak, "answered"))],
      ["question", text(leak, "template") && quoted(text(leak, "language"), text(leak, "probe"))],
      ["template", text(leak, "template") && alike(text(leak, "template"))],
      ["reason", [text(leak, "reason"), text(leak, "rule") && `(${text(leak, "rule")})`].filter(Boolean).join(" ")],
      ["case", element("code", "", text(leak, "case"))],
      ["gates", several(leak, "gates").join(", ")],
      ["replay", text(leak, "replay") && element("code", "whole", text(leak, "replay"))],
      ["link", link(`#${text(leak, "id")}`, "to this leak alone")],
    ];
    const shownRows = rows.filter(([, value]) => value);
    return element(
      "dl",
      "",
      ...shownRows.flatMap(([name, value]) => [element("dt", "", name), element("dd", "", value)]),
    );
  }

  // A text of somebody else, in the language of the case.
  function quoted(language, ...parts) {
    const made = element("div", "quote", ...parts);
    made.dir = "auto";
    made.lang = language;
    return made;
  }

  // What the verdict is based on stands between marks, which no other text in it contains.
  function marked(language, whole) {
    const start = whole.indexOf(START), end = whole.indexOf(END, start + START.length);
    if (start < 0 || end < 0) return quoted(language, whole);
    return quoted(
      language,
      whole.slice(0, start),
      element("mark", "", whole.slice(start + START.length, end)),
      whole.slice(end + END.length),
    );
  }

  function alike(template) {
    const address = `#leaks?${new URLSearchParams({ q: template })}`;
    return link(address, `${template}: all leaks in it`);
  }

  function link(address, words) {
    const made = element("a", "", words);
    made.href = address;
    return made;
  }

  // The address says what is shown: `#leak-…` for one leak, `#leaks?model=…` for a choice.
  function remember() {
    const { chosen } = wanted();
    const given = new URLSearchParams(chosen);
    if (form.elements.q.value) given.set("q", form.elements.q.value);
    const text = given.toString();
    history.replaceState(null, "", text ? `#leaks?${text}` : "#leaks");
  }

  function clear() {
    form.elements.q.value = "";
    for (const name of FILTERS) form.elements[name].value = "*";
  }

  function follow() {
    let hash = location.hash.slice(1);
    try {
      hash = decodeURIComponent(hash);
    } catch {
      // No address of ours.
    }
    only = null;
    if (hash.startsWith("leak-")) {
      if (leaks.some((leak) => text(leak, "id") === hash)) only = hash;
      clear();
    } else if (location.hash.startsWith("#leaks?")) {
      const given = new URLSearchParams(location.hash.slice("#leaks?".length));
      form.elements.q.value = given.get("q") ?? "";
      for (const name of FILTERS) {
        const select = form.elements[name];
        select.value = given.get(name) ?? "*";
        if (select.selectedIndex < 0) select.value = "*";
      }
    } else if (found !== leaks && hash) {
      return;
    }
    filter();
    if (only !== null) {
      const details = byId(only);
      details.open = true;
      details.scrollIntoView();
      details.firstElementChild.focus({ preventScroll: true });
    } else if (location.hash.startsWith("#leaks?")) {
      byId("leaks").scrollIntoView();
    }
  }

  form.hidden = false;
  FILTERS.forEach(options);
  const change = () => {
    only = null;
    filter();
    remember();
  };
  form.addEventListener("input", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("all").addEventListener("click", () => {
    clear();
    change();
  });
  more.addEventListener("click", () => showMore()?.querySelector("summary").focus());
  addEventListener("hashchange", follow);
  follow();
})();
