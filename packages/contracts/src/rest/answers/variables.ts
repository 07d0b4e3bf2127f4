import { z } from 'zod';
import { entity, text, texts } from './shared.js';

export const variableAnswer = z
  .strictObject({ ...entity, name: text, value: z.unknown(), tags: texts })
  .meta({ id: 'Variable' });
export const variablesAnswer = z.array(variableAnswer);
