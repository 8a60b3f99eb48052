"use strict";

const byId = (name) => document.getElementById(name);
const facts = JSON.parse(byId("facts").textContent);

/* Light and dark: the system decides until somebody does. */
const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};
byId("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
});

/* Texts are only ever set as text; what steers or reorders one is made visible. */
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const visible = (text) => text.replace(/\s+/g, " ").replace(STEERING, "\ufffd");
/* In JSON an escape means the same, and steers nothing. */
const escaped = (json) => json.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
  (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

function make(name, attributes = {}, ...children) {
  const drawing = ["svg", "line", "circle", "rect"].includes(name);
  const node = drawing ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/* Numbers as the command line writes them. */
const span = facts.label_range[1] - facts.label_range[0];
const decimals = span > 0 ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(span)))) : 2;
const minus = (written) => (/[1-9]/.test(written) ? written.replace("-", "\u2212") : written.replace("-", ""));
const fixed = (value, places) =>
  value === null ? "n/a" : minus(value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places }));
const signed = (value, places) => (value < 0 ? fixed(value, places) : `+${fixed(value, places)}`);
const percent = (share, places = 1) => `${(100 * share).toFixed(places)} %`;

/* Parts that add up in the digits that are shown: the largest remainders go up. */
function addingUp(values, places) {
  const scale = 10 ** places;
  const whole = values.map((value) => Math.floor(value * scale));
  const total = values.reduce((sum, value) => sum + value, 0);
  const missing = Math.round(total * scale) - whole.reduce((sum, value) => sum + value, 0);
  const order = values.map((_, index) => index).sort((a, b) => whole[a] - values[a] * scale - (whole[b] - values[b] * scale));
  for (const index of order.slice(0, missing)) whole[index] += 1;
  return whole.map((units) => units / scale);
}

/* The question. */
byId("where").textContent = visible(`${facts.dataset} · ${facts.model}${facts.synthetic ? " · synthetic data" : ""}`);
byId("asked").textContent = visible(`${facts.label}, and why`);
byId("lead").textContent = facts.pool
  ? `The model ranks ${facts.pool.toLocaleString("en")} texts, and shows which training questions spoke.`
  : facts.classes.length
  ? `The model chooses between ${facts.classes.length} classes, and shows who decided.`
  : "The model predicts a number, and shows who decided.";
document.title = visible(`${facts.dataset} · ${facts.model} · prle playground`);

const inputs = facts.fields.map((field) => {
  const input = facts.table
    ? make("input", { inputmode: facts.numbers.includes(field) ? "decimal" : "text", placeholder: "unknown" })
    : make("textarea", { rows: 3, required: "" });
  input.name = field;
  input.maxLength = facts.characters;
  input.dir = "auto";
  byId("inputs").append(make("label", {}, visible(field), input));
  return input;
});
byId("inputs").classList.toggle("cells", facts.table);

function asked() {
  if (!facts.table) return inputs.map((input) => input.value);
  return Object.fromEntries(inputs.filter((input) => input.value.trim()).map((input) => [input.name, input.value]));
}

let shown = 0;
byId("example").hidden = !facts.examples.length;
byId("example").addEventListener("click", () => {
  const row = facts.examples[shown++ % facts.examples.length];
  inputs.forEach((input, number) => { input.value = row[number]; });
  byId("form").requestSubmit();
});
byId("form").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("form").requestSubmit();
});
byId("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (byId("ask").disabled) return;
  byId("ask").disabled = true;
  byId("state").textContent = "asking …";
  const started = performance.now();
  const body = JSON.stringify({ row: asked() });
  try {
    const answer = await fetch("explain", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const said = await answer.json();
    if (answer.ok) {
      show(said, body);
      byId("state").textContent = `answered in ${Math.round(performance.now() - started)} ms`;
    } else {
      refuse(said.detail, said.hint);
    }
  } catch {
    refuse("The server does not answer.", "Is `prle serve` still running?");
  }
  byId("ask").disabled = false;
});

function refuse(detail, hint) {
  byId("state").textContent = "";
  byId("result").hidden = true;
  byId("problem").hidden = false;
  byId("problem").replaceChildren(
    make("p", { class: "warning" }, visible(detail ?? "The request was refused.")),
    hint ? make("p", { class: "small" }, visible(hint)) : "",
  );
}

