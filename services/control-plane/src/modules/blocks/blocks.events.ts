import type { BlockDocumentJson, BlockTypeJson } from '@headgate/contracts/rest/blocks';
import type { EventDraft } from '../../core/events/events.js';
import { secretFieldsOf } from './documents/secret-fields.js';

type What = 'created' | 'updated' | 'deleted';

export function blockTypeEvent(what: What, type: BlockTypeJson): EventDraft {
  const { id, created: _, updated: __, ...payload } = type;
  return {
    event: `prefect.block-type.${what}`,
    resource: { 'prefect.resource.id': `prefect.block-type.${id}`, 'prefect.resource.name': type.name },
    payload,
  };
}

/** Anonymous documents are nobody's news. `document` has its secrets masked. */
export function blockDocumentEvents(what: What, document: BlockDocumentJson): EventDraft[] {
  if (document.is_anonymous) return [];
  const secret = new Set(secretFieldsOf(document.block_schema));
  const shown = Object.entries(document.data).filter(([key, value]) => typeof value === 'string' && !secret.has(key));
  return [
    {
      event: `prefect.block-document.${what}`,
      resource: {
        'prefect.resource.id': `prefect.block-document.${document.id}`,
        'prefect.resource.name': document.name,
      },
      related: [
        {
          'prefect.resource.id': `prefect.block-type.${document.block_type_id}`,
          'prefect.resource.role': 'block-type',
          'prefect.resource.name': document.block_type_name,
        },
        {
          'prefect.resource.id': `prefect.block-schema.${document.block_schema_id}`,
          'prefect.resource.role': 'block-schema',
        },
      ],
      payload: {
        name: document.name,
        data: Object.fromEntries(shown),
        block_schema: {
          capabilities: document.block_schema.capabilities,
          block_type: { id: document.block_type_id, name: document.block_type_name },
        },
      },
    },
  ];
}
