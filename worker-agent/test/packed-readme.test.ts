import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

test.each(['sdk', 'worker-agent'])('the README of %s holds where it is installed', (name) => {
  const readme = read(`${name}/README.md`);
  const { files } = JSON.parse(read(`${name}/package.json`)) as { files: string[] };
  const links = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target!);
  const own = links.filter((target) => !/^https?:/.test(target));
  const dead = own.filter(
    (target) =>
      !existsSync(new URL(target, new URL(`${name}/`, root))) ||
      !files.some((each) => `${target}/`.startsWith(`${each}/`)),
  );
  expect(dead).toEqual([]);
  // Whoever reads it has a server somewhere else.
  expect(readme).not.toContain('localhost');
});
