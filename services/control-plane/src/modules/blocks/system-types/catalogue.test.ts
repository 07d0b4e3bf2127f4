import { expect, test } from 'vitest';
import { checksumOf } from '../schemas/checksum.js';
import { systemSchemas, systemTypes } from './catalogue.js';

test.each(systemSchemas.map((schema) => [schema.fields['title'], schema] as const))(
  'the checksum of %s is the one that a client works out',
  (_, schema) => {
    expect(checksumOf(schema.fields)).toBe(schema.checksum);
  },
);

test('Secret has the checksum that every Prefect 3 knows it by', () => {
  const type = systemTypes.find(({ slug }) => slug === 'secret');
  expect(systemSchemas.find((schema) => schema.block_type_id === type?.id)?.checksum).toBe(
    'sha256:c078ed9c1e813e224c0b353d7ad4564a11d51d3198d9ac0686478165a1911c78',
  );
});

test('ids are the same in every process and for ever', () => {
  const secret = systemTypes.find(({ slug }) => slug === 'secret');
  expect(secret?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set([...systemTypes, ...systemSchemas].map(({ id }) => id)).size).toBe(
    systemTypes.length + systemSchemas.length,
  );
});

test('what an automation may notify through is there', () => {
  expect(systemSchemas.filter(({ capabilities }) => capabilities.includes('notify'))).toHaveLength(9);
});