/* The answer. */
function show(said, body) {
  byId("problem").hidden = true;
  const classes = "shown_class" in said;
  byId("result").replaceChildren(
    ...(facts.pool ? ranking(said) : [
      make("section", {}, ...(classes ? chosenClass(said) : number(said))),
      make("section", {}, make("h2", {}, classes ? `Who decided for ${visible(said.shown_class)}` : "Who decided"), deciding(said, classes), ...more(said, classes)),
    ]),
    make("section", {}, make("h2", {}, "The same for programs"), ...programs(said, body)),
  );
  byId("result").hidden = false;
}

function texts(row) {
  const block = make("div", { class: facts.table ? "texts cells" : "texts" });
  const lines = facts.table
    ? [row.map((cell, number) => `${visible(facts.fields[number])} ${visible(cell) || "?"}`).join(", ")]
    : row.map(visible);
  block.append(...lines.map((line) => make("p", { dir: "auto" }, line)));
  return block;
}

function number(said) {
  const [low, high] = said.label_range;
  const answer = make("div", { class: "answer" }, make("strong", { id: "prediction" }, fixed(said.prediction, decimals + 1)));
  if (said.interval) {
    const [least, most] = said.interval.map((bound) => fixed(bound, decimals));
    answer.append(make("span", { class: "muted" }, `${percent(said.level, 0)} of the time between ${least} and ${most}`));
  }
  const at = (value) => `${(100 * Math.min(1, Math.max(0, high > low ? (value - low) / (high - low) : 0.5))).toFixed(2)}%`;
  const scale = make("svg", { class: "scale", role: "img", "aria-label": "the prediction on the scale of the training labels" });
  scale.append(make("line", { class: "track", x1: "0", x2: "100%", y1: "12", y2: "12" }));
  if (said.interval) scale.append(make("line", { class: "range", x1: at(said.interval[0]), x2: at(said.interval[1]), y1: "12", y2: "12" }));
  scale.append(make("circle", { class: "said", cx: at(said.prediction), cy: "12", r: "6" }));
  const ends = make("div", { class: "ends" }, make("span", {}, fixed(low, decimals)), make("span", {}, fixed(high, decimals)));
  return [make("h2", {}, "Predicted"), answer, scale, ends, ...doubts(said)];
}

function doubts(said) {
  const lines = [];
  if (said.doubt?.percentile != null) {
    const far = `The nearest training row is farther away than for ${percent(said.doubt.percentile / 100, said.doubt.unfamiliar ? 1 : 0)} of training rows`;
    lines.push(make("p", said.doubt.unfamiliar ? { class: "warning" } : { class: "small" }, said.doubt.unfamiliar ? `${far}: be careful.` : `${far}.`));
  }
  return lines;
}

const CLASSES_SHOWN = 8;
function chosenClass(said) {
  const answer = make(
    "div", { class: "answer" },
    make("strong", { id: "prediction" }, visible(said.prediction)),
    make("span", { class: "muted" }, `with a probability of ${percent(said.probability)}`),
  );
  const shares = make("div", { class: "shares" });
  const likely = Object.entries(said.probabilities).sort((a, b) => b[1] - a[1]);
  for (const [name, share] of likely.slice(0, CLASSES_SHOWN)) {
    shares.append(make("span", { dir: "auto" }, visible(name)), bar(share), make("span", {}, percent(share)));
  }
  const others = likely.length - CLASSES_SHOWN;
  const rest = others > 0 ? [make("p", { class: "small" }, `and ${others} less likely ${others === 1 ? "class" : "classes"}`)] : [];
  return [make("h2", {}, "Predicted"), answer, shares, ...rest];
}

const bar = (share, kind = "") => make(
  "svg", { class: kind, "aria-hidden": "true" },
  make("rect", { class: "rest", width: "100%", height: "100%", rx: "3" }),
  make("rect", { width: percent(share, 2).replace(" ", ""), height: "100%", rx: "3" }),
);

const head = (...names) => make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
const line = (first, ...cells) => make("tr", {}, make("th", { scope: "row" }, ...first), ...cells.map((cell) => make("td", {}, ...[cell].flat())));
const muted = (text) => [make("span", { class: "muted" }, text)];

const PROTOTYPES_SHOWN = 5;
const VOTERS_UNDER = 2;
/* Less weight than this would be shown as nothing. */
const WORTH = 0.0005;
const sum = (shares, key) => shares.reduce((total, share) => total + share[key], 0);

