/** What changed between two published documents, in words: routes first, then what they are made of. */
export function documentChanges(before, after) {
  const [old, young] = [routesOf(before), routesOf(after)];
  const [was, is] = [before.components.schemas, after.components.schemas];
  return [
    ...added(old, young).map((route) => `new route: ${route}`),
    ...added(young, old).map((route) => `gone: ${route}`),
    ...Object.keys(old).flatMap((route) => (route in young ? changes(old[route], young[route], route) : [])),
    ...added(was, is).map((name) => `new component: ${name}`),
    ...added(is, was).map((name) => `component gone: ${name}`),
    ...Object.keys(was).flatMap((name) => (name in is ? changes(was[name], is[name], name) : [])),
  ];
}

const added = (before, after) => Object.keys(after).filter((key) => !(key in before));

const routesOf = ({ paths }) =>
  Object.fromEntries(
    Object.entries(paths).flatMap(([address, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${address}`, operation]),
    ),
  );

/** Settings of a server are no part of its wire, and every release has others. */
const isSetting = (at) => /Settings(\.|$)/.test(at);

function changes(before, after, at) {
  if (isSetting(at) || JSON.stringify(before) === JSON.stringify(after)) return [];
  const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(before) || !isObject(after)) return [`changed: ${at}: ${brief(before)} → ${brief(after)}`];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => {
    const place = key === 'properties' ? at : `${at}.${key}`;
    if (!(key in before)) return [`changed: ${place}: new, ${brief(after[key])}`];
    if (!(key in after)) return [`changed: ${place}: gone`];
    return changes(before[key], after[key], place);
  });
}

const brief = (value) => JSON.stringify(value).slice(0, 160);
