import { emptyStateDetails, type StateJson } from '@headgate/contracts';

type StoredState = {
  id: string;
  type: string;
  name: string;
  timestamp: string;
  message: string | null;
  data: unknown;
  details: object;
};

/** A row of a state history as the wire has it. */
export const stateJson = (row: StoredState): StateJson => ({
  id: row.id,
  type: row.type as StateJson['type'],
  name: row.name,
  timestamp: row.timestamp,
  message: row.message,
  data: row.data,
  state_details: { ...emptyStateDetails, ...row.details },
});
