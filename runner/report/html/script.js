"use strict";
// The page is complete without this script; it filters, folds and opens messages. All
// texts go into the page as textContent: nothing that a target sent is ever parsed as HTML.
(() => {
  const bodies = JSON.parse(document.getElementById("bodies").textContent);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, cls, text) => {
    const e = document.createElement(name);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text;
    return e;
  };

  // What the page repeats a thousand times is left out of the file: ids of messages, links of passed checks.
  for (const g of all("[data-n]")) g.id = g.closest(".scenario").id.slice("scenario-".length) + "~" + g.dataset.n;
  for (const link of all(".quiet a.id")) link.href = "#" + link.closest("li").id;

  // Rules stand once in the file; passed checks get theirs here.
  for (const link of all("a.rule")) {
    const row = document.getElementById(link.getAttribute("href").slice(1));
    if (!row) continue;
    const source = row.querySelector("i").textContent;
    link.after(" " + row.querySelector("span").textContent + " ", make("i", "", source));
  }

  // Filters.
  const form = document.querySelector(".filters");
  const output = form.querySelector("output");
  const total = all("[data-o]").length;
  const filter = () => {
    const outcomes = new Set(all("[name=outcome]:checked", form).map((c) => c.value));
    const level = form.elements.level.value, area = form.elements.area.value;
    const text = form.elements.text.value.trim().toLowerCase();
    let shown = 0;
    for (const section of all(".area")) {
      let inArea = 0;
      for (const scenario of all(".scenario", section)) {
        let inScenario = 0;
        const head = text && scenario.querySelector("summary").textContent.toLowerCase().includes(text);
        for (const check of all("[data-o]", scenario)) {
          const fits = (!area || section.dataset.area === area) && (!level || (check.dataset.l || "required") === level) &&
            outcomes.has(check.dataset.o) && (!text || head || (check.id + " " + check.textContent).toLowerCase().includes(text));
          check.hidden = !fits;
          if (fits) inScenario++;
        }
        scenario.hidden = inScenario === 0;
        inArea += inScenario;
      }
      section.hidden = inArea === 0;
      shown += inArea;
    }
    output.textContent = shown + " of " + total + " checks shown";
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (e) => e.preventDefault());
  form.elements.fold.addEventListener("click", () => {
    for (const s of all(".scenario")) s.open = false;
  });
  filter();

  // Messages of the ladders.
  const copyButton = (text) => {
    const b = make("button", "", "Copy");
    b.type = "button";
    b.addEventListener("click", () => {
      const done = () => { b.textContent = "Copied"; };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, () => { b.textContent = "Select and copy"; });
    });
    return b;
  };
  const spoken = { b: "breaks the rule", d: "differs", e: "only on this side" };
  const paneOf = (p) => {
    const box = make("section", "pane");
    const pre = make("pre");
    pre.tabIndex = 0;
    pre.setAttribute("aria-label", p.t);
    const blank = new Set(p.b || []);
    let row = 0;
    const skip = () => { for (; blank.has(row); row++) pre.append(make("span", "blank", " ")); };
    (p.x !== undefined ? p.x : bodies.d[p.d - 1]).split("\n").forEach((line, n) => {
      skip();
      const indent = line.length - line.trimStart().length;
      const mark = (p.m || {})[n];
      const span = make("span", mark, "  ".repeat(indent) + line.trimStart());
      if (spoken[mark]) span.title = spoken[mark];
      pre.append(span);
      row++;
    });
    skip();
    box.append(make("h6", "", p.t), pre);
    return box;
  };
  const keyOf = () => {
    const key = make("p", "key", "Marked: ");
    for (const m of ["b", "d", "e"]) key.append(make("mark", m, spoken[m]), " ");
    key.append("Ids, numbers and times that differ from the page as they must are grey.");
    return key;
  };
  // Whose lifeline an arrow leaves or reaches.
  const whose = (g, end) => {
    const x = end.exec(g.querySelector("path").getAttribute("d"))[1];
    return g.closest("svg").querySelector(".heads text[x='" + x + "']").textContent;
  };
  const nameOf = (g) => {
    const texts = all("text", g).map((t) => t.textContent);
    const way = g.classList.contains("o") ? whose(g, /^M(\d+)/) + " to server" : g.classList.contains("i") ? "server to " + whose(g, /H(\d+)/) : "";
    const mark = g.classList.contains("bad") ? "breaks a rule" : "";
    return [way, ...texts, mark].filter(Boolean).join(", ");
  };
  const close = (g) => {
    const panel = g.closest(".scenario, .cause").querySelector(".panel");
    if (panel) panel.remove();
    g.setAttribute("aria-expanded", "false");
  };
  const open = (g) => {
    const scenario = g.closest(".scenario, .cause");
    for (const other of all("[aria-expanded=true]", scenario)) close(other);
    const id = g.id || g.dataset.of;
    const m = bodies.m[id] || bodies.m[id.replace(/a$/, "")] || { n: "The message is not in this file, to keep it small. Save the recording (--save) to see it." };
    const panel = make("div", "panel");
    panel.id = "panel";
    all("#panel").forEach((p) => p.removeAttribute("id"));
    panel.setAttribute("role", "region");
    const name = g.getAttribute("aria-label");
    panel.setAttribute("aria-label", "Message: " + name);
    const head = make("h5", "", name);
    const button = make("button", "", "Close");
    button.type = "button";
    button.addEventListener("click", () => { close(g); g.focus(); });
    head.append(button);
    panel.append(head);
    if (m.n) panel.append(make("p", "text", m.n));
    if (m.c) {
      const curl = make("div", "curl");
      curl.append(make("pre", "", m.c), copyButton(m.c));
      panel.append(curl);
    }
    const panes = make("div", "panes");
    for (const p of m.p || []) panes.append(paneOf(p));
    panel.append(panes);
    if ((m.p || []).some((p) => p.d)) panel.append(keyOf());
    g.closest(".ladder").after(panel);
    g.setAttribute("aria-expanded", "true");
    g.setAttribute("aria-controls", "panel");
    panel.scrollIntoView({ block: "nearest" });
  };
  // The message that shows a cause stands in its card, beside the documented one.
  for (const box of all("[data-show]")) {
    const m = bodies.m[box.dataset.show];
    if (!m || !(m.p || []).length) continue;
    const panes = make("div", "panes");
    for (const p of m.p) panes.append(paneOf(p));
    box.append(panes);
    if (m.p.some((p) => p.d)) box.append(keyOf());
  }
  const toggle = (g) => (g.getAttribute("aria-expanded") === "true" ? close(g) : open(g));
  for (const ladder of all(".ladder")) {
    const rows = all(".m", ladder);
    rows.forEach((g, n) => {
      g.setAttribute("role", "button");
      g.setAttribute("tabindex", n ? "-1" : "0");
      g.setAttribute("aria-expanded", "false");
      g.setAttribute("aria-label", nameOf(g));
    });
    ladder.addEventListener("click", (e) => {
      const g = e.target.closest(".m");
      if (g) toggle(g);
    });
    // One tab stop a ladder; the arrow keys walk along it.
    ladder.addEventListener("keydown", (e) => {
      const g = e.target.closest(".m");
      if (!g) return;
      const n = rows.indexOf(g);
      const step = { ArrowDown: n + 1, ArrowUp: n - 1, Home: 0, End: rows.length - 1 }[e.key];
      if (step !== undefined && rows[step]) {
        g.setAttribute("tabindex", "-1");
        rows[step].setAttribute("tabindex", "0");
        rows[step].focus();
      } else if (e.key === "Enter" || e.key === " ") toggle(g);
      else if (e.key === "Escape") close(g);
      else return;
      e.preventDefault();
    });
  }

  // On a narrow screen a ladder is drawn anew: all lifelines with their names side by side, each text on a line above its arrow.
  const narrow = matchMedia("screen and (max-width: 560px)");
  const edge = 36, start = 70, charWidth = 6.65; // half a name, where texts begin behind their time, and of a bold one
  const drawn = []; // how to take it back
  const set = (e, name, value) => {
    const was = e.getAttribute(name);
    drawn.push(() => e.setAttribute(name, was));
    e.setAttribute(name, value);
  };
  const draw = () => {
    drawn.splice(0).forEach((undo) => undo());
    for (const ladder of all(".ladder")) {
      ladder.classList.toggle("narrow", narrow.matches);
      if (!narrow.matches) continue;
      const svg = ladder.firstElementChild, heads = all(".heads text", svg), columns = {};
      for (const h of heads) columns[h.getAttribute("x")] = 0;
      const xs = Object.keys(columns), wide = Math.max(340, 2 * edge + 80 * (xs.length - 1));
      xs.forEach((x, n) => { columns[x] = Math.round(edge + n * (wide - 2 * edge) / (xs.length - 1)); });
      set(svg, "viewBox", "0 0 " + wide + " " + svg.getAttribute("height"));
      set(svg, "width", wide);
      for (const h of heads) set(h, "x", columns[h.getAttribute("x")]);
      for (const path of all("path", svg)) set(path, "d", path.getAttribute("d").replace(/([MH])(\d+)/g, (_, to, x) => to + columns[x]));
      for (const text of all(".m > text[x]", svg)) {
        const x = text.parentElement.firstElementChild === text ? 8 : start;
        const whole = text.textContent, room = Math.floor((wide - x - 4) / charWidth);
        set(text, "x", x);
        if (whole.length <= room) continue;
        drawn.push(() => { text.textContent = whole; });
        text.textContent = whole.slice(0, room - 1) + "…";
      }
    }
  };
  narrow.addEventListener("change", draw);
  draw();
  for (const code of all(".copy")) code.after(" ", copyButton(code.textContent));

  // Links to a check or message open what they are folded into.
  const follow = () => {
    let id;
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let e = target; e; e = e.parentElement) {
      if (e.tagName === "DETAILS") e.open = true;
      e.hidden = false;
    }
    if (target.classList.contains("m")) {
      if (target.getAttribute("aria-expanded") !== "true") open(target);
      target.focus();
    }
    target.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", follow);
  follow();
})();
