import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { keepLog, LogFile, oldLogsMax } from '../src/supervisor/logs.js';
import { ownFolder } from './support/folder.js';

test('a log that grows is copied away, its writers go on in it, and only so many old ones stay', () => {
  const folder = ownFolder();
  const file = path.join(folder, 'x.log');
  const log = new LogFile(file);
  for (let turn = 0; turn < oldLogsMax + 3; turn++) {
    log.write(`turn ${turn} ${'-'.repeat(100)}`);
    keepLog(file, 50);
    log.write(`after ${turn}`);
  }
  log.close();
  expect(fs.readFileSync(file, 'utf8')).toBe('after 5\n');
  expect(fs.readFileSync(`${file}.1`, 'utf8')).toMatch(/^after 4\nturn 5 -+\n$/);
  expect(fs.readdirSync(folder).sort()).toEqual([
    'x.log',
    ...Array.from({ length: oldLogsMax }, (_, at) => `x.log.${at + 1}`),
  ]);
});

test('a log is readable by its owner alone, also one that was not', () => {
  const file = path.join(ownFolder(), 'x.log');
  const modeOf = () => fs.statSync(file).mode & 0o777;
  const log = new LogFile(file);
  log.write('line');
  expect(modeOf()).toBe(0o600);
  fs.chmodSync(file, 0o644);
  keepLog(file);
  expect(modeOf()).toBe(0o600);
  log.close();
});

test('a log that cannot be written ends nothing', () => {
  new LogFile(path.join(ownFolder(), 'nowhere', 'x.log')).write('line');
});
