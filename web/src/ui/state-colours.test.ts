import fs from 'node:fs';
import path from 'node:path';
import { differenceCiede2000, filterDeficiencyDeuter, filterDeficiencyProt, filterDeficiencyTrit, parse } from 'culori';
import { stateTypes } from '@headgate/contracts';
import { expect, test } from 'vitest';
import { stateLook, type StateLook } from './state-look';

const css = fs.readFileSync(path.resolve(import.meta.dirname, '../app/globals.css'), 'utf8');
/** The colours of a theme by their names. */
const themeOf = (selector: string) => {
  const block = css.slice(css.indexOf(`${selector} {`));
  const lines = block.slice(0, block.indexOf('}')).matchAll(/(--[\w-]+): (#\w+);/g);
  return new Map([...lines].map(([, name, value]) => [name!, value!]));
};
const themes = { light: themeOf(':root'), dark: themeOf('.dark') };
const sights = {
  ordinary: (colour: string) => parse(colour)!,
  protan: (colour: string) => filterDeficiencyProt(1)(parse(colour)!),
  deutan: (colour: string) => filterDeficiencyDeuter(1)(parse(colour)!),
  tritan: (colour: string) => filterDeficiencyTrit(1)(parse(colour)!),
};
const difference = differenceCiede2000();

const looks: [string, StateLook][] = [
  ...stateTypes.map((type): [string, StateLook] => [type, stateLook(type)]),
  ...['Late', 'AwaitingRetry', 'Retrying'].map((name): [string, StateLook] => [name, stateLook('SCHEDULED', name)]),
];
/** What is meant to look alike: where it begins, another word is said for the same. */
const alike = [
  ['CANCELLED', 'CANCELLING'],
  ['PAUSED', 'Late', 'AwaitingRetry'],
  ['RUNNING', 'Retrying'],
];
const areAlike = (a: string, b: string) => alike.some((group) => group.includes(a) && group.includes(b));

test('in bars every two states are told apart by their shape, or by colours that all kinds of sight tell apart', () => {
  const near: string[] = [];
  for (const [theme, colours] of Object.entries(themes))
    for (const [sight, see] of Object.entries(sights))
      looks.forEach(([a, lookOfA], at) => {
        for (const [b, lookOfB] of looks.slice(at + 1)) {
          if (areAlike(a, b) || lookOfA.shape !== lookOfB.shape) continue;
          const seen = [lookOfA, lookOfB].map(({ color }) => see(colours.get(color.slice(4, -1))!));
          const apart = difference(seen[0]!, seen[1]!);
          if (apart < 15) near.push(`${theme}, ${sight}: ${a} and ${b} ${apart.toFixed(1)}`);
        }
      });
  expect(near).toEqual([]);
});

test('every shape is drawn', () => {
  for (const [, { shape }] of looks) expect(css).toContain(`@utility bar-${shape} {`);
});
