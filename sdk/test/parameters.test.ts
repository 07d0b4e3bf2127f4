import { expect, it } from 'vitest';
import { z as zod3 } from 'zod/v3';
import { z } from '@headgate/sdk';
import { parameterSchema, validated } from '../src/parameters.js';

it('makes a form of the zod that comes with the SDK', () => {
  expect(parameterSchema(z.object({ n: z.int() })).properties).toMatchObject({ n: { type: 'integer', position: 0 } });
});

it('validates by a schema that cannot tell its JSON schema, and has no form for it', async () => {
  const schema = zod3.object({ n: zod3.number() });
  expect(parameterSchema(schema)).toEqual({ title: 'Parameters', type: 'object', properties: {} });
  await expect(validated(schema, { n: 'x' }, 'old')).rejects.toThrow(/not valid: n: /);
});