function deciding(said, classes) {
  const listed = said.prototypes.slice(0, PROTOTYPES_SHOWN);
  const others = said.prototypes.slice(PROTOTYPES_SHOWN);
  const places = classes ? 3 : decimals + 1;
  const differing = Boolean(said.votes?.differs);
  const blank = differing ? ["", ""] : [""];
  const parts = [...listed.map((share) => share.contribution), ...(others.length ? [sum(others, "contribution")] : [])];
  const adds = addingUp(parts, places).map((part) => signed(part, places));
  const body = make("tbody", {}, ...listed.flatMap((share, place) => {
    const says = share.examples_say ?? share.expert_prediction;
    return [
      line(
        [make("span", { class: "number", title: `prototype ${share.prototype}, training row ${share.anchor.row}` }, `${share.prototype}`), texts(share.anchor.texts)],
        [percent(share.weight), bar(share.weight, "weight")],
        told(said, share.anchor),
        fixed(says, classes ? 3 : decimals),
        ...(differing ? [signed(share.expert_prediction - says, places)] : []),
        adds[place],
      ),
      ...voters(said, share).map((each) => {
        const row = line([texts(each.texts)], percent(each.alpha), told(said, each), ...blank, "");
        row.className = "voter";
        return row;
      }),
    ];
  }));
  if (others.length) {
    body.append(line(muted(others.length === 1 ? "1 other" : `${others.length} others`), percent(sum(others, "weight")), "", ...blank, adds[listed.length]));
  }
  const total = classes ? said.total : said.prediction;
  const foot = make("tfoot", {}, line(["prediction"], percent(1), "", ...blank, fixed(total, places)));
  const says = said.votes ? "Examples say" : "Says";
  const names = ["Prototype", "Weight", "Label", says, ...(differing ? ["Differs"] : []), "Adds"];
  return make("table", { class: differing ? "ledger differing" : "ledger" }, head(...names), body, foot);
}

/* The heaviest examples of a prototype, but for the one that it stands on where that is the only one. */
function voters(said, share) {
  const own = (said.votes?.listed ?? []).filter((each) => each.prototype === share.prototype && each.alpha >= WORTH);
  return own.length === 1 && own[0].row === share.anchor.row ? [] : own.slice(0, VOTERS_UNDER);
}

/* Texts that were ranked: the first ones, and who spoke for them. */
function ranking(said) {
  const best = make("p", { class: "found", id: "prediction", dir: "auto" }, visible(said.prediction));
  const listed = make("tbody", {}, ...said.answers.map((found, place) => line(
    [make("span", { class: "number" }, `${place + 1}`), make("span", { class: "short", dir: "auto" }, visible(found.text))],
    fixed(found.score, 3), fixed(found.cosine, 3), fixed(found.lexical, 3), `${found.raw_place}`,
  )));
  const answers = make("table", { class: "ledger" }, head(facts.label, "Score", "Vectors", "Words", "Place before"), listed);
  const raw = said.raw_prediction === said.prediction ? "the same" : `“${visible(said.raw_prediction)}”`;
  const before = said.raw_prediction ? [make("p", { class: "small" }, `By the question\u2019s own vector the first would be ${raw}.`)] : [];
  const spoke = make("tbody", {}, ...said.prototypes.slice(0, PROTOTYPES_SHOWN).map((share) => line(
    [make("span", { class: "number", title: `prototype ${share.prototype}, training row ${share.anchor.row}` }, `${share.prototype}`), texts(share.anchor.texts)],
    [percent(share.weight), bar(share.weight, "weight")], [make("span", { class: "short", dir: "auto" }, visible(share.anchor.label))], `${share.rows}`,
  )));
  const others = said.prototypes.slice(PROTOTYPES_SHOWN);
  if (others.length) {
    spoke.append(line(muted(`${others.length} other${others.length === 1 ? "" : "s"}`), percent(others.reduce((sum, share) => sum + share.weight, 0)), "", ""));
  }
  return [
    make("section", {}, make("h2", {}, "Found"), best, answers, ...before),
    make("section", {}, make("h2", {}, "Who spoke"), make("table", { class: "ledger" }, head("Prototype", "Weight", "Asks for", "Rows"), spoke),
      ...(said.examples.length ? [unfold("Nearest training questions", nearest(said))] : [])),
  ];
}

/* The label of a training row, starred where the model was told another one than the data have. */
const told = (said, row) =>
  (row.row in (said.relabelled ?? {}) ? "*" : "") + (typeof row.label === "number" ? fixed(row.label, decimals) : visible(row.label));

const unfold = (name, ...content) => make("details", {}, make("summary", {}, name), ...content);

