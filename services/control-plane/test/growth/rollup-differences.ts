import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';

const text = fs.readFileSync(path.join(import.meta.dirname, 'rollup-differences.sql'), 'utf8');

export type Difference = { what: string; workspace_id: string; hour: string; kept: number; counted: number };

/**
 * Where the counts and places that are kept differ from a recount of the runs, in all workspaces of the database: none,
 * at any moment, whatever was killed before.
 */
export async function rollupDifferences(sql: Pick<pg.Pool, 'query'>): Promise<Difference[]> {
  return (await sql.query<Difference>(text)).rows;
}
