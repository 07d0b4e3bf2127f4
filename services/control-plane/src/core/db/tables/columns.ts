import type { ColumnType } from 'kysely';

/** ISO 8601 with microseconds and `Z`; see ../db.ts. */
export type Timestamp = ColumnType<string, string | Date, string | Date>;
export type TimestampWithDefault = ColumnType<string, string | Date | undefined, string | Date>;
export type OptionalTimestamp = ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
export type WithDefault<T> = ColumnType<T, T | undefined, T>;
/** Read as a value; written as JSON text, so that a string or an array is never taken for something else. */
export type Json<T = unknown> = ColumnType<T, string | null | undefined, string | null>;
export type JsonWithDefault<T = unknown> = ColumnType<T, string | undefined, string>;

/** What every object of a workspace has. */
export type WorkspaceRow = {
  workspace_id: string;
  id: string;
  created: TimestampWithDefault;
  updated: TimestampWithDefault;
};
