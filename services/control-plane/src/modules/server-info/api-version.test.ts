import { expect, test } from 'vitest';
import { clientVersionKnown } from '@headgate/contracts/rest/server-info';
import { refusalOf, serverVersionFor } from './api-version.js';

test('who says no version, or a version that we understand, is let in', () => {
  for (const version of [undefined, '0.8.0', '0.8.4', '0.8.99', '0.9.0', '1.0']) expect(refusalOf(version)).toBeNull();
});

test('who speaks an API of long ago hears both versions', () => {
  expect(refusalOf('0.7.9')).toMatch(/0\.7\.9.*0\.8\.0/);
});

test('what is no version is refused', () => {
  for (const version of ['', 'latest', 'x.y.z']) expect(refusalOf(version)).toMatch(/^Invalid X-PREFECT-API-VERSION/);
});

test('no client of version 3 finds the server older than itself', () => {
  expect(serverVersionFor(undefined)).toBe(clientVersionKnown);
  expect(serverVersionFor('prefect/3.0.1 (API 0.8.4)')).toBe(clientVersionKnown);
  expect(serverVersionFor('prefect/3.99.0 (API 0.8.4)')).toBe('3.99.0');
  expect(serverVersionFor('prefect/4.0.0 (API 0.9.0)')).toBe(clientVersionKnown);
});
