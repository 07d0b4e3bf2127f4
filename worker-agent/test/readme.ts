import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** The code blocks of a page of this repository, in their order; only below the heading, if one is named. */
export function blocksOf(page: string, language: string, heading?: string): string[] {
  const text = readFileSync(new URL(page, root), 'utf8');
  const section = heading === undefined ? text : text.split(/^## /m).find((each) => each.startsWith(heading));
  if (section === undefined) throw new Error(`${page} has no heading "${heading}".`);
  return [...section.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code]) => code!);
}
