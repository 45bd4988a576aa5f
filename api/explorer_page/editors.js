// The page's own facts, what this tab remembers, and the three editors with their colours.

const at = (id) => document.getElementById(id);
const facts = JSON.parse(at("page-facts").textContent);
const endpoint = location.pathname;
const keep = {
  get(name) { try { return sessionStorage.getItem(endpoint + name); } catch { return null; } },
  set(name, value) { try { sessionStorage.setItem(endpoint + name, value); } catch { /* private */ } },
};

function make(tag, attributes, ...children) {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children.filter((child) => child != null));
  return node;
}

// Each finds in turn: a name of a field or a string with its colon, a word, a number, a comment.
const JSON_TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d[\d.eE+-]*)/g;
const QUERY_TOKENS = /("(?:[^"\\\n]|\\.)*"?|\$\w+)(\s*:)?|\b(query|mutation|fragment|on|true|false|null)\b|\b(\d[\d.]*)\b|(#.*)/g;
const MOST_COLOURED = 400_000; // characters; beyond it the page would stutter

function coloured(text, tokens) {
  if (text.length > MOST_COLOURED) return [text];
  const parts = [];
  let last = 0;
  for (const found of text.matchAll(tokens)) {
    const [whole, string, colon, word, number, comment] = found;
    const kind = comment ? "c" : word ? "w" : number ? "n" : colon || whole[0] === "$" ? "k" : "s";
    parts.push(text.slice(last, found.index));
    parts.push(make("span", { className: kind, textContent: string || word || number || comment }));
    if (colon) parts.push(colon);
    last = found.index + whole.length;
  }
  parts.push(text.slice(last));
  return parts;
}

for (const area of document.querySelectorAll("textarea")) {
  const paint = area.previousElementSibling;
  const gutter = area.closest(".editor").querySelector(".gutter");
  const follow = () => {
    gutter.scrollTop = paint.scrollTop = area.scrollTop;
    paint.scrollLeft = area.scrollLeft;
  };
  area.addEventListener("input", () => {
    const lines = area.value.split("\n").length;
    gutter.textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n");
    // The last line needs something on it to be as high as the editor's.
    const tokens = area.id === "query" ? QUERY_TOKENS : JSON_TOKENS;
    paint.replaceChildren(...coloured(area.value, tokens), "\n ");
    follow();
    keep.set(area.id, area.value);
  });
  area.addEventListener("scroll", follow);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    const before = area.value.slice(0, area.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const indent = line.match(/^ */)[0] + (/[{([]\s*$/.test(line) ? "  " : "");
    if (!indent) return;
    event.preventDefault();
    area.setRangeText("\n" + indent, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
  });
}

function fill({ query, variables, headers }) {
  at("query").value = query;
  at("variables").value = variables ?? "{}";
  at("headers").value = headers ?? "{}";
  for (const id of ["query", "variables", "headers"]) at(id).dispatchEvent(new Event("input"));
}

const tabs = [...document.querySelectorAll("[role=tab]")];
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    for (const one of tabs) {
      one.setAttribute("aria-selected", String(one === tab));
      at(one.getAttribute("aria-controls")).hidden = one !== tab;
    }
  });
}
