/**
 * Writes `server.json` anew, the law that we are compared with: `node record.mjs FILE-OR-ADDRESS`, where the address is
 * the `/openapi.json` of a running Prefect server. What is only prose is left out; one line per route and component.
 */
import fs from 'node:fs';
import path from 'node:path';

const prose = new Set(['description', 'title', 'summary', 'examples', 'example', 'supported_environment_variables']);
const maps = new Set(['properties', 'schemas', 'patternProperties', '$defs']);

/** The document without prose; the names of properties are no keywords. */
export function withoutProse(value, ofNames = false) {
  if (Array.isArray(value)) return value.map((each) => withoutProse(each));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => ofNames || !prose.has(key));
  return Object.fromEntries(
    kept.map(([key, each]) => [key, key === 'default' ? each : withoutProse(each, !ofNames && maps.has(key))]),
  );
}

/** What we compare: routes under their own names, without the prefix of a server. */
export function law({ paths, components }) {
  const routes = Object.entries(paths).map(([address, methods]) => [
    address.replace(/^\/api(?=\/)/, ''),
    Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, operationOf(operation)])),
  ]);
  return {
    paths: Object.fromEntries(routes.toSorted(byName)),
    components: {
      schemas: Object.fromEntries(Object.entries(withoutProse(components.schemas, true)).toSorted(byName)),
    },
  };
}

const byName = ([one], [other]) => (one < other ? -1 : 1);

const operationOf = ({ responses, ...operation }) => ({
  ...withoutProse(operation),
  responses: withoutProse(responses, true),
});

export const read = async (from) =>
  law(/^https?:/.test(from) ? await (await fetch(from)).json() : JSON.parse(fs.readFileSync(from, 'utf8')));

if (process.argv[1] === import.meta.filename) {
  const { paths, components } = await read(process.argv[2]);
  const lines = (of) =>
    Object.entries(of)
      .map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`)
      .join(',\n');
  const text = `{"paths":{\n${lines(paths)}\n},"components":{"schemas":{\n${lines(components.schemas)}\n}}}\n`;
  fs.writeFileSync(path.join(import.meta.dirname, 'server.json'), text);
}