function more(said, classes) {
  const parts = [];
  for (const [name, refusal] of Object.entries(said.refused ?? {})) {
    parts.push(make("p", { class: "small" }, visible(`No ${name}: ${refusal.reason}${refusal.hint ? `; ${refusal.hint}` : ""}.`)));
  }
  if (said.features) parts.push(unfold("What was read: shared + local = what it adds", features(said.features, said.prediction)));
  if (said.votes) {
    const formula = classes ? `alpha where the label is ${visible(said.shown_class)}` : "alpha × label";
    parts.push(carried(said, classes), unfold(`Who voted: ${formula} = what it adds`, votes(said, classes)));
  }
  if (said.examples.length && !said.votes) parts.push(unfold("Nearest training rows", nearest(said)));
  if (Object.keys(said.relabelled ?? {}).length) {
    parts.push(make("p", { class: "small" }, "* a label that the model was told by `prle edit relabel`; the data have another."));
  }
  return parts;
}

function features(report, prediction) {
  const places = decimals + 1;
  const adds = addingUp([report.baseline, ...report.groups.map((group) => group.contribution), report.level], places);
  const body = make("tbody", {}, line(muted("an average training row"), "", "", fixed(adds[0], places)));
  report.groups.forEach((group, place) => {
    body.append(line([visible(group.name)], signed(group.shared, places), signed(group.local, places), signed(adds[place + 1], places)));
  });
  body.append(line(muted("level of the experts"), "", "", signed(adds[adds.length - 1], places)));
  const foot = make("tfoot", {}, line(["prediction"], "", "", fixed(prediction, places)));
  return make("table", { class: "ledger" }, head("Feature", "Shared", "Local", "Adds"), body, foot);
}

function votes(said, classes) {
  const places = classes ? 3 : decimals + 1;
  const { others, differs } = said.votes;
  const listed = said.votes.listed.filter((each) => each.alpha >= WORTH);
  const light = said.votes.listed.slice(listed.length);
  const rest = others.contribution + sum(light, "contribution");
  const adds = addingUp([...listed.map((each) => each.contribution), rest, differs], places).map((part) => signed(part, places));
  const alphas = addingUp([...listed.map((each) => each.alpha), others.alpha + sum(light, "alpha")], 3).map((alpha) => fixed(alpha, 3));
  const left = others.rows + light.length;
  const body = make("tbody", {}, ...listed.map((each, place) => line(
    [make("span", { class: "muted" }, `${each.row}`), texts(each.texts)],
    alphas[place], told(said, each), [make("span", { class: "number" }, `${each.prototype}`)], adds[place],
  )));
  if (left) {
    body.append(line(muted(left === 1 ? "1 other" : `${left.toLocaleString("en")} others`), alphas[listed.length], "", "", adds[listed.length]));
  }
  if (differs) body.append(line(muted("what differs from them"), "", "", "", adds[listed.length + 1]));
  const foot = make("tfoot", {}, line(["prediction"], fixed(1, 3), "", "", fixed(classes ? said.total : said.prediction, places)));
  return make("table", { class: "ledger" }, head("Training row", "Alpha", "Label", "Of", "Adds"), body, foot);
}

/* How much of what the model says is labels of examples, and what was expected before anybody voted. */
function carried(said, classes) {
  const lines = [];
  const voting = (said.votes.listed.length + said.votes.others.rows).toLocaleString("en");
  if (said.carried !== null) lines.push(`${percent(said.carried)} of what this model predicts is labels of examples.`);
  lines.push(`${voting} voted here.`);
  if (said.score !== null) {
    const expected = classes ? percent(said.score) : fixed(said.score, decimals + 1);
    lines.push(`Before that, ${expected} was expected, which helps to decide who is near and says no more.`);
  }
  return make("p", { class: "small" }, lines.join(" "));
}

function nearest(said) {
  return make("ul", { class: "examples" }, ...said.examples.map((example) => make(
    "li", {}, texts(example.texts), make("span", { class: "value" }, told(said, example)),
  )));
}

function programs(said, body) {
  const quoted = `'${escaped(body).replaceAll("'", "'\\''")}'`;
  const curl = `curl ${new URL("explain", location.href)} -H 'Content-Type: application/json' -d ${quoted}`;
  return [
    make("pre", { class: "shell" }, make("code", {}, curl)),
    unfold("The whole answer as JSON", make("pre", {}, make("code", {}, escaped(JSON.stringify(said, null, 2))))),
  ];
}
