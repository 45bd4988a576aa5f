// The schema beside the editors, read through introspection when it is first opened.

const INTROSPECTION = `{ __schema {
  queryType { name } mutationType { name }
  types { kind name description
    fields(includeDeprecated: true) { name description isDeprecated deprecationReason
      args { ...Input } type { ...Type } }
    inputFields { ...Input } enumValues(includeDeprecated: true) { name description }
    possibleTypes { name } interfaces { name } } } }
fragment Input on __InputValue { name description defaultValue type { ...Type } }
fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;
let schema = null;
const visited = [];

async function openDocs() {
  const open = at("docs-panel").hidden;
  at("docs-panel").hidden = !open;
  at("main").classList.toggle("with-docs", open);
  at("docs-toggle").setAttribute("aria-expanded", String(open));
  if (!open || schema) return;
  at("docs").replaceChildren(make("p", { textContent: "Reading the schema…" }));
  try {
    const answer = JSON.parse((await ask(INTROSPECTION, {}, {})).text);
    if (answer.errors) throw new Error(answer.errors[0].message);
    schema = answer.data.__schema;
    schema.byName = new Map(schema.types.map((type) => [type.name, type]));
    visit(null);
  } catch (error) {
    schema = null;
    const words = error.message + " Give a key that may see the schema, then open this again.";
    at("docs").replaceChildren(make("p", { textContent: words }));
  }
}

function visit(name) {
  visited.push(name);
  at("back").hidden = visited.length < 2;
  at("docs").replaceChildren(...(name ? typePage(schema.byName.get(name)) : frontPage()));
  at("docs").scrollTop = 0;
}

function link(name) {
  return make("button", { type: "button", className: "link", textContent: name,
    onclick: () => visit(name) });
}

function typeText(type) {
  if (type.kind === "NON_NULL") return [...typeText(type.ofType), "!"];
  if (type.kind === "LIST") return ["[", ...typeText(type.ofType), "]"];
  return [link(type.name)];
}

// Docstrings: paragraphs that were wrapped by hand, with `names` in them.
function words(text) {
  return text.split(/\n\s*\n/).filter(Boolean).map((paragraph) => make("p", {}, ...paragraph.split("`").map(
    (part, index) => index % 2 ? make("code", { textContent: part }) : part.replace(/\s+/g, " "))));
}

function defaultOf(input) {
  return input.defaultValue && input.defaultValue !== "null" ? " = " + input.defaultValue : null;
}

function frontPage() {
  const list = make("div", {});
  const filter = make("input", { type: "search", className: "filter", placeholder: "Find a type or field" });
  const names = schema.types.filter((type) => !type.name.startsWith("__"))
    .sort((one, other) => one.name.localeCompare(other.name));
  filter.oninput = () => {
    const wanted = filter.value.trim().toLowerCase();
    const rows = [];
    for (const type of names) {
      if (type.name.toLowerCase().includes(wanted)) {
        rows.push(make("div", { className: "item" }, link(type.name)));
      }
      for (const field of wanted ? type.fields || [] : []) {
        if (!field.name.toLowerCase().includes(wanted)) continue;
        rows.push(make("div", { className: "item" }, link(type.name), "." + field.name));
      }
      if (rows.length > 200) break;
    }
    list.replaceChildren(...rows);
  };
  filter.oninput();
  const roots = [schema.queryType, schema.mutationType].filter(Boolean);
  const start = roots.map((root) => make("div", { className: "item" }, link(root.name)));
  return [filter, make("h3", { textContent: "Start here" }), ...start,
    make("h3", { textContent: "All types" }), list];
}

function typePage(type) {
  const parts = [make("h2", { textContent: type.name }),
    ...words(type.description || type.kind.toLowerCase().replace("_", " "))];
  const chapter = (title, rows) => {
    if (rows?.length) parts.push(make("h3", { textContent: title }), ...rows);
  };
  const inputRow = (input) => make("div", { className: "item" }, input.name, ": ",
    ...typeText(input.type), defaultOf(input), ...words(input.description || ""));
  chapter("Fields", type.fields?.map((field) => make("div",
    { className: "item" + (field.isDeprecated ? " old" : "") },
    make("span", { className: "name", textContent: field.name }),
    field.args.length ? "(" : null,
    ...field.args.map((arg) => make("div", { className: "arg", title: arg.description || "" },
      arg.name, ": ", ...typeText(arg.type), defaultOf(arg))),
    field.args.length ? "): " : ": ", ...typeText(field.type),
    ...words(field.description || ""),
    field.isDeprecated ? make("p", { textContent: "Deprecated: " + field.deprecationReason }) : null)));
  chapter("Input fields", type.inputFields?.map(inputRow));
  chapter("Values", type.enumValues?.map((value) => make("div", { className: "item" }, value.name,
    ...words(value.description || ""))));
  chapter("Implements", type.interfaces?.map((one) => make("div", { className: "item" }, link(one.name))));
  chapter("Can be", type.possibleTypes?.map((one) => make("div", { className: "item" }, link(one.name))));
  return parts;
}
