import { parentPort } from 'node:worker_threads';
import { missed, upcoming, UnreadableRule } from '@headgate/contracts/schedules/index';
import { AppError } from '../errors/app-error.js';
import type { JsonSchema } from '../json-schema/prepare-schema.js';
import { everyMismatch, misfits, schemaMistake, type Values } from '../json-schema/validate.js';
import { checkTemplate, fillTemplate } from '../templates/templates.js';
import { TemplateError } from '../templates/template-error.js';
import { unlimited } from './budget.js';
import type { Answer, Job } from './job.js';
import { placeOfThisThread } from './processor-time.js';

/** What runs on the thread of documents: one job after the other, until somebody ends it. */
function done(job: Job): unknown {
  switch (job.kind) {
    case 'misfits': {
      const schema = { schema: JSON.parse(job.schemaJson) as JsonSchema, json: job.schemaJson };
      return misfits(schema, JSON.parse(job.valuesJson) as Values[], job.preparation, unlimited());
    }
    case 'mismatches': {
      const schema = { schema: JSON.parse(job.schemaJson) as JsonSchema, json: job.schemaJson };
      return everyMismatch(schema, (JSON.parse(job.valuesJson) as Values[])[0]!, unlimited());
    }
    case 'schema':
      return schemaMistake(JSON.parse(job.json) as JsonSchema, unlimited());
    case 'check-template':
      return checkTemplate(job.template);
    case 'fill-template':
      return fillTemplate(job.template);
    case 'upcoming':
      return upcoming(job.schedule, job.fromMs, job.horizon);
    case 'missed':
      return missed(job.schedule, job.afterMs, job.untilMs, job.catchUp);
  }
}

function answerTo(job: Job): Answer {
  try {
    return { value: done(job) };
  } catch (error) {
    if (error instanceof TemplateError) return { refused: error.message, line: error.line };
    if (error instanceof UnreadableRule) return { refused: error.message };
    if (error instanceof AppError && error.kind === 'invalid') return { refused: error.message };
    if (error instanceof RangeError) return { refused: 'The document is nested too deep to check.' };
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

// What is compiled at its first use is not counted as a document's time.
for (const job of [
  { kind: 'fill-template', template: '{{ 1 }}' },
  {
    kind: 'upcoming',
    schedule: { rrule: 'FREQ=DAILY', timezone: 'UTC' },
    fromMs: Date.now(),
    horizon: { countMin: 1, secondsMin: 0, countMax: 1, secondsMax: Infinity },
  },
] satisfies Job[])
  answerTo(job);
parentPort!.on('message', (job: Job) => parentPort!.postMessage(answerTo(job)));
parentPort!.postMessage(placeOfThisThread());
