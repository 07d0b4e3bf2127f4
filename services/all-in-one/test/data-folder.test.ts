import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { markOf, writeMark } from '../src/processes.js';
import { openDataFolder } from '../src/supervisor/data-folder.js';
import { ProcessList } from '../src/supervisor/orphans.js';
import { ownFolder } from './support/folder.js';

test('a second start is told which process has the data', () => {
  const folder = ownFolder();
  const first = openDataFolder(folder);
  expect(() => openDataFolder(folder)).toThrow(`running already with the data in ${folder} (process ${process.pid})`);
  first.release();
  openDataFolder(folder).release();
});

test('the lock of a process that is gone does not hold the data', () => {
  const folder = ownFolder();
  fs.writeFileSync(path.join(folder, 'supervisor.pid'), '4194304 1');
  openDataFolder(folder).release();
});

test.skipIf(process.platform !== 'linux')(
  'a later program with the number of the one that had the lock does not hold the data',
  () => {
    const folder = ownFolder();
    const { pid, started } = markOf(process.pid);
    fs.writeFileSync(path.join(folder, 'supervisor.pid'), writeMark({ pid, started: started - 1 }));
    openDataFolder(folder).release();
  },
);

test('a half-written lock does not hold the data', () => {
  const folder = ownFolder();
  fs.writeFileSync(path.join(folder, 'supervisor.pid'), '');
  openDataFolder(folder).release();
  expect(fs.readdirSync(folder)).toEqual(['master-key', 'secret']);
});

test.each([
  ['secret', 'secret'],
  ['masterKey', 'master-key'],
] as const)('the %s is made once and readable by its owner alone', (name, file) => {
  const folder = ownFolder();
  const [first, second] = [1, 2].map(() => {
    const data = openDataFolder(folder);
    data.release();
    return data[name];
  });
  expect(first).toHaveLength(43);
  expect(second).toBe(first);
  expect(fs.statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
});

test('a folder that cannot be made is an error that names the setting', () => {
  const file = path.join(ownFolder(), 'file');
  fs.writeFileSync(file, '');
  onTestFinished(() => fs.rmSync(file, { force: true }));
  expect(() => openDataFolder(path.join(file, 'data'))).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining('HEADGATE_DATA_DIR') }),
  );
});

test('the folder is its owner’s alone; as root the database may pass through', () => {
  const folder = path.join(ownFolder(), 'data');
  openDataFolder(folder).release();
  expect(fs.statSync(folder).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
});

test('a list of processes that cannot be written ends nothing', () => {
  const list = new ProcessList(path.join(ownFolder(), 'nowhere', 'processes'));
  list.set('api', process.pid);
  list.remove('api');
});
