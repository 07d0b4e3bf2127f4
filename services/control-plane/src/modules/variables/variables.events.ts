import type { VariableJson } from '@headgate/contracts/rest/variables';
import type { EventDraft } from '../../core/events/events.js';

/** What happened to a variable. Its value goes along: variables are not for secrets. */
export const variableEvent = (
  happened: 'created' | 'updated' | 'deleted',
  { id, name, value, tags }: VariableJson,
): EventDraft => ({
  event: `prefect.variable.${happened}`,
  resource: { 'prefect.resource.id': `prefect.variable.${id}`, 'prefect.resource.name': name },
  payload: { name, value, tags },
});
