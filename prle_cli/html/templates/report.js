"use strict";

const find = (selector, within = document) => [...within.querySelectorAll(selector)];
const byId = (name) => document.getElementById(name);

/* Light and dark: the system decides until somebody does. */
const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};
byId("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
});
byId("tools").hidden = false;

/* Dots: their titles become hints that also open under a finger, where a dot is too small to hit. */
const REACH = 18;
const hint = byId("hint");
const plots = find("svg.plot").map((plot) => {
  const dots = find(".dots circle", plot).map((node) => {
    const title = node.querySelector("title");
    const text = title.textContent;
    title.remove();
    return { node, text, found: text.slice(text.indexOf("\n")).toLowerCase(), x: parseFloat(node.getAttribute("cx")), y: parseFloat(node.getAttribute("cy")) };
  });
  return { plot, dots, pointed: null };
});

function nearest({ plot, dots }, event) {
  const box = plot.getBoundingClientRect();
  const away = (dot) => Math.hypot(box.left + (box.width * dot.x) / 100 - event.clientX, box.top + (box.height * dot.y) / 100 - event.clientY);
  let best = null;
  let least = REACH;
  for (const dot of dots) {
    const distance = away(dot);
    if (distance < least && !dot.node.classList.contains("away")) [best, least] = [dot, distance];
  }
  return best;
}

function point(drawn, event) {
  const dot = event.target.closest(".prototype") ? null : nearest(drawn, event);
  drawn.pointed?.node.classList.remove("pointed");
  drawn.pointed = dot;
  hint.hidden = !dot;
  if (!dot) return;
  dot.node.classList.add("pointed");
  hint.replaceChildren(...dot.text.split("\n").map((line) => {
    const row = document.createElement("p");
    row.dir = "auto";
    row.textContent = line;
    return row;
  }));
  const { width, height } = hint.getBoundingClientRect();
  hint.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
  hint.style.top = `${event.clientY + height + 24 > innerHeight ? event.clientY - height - 14 : event.clientY + 14}px`;
}

/* What is away: dots of other regimes while a prototype is pointed at, and dots that a search does not find. */
let sought = "";
let regime = null;
function dim() {
  for (const { dots } of plots) {
    for (const { node, found } of dots) {
      node.classList.toggle("away", !found.includes(sought) || (regime !== null && node.dataset.p !== regime));
    }
  }
}

for (const drawn of plots) {
  if (!drawn.dots.length) continue;
  drawn.plot.addEventListener("pointermove", (event) => point(drawn, event));
  drawn.plot.addEventListener("pointerdown", (event) => point(drawn, event));
  drawn.plot.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") hint.hidden = true;
  });
}
addEventListener("scroll", () => { hint.hidden = true; }, { passive: true });

for (const mark of find(".prototype")) {
  const look = (number) => () => {
    regime = number;
    dim();
  };
  mark.addEventListener("pointerenter", look(mark.dataset.p));
  mark.addEventListener("focus", look(mark.dataset.p));
  mark.addEventListener("pointerleave", look(null));
  mark.addEventListener("blur", look(null));
}

/* The search: regimes and rows without the words in one of their texts disappear. */
const items = find("[data-search]").map((node) => ({
  node,
  kind: node.dataset.search,
  found: find(".texts p", node).map((text) => text.textContent.toLowerCase()).join("\n"),
}));
function search(words) {
  sought = words.trim().toLowerCase();
  for (const { node, found } of items) node.hidden = !found.includes(sought);
  for (const kind of ["regimes", "rows"]) {
    const all = items.filter((item) => item.kind === kind);
    const shown = all.filter(({ node }) => !node.hidden);
    const link = document.querySelector(`nav a[href="#${kind}"]`);
    if (sought) link.dataset.found = shown.length;
    else delete link.dataset.found;
    byId(`${kind}-count`).textContent = sought ? `${shown.length} of ${all.length} ${kind} contain “${words.trim()}”` : "";
  }
  dim();
}
byId("search").addEventListener("input", (event) => search(event.target.value));

/* A link into what the search has hidden ends the search. */
addEventListener("hashchange", () => {
  const target = byId(location.hash.slice(1));
  if (!target?.hidden) return;
  byId("search").value = "";
  search("");
  target.scrollIntoView();
});

/* Paper cannot be unfolded. */
addEventListener("beforeprint", () => find("details").forEach((part) => { part.open = true; }));
