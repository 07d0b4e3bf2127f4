import v8 from 'node:v8';
import vm from 'node:vm';
import { until } from '@headgate/testkit';
import { expect, test } from 'vitest';
import { Database } from '../src/core/db/database.js';
import { startTestApp } from './app.js';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** Something of an application that has done some work and was closed: whoever holds a part of it holds all the rest. */
async function leftOf(listens: boolean): Promise<WeakRef<Database>> {
  const app = await startTestApp();
  if (listens) await app.app.listen(0, '127.0.0.1');
  await app.tenant();
  expect((await app.gql('{ __typename }')).data).toEqual({ __typename: 'Query' });
  await app.close();
  return new WeakRef(app.app.get(Database));
}

test('an application that is closed leaves nothing of itself in the process, whether it listened or not', async () => {
  const parts = [await leftOf(true), await leftOf(false)];
  // What was called last may still be held by whoever called.
  await leftOf(true);
  await until('they are collected', () => {
    collectGarbage();
    return parts.every((part) => part.deref() === undefined);
  });
});
