import { appendFileSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Entry } from '../src/spool/entry.js';
import { headerOf, SpoolFile } from '../src/spool/spool-file.js';

const path = () => join(mkdtempSync(join(tmpdir(), 'agent-spool-')), 'run.jsonl');
const header = { kind: 'run', apiUrl: 'http://localhost:4200/api', flowRunId: 'run' } as const;
const line = (message: string): Entry => ({
  kind: 'log',
  line: { name: 'x', level: 20, message, timestamp: '2026-11-21T00:00:00Z', flow_run_id: 'run', task_run_id: null },
});
const messages = (file: SpoolFile, bytes = 10_000) =>
  file.read(bytes).entries.map(({ entry }) => (entry.kind === 'log' ? entry.line.message : entry.state.type));

test('what was delivered is not read again, by this process or by the next', () => {
  const file = SpoolFile.create(path(), header);
  file.append([line('a'), line('b'), line('c')]);
  file.delivered(file.read(10_000).entries[1]!.endsAt);
  expect(messages(file)).toEqual(['c']);
  file.close();
  const next = SpoolFile.open(file.path);
  expect(next.header).toEqual(header);
  expect(messages(next)).toEqual(['c']);
});

test('entries keep their order, states among lines', () => {
  const file = SpoolFile.create(path(), header);
  file.append([line('a')]);
  file.append([{ kind: 'state', state: { type: 'COMPLETED' }, force: false, claimId: 'c', happenedMs: 1 }], {
    sync: true,
  });
  file.append([line('late')]);
  expect(messages(file)).toEqual(['a', 'COMPLETED', 'late']);
});

test('an entry that is larger than the piece asked for comes whole', () => {
  const file = SpoolFile.create(path(), header);
  file.append([line('ü'.repeat(5_000)), line('b')]);
  expect(messages(file, 100)[0]).toHaveLength(5_000);
});

test('half a line, left by a process that was killed, harms nothing', () => {
  const file = SpoolFile.create(path(), header);
  file.append([line('a')]);
  file.close();
  appendFileSync(file.path, '{"kind":"log","li');
  const next = SpoolFile.open(file.path);
  next.append([line('b')]);
  expect(messages(next)).toEqual(['a', 'b']);
  next.delivered(next.read(10_000).endsAt);
  expect(next.isDelivered).toBe(true);
});

test('a file that is done leaves nothing behind', () => {
  const file = SpoolFile.create(path(), header);
  file.append([line('a'), line('b')]);
  file.delivered(file.read(10_000).entries[0]!.endsAt);
  file.remove();
  expect([file.path, `${file.path}.at`].map((each) => existsSync(each))).toEqual([false, false]);
  expect(headerOf(file.path)).toBeNull();
});
