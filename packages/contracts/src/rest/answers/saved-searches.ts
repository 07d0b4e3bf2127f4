import { z } from 'zod';
import { entity, text } from './shared.js';

const filter = z.strictObject({ object: text, property: text, type: text, operation: text, value: z.unknown() });

export const savedSearchAnswer = z
  .strictObject({ ...entity, name: text, filters: z.array(filter) })
  .meta({ id: 'SavedSearch' });
export const savedSearchesAnswer = z.array(savedSearchAnswer);
