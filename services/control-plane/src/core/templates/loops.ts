const loopsMax = 10;
const depthMax = 2;

/** Comments, raw text and printed expressions are passed over; what is left are the ends of loops. */
const marks =
  /\{#[\s\S]*?#\}|\{%[-+]?\s*raw\s*[-+]?%\}[\s\S]*?\{%[-+]?\s*endraw\b|\{\{[\s\S]*?\}\}|\{%[-+]?\s*(for|endfor)\b/g;

/** Why the loops of a well-formed template are too much for a server; null when they are not. */
export function tooManyLoops(template: string): string | null {
  let [loops, depth, deepest] = [0, 0, 0];
  for (const [, tag] of template.matchAll(marks)) {
    if (tag === 'for') {
      loops++;
      deepest = Math.max(deepest, ++depth);
    } else if (tag === 'endfor') depth--;
  }
  if (loops > loopsMax) return `Contains ${loops} for loops. Templates can contain no more than ${loopsMax} for loops.`;
  if (deepest > depthMax)
    return `Contains nested for loops at a depth of ${deepest}. Templates can nest for loops no more than ${depthMax} loops deep.`;
  return null;
}
