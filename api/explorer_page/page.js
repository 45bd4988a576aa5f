// Asking, showing the answer, remembering what was asked; and how the page starts.

async function ask(query, variables, more) {
  const headers = {
    "Content-Type": "application/json",
    "Accept": "application/graphql-response+json",
  };
  const key = at("key").value.trim();
  if (key) headers.Authorization = "Bearer " + key;
  const started = performance.now();
  const body = JSON.stringify({ query, variables });
  const response = await fetch(endpoint, { method: "POST", headers: { ...headers, ...more }, body });
  const text = await response.text();
  return { status: response.status, ms: performance.now() - started, text };
}

function written(id, name) {
  try {
    return JSON.parse(at(id).value.trim() || "{}");
  } catch (error) {
    document.querySelector(`[aria-controls=${id}-editor]`).click();
    at(id).focus();
    throw new Error("The " + name + " are not JSON: " + error.message);
  }
}

async function run() {
  let variables, headers;
  try {
    variables = written("variables", "variables");
    headers = written("headers", "headers");
  } catch (error) {
    show(error.message, "not sent", false, "");
    return;
  }
  remember();
  at("run").disabled = true;
  try {
    const answer = await ask(at("query").value, variables, headers);
    let value;
    try { value = JSON.parse(answer.text); } catch { value = answer.text; }
    const cost = value?.extensions?.cost;
    const notes = [Math.round(answer.ms) + " ms", Math.ceil(answer.text.length / 1024) + " KB"];
    if (cost) notes.push("cost " + cost.actual);
    const faults = value?.errors?.length || 0;
    const status = faults ? answer.status + " · " + faults + (faults > 1 ? " errors" : " error") : answer.status;
    show(value, String(status), answer.status < 400 && !faults, notes.join(" · "));
  } catch (error) {
    show("No answer: " + error.message, "offline", false, "");
  } finally {
    at("run").disabled = false;
  }
}

function show(value, status, good, notes) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  at("result").replaceChildren(...coloured(text, JSON_TOKENS));
  at("result").scrollTop = 0;
  at("facts").textContent = notes;
  at("status").textContent = status;
  at("status").className = "badge end" + (good ? "" : " bad");
  at("status").hidden = false;
}

// ---- What was asked -----------------------------------------------------------------------
const MOST_REMEMBERED = 30;
let asked = JSON.parse(keep.get("asked") ?? "[]"); // the newest first; gone with the tab

function remember() {
  const now = { query: at("query").value, variables: at("variables").value, headers: at("headers").value };
  const same = (one) => one.query === now.query && one.variables === now.variables && one.headers === now.headers;
  asked = [now, ...asked.filter((one) => !same(one))].slice(0, MOST_REMEMBERED);
  keep.set("asked", JSON.stringify(asked));
  offer();
}

function offer() {
  const group = (label, from, all, title) => all.length ? make("optgroup", { label },
    ...all.map((one, index) => make("option", { textContent: title(one), value: from + index }))) : null;
  const inShort = ({ query, variables }) => (query + " " + variables).replace(/\s+/g, " ").slice(0, 70);
  at("examples").replaceChildren(
    make("option", { textContent: "Examples, history…", value: "" }),
    ...[group("Examples", "e", facts.examples, (one) => one.title),
      group("Asked in this tab", "a", asked, inShort)].filter(Boolean));
}

at("examples").addEventListener("change", ({ target }) => {
  const chosen = target.value;
  if (chosen[0] === "a") fill(asked[Number(chosen.slice(1))]); // may be a mutation: not run unasked
  if (chosen[0] === "e") { fill(facts.examples[Number(chosen.slice(1))]); run(); }
  at("examples").value = "";
});

// ---- Starting -----------------------------------------------------------------------------
document.title = facts.title;
at("title").textContent = facts.title;
at("path").textContent = endpoint;
// A link may bring a key behind "#", which no server sees; it does not stay in the address.
const brought = new URLSearchParams(location.hash.slice(1)).get("key");
if (brought) { keep.set("key", brought); history.replaceState(null, "", endpoint); }
at("key").value = keep.get("key") ?? facts.key;
at("key").addEventListener("input", () => { keep.set("key", at("key").value); schema = null; });
const first = facts.examples[0];
fill({ query: keep.get("query") ?? first?.query ?? "{\n  __typename\n}\n",
  variables: keep.get("variables") ?? first?.variables, headers: keep.get("headers") });
offer();
at("run").addEventListener("click", run);
at("docs-toggle").addEventListener("click", openDocs);
at("back").addEventListener("click", () => { visited.pop(); visit(visited.pop()); });
at("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
});
