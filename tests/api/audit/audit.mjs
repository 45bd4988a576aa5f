// Runs the GraphQL-over-HTTP audits of graphql-http against one URL: node audit.mjs <url>
// It runs in the folder where graphql-http is installed, and prints one JSON line an audit.
import { serverAudits } from "graphql-http";

const url = process.argv[2];
for (const audit of serverAudits({ url })) {
  const result = await audit.fn();
  console.log(JSON.stringify({
    id: audit.id,
    name: audit.name,
    status: result.status,
    reason: result.status === "ok" ? "" : String(result.reason),
  }));
}
