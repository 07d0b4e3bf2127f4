import { newId } from '@headgate/contracts';
import { z } from 'zod';
import { timestamp } from './clock.js';
import { currentFrame } from './context.js';
import { refuseMistaken } from './given.js';
import { currentReporter } from './report/reporter.js';

export type EventDraft = {
  /** `order.shipped` */
  event: string;
  /** Labels of what it is about; `prefect.resource.id` has to be among them. */
  resource: { 'prefect.resource.id': string } & Record<string, string>;
  related?: Record<string, string>[];
  payload?: Record<string, unknown>;
};

const labels = z.record(z.string(), z.string());
const eventDraft = z.strictObject({
  event: z.string().min(1),
  resource: labels.refine((given) => given['prefect.resource.id'], 'expected a label prefect.resource.id'),
  related: z.array(labels).optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Tells of something that happened; automations can wait for it. In a run, the event is related to that run.
 *
 * @returns the id of the event.
 * @example
 * emitEvent({ event: 'order.shipped', resource: { 'prefect.resource.id': 'order.17' } });
 */
export function emitEvent(draft: EventDraft): string {
  refuseMistaken('emitEvent(draft)', eventDraft, draft, emitEvent);
  const { event, resource, related = [], payload = {} } = draft;
  const id = newId();
  const reporter = currentReporter();
  if (!reporter) return id;
  const info = currentFrame()?.info;
  const run = info?.flowRunId
    ? [{ 'prefect.resource.id': `prefect.flow-run.${info.flowRunId}`, 'prefect.resource.role': 'flow-run' }]
    : [];
  reporter.hold();
  reporter.events.add({ id, occurred: timestamp(), event, resource, related: [...related, ...run], payload });
  void reporter.release();
  return id;
}
