import { expect, test } from 'vitest';
import { labelOf } from './workspace-label';

const workspace = (id: string, name: string, accountHandle: string, handle: string) => ({
  id,
  name,
  accountHandle,
  handle,
});

test('a workspace is called by its name, and by its handle too where another one has the name', () => {
  const first = workspace('1', 'main', 'nora', 'main');
  const second = workspace('2', 'Main', 'nora', 'main-2');
  const other = workspace('3', 'lab', 'nora', 'lab');
  const all = [first, second, other];
  expect(all.map((each) => labelOf(each, all))).toEqual(['main (main)', 'Main (main-2)', 'lab']);
});

test('where only another account has the name, the account is named', () => {
  const all = [workspace('1', 'main', 'nora', 'main'), workspace('2', 'main', 'acme', 'main')];
  expect(all.map((each) => labelOf(each, all))).toEqual(['main (nora/main)', 'main (acme/main)']);
});
