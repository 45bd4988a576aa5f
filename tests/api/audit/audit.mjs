// Runs the GraphQL-over-HTTP audits of graphql-http against one URL: node audit.mjs <url> [key]
// It runs in the folder where graphql-http is installed, and prints one JSON line an audit.
import { serverAudits } from "graphql-http";

const [url, key] = process.argv.slice(2);
const fetchFn = (input, init = {}) =>
  fetch(input, { ...init, headers: { ...init.headers, ...(key && { Authorization: `Bearer ${key}` }) } });
for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  console.log(JSON.stringify({
    id: audit.id,
    name: audit.name,
    status: result.status,
    reason: result.status === "ok" ? "" : String(result.reason),
  }));
}
