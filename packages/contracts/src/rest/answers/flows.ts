import { z } from 'zod';
import { entity, id, labels, pageOf, text, texts } from './shared.js';

export const flowAnswer = z.strictObject({ ...entity, name: text, tags: texts, labels }).meta({ id: 'Flow' });
export const flowsAnswer = z.array(flowAnswer);
export const flowPageAnswer = pageOf(flowAnswer);
export const deletedAnswer = z.strictObject({ deleted: z.array(id) }).meta({ id: 'Deleted' });
