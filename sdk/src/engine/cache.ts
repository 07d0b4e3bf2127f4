import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@headgate/contracts';
import { homeFolder } from '../client/config.js';

type Entry = { key: string; expires: number | null; value: unknown };

const fileOf = (key: string): string =>
  join(homeFolder(), 'cache', `${createHash('sha256').update(key).digest('hex')}.json`);

/** A result that was kept under the key and is still good. */
export async function cached(key: string): Promise<{ value: unknown } | null> {
  try {
    const entry = JSON.parse(await readFile(fileOf(key), 'utf8')) as Entry;
    const good = entry.key === key && (entry.expires === null || entry.expires > Date.now());
    return good ? { value: entry.value } : null;
  } catch {
    return null;
  }
}

/** Written beside and renamed: a reader never sees half of it. */
export async function keep(key: string, value: unknown, expirationSeconds: number | undefined): Promise<void> {
  const entry: Entry = {
    key,
    expires: expirationSeconds === undefined ? null : Date.now() + expirationSeconds * 1000,
    value,
  };
  const text = JSON.stringify(entry);
  const draft = `${fileOf(key)}.${newId()}`;
  await mkdir(join(homeFolder(), 'cache'), { recursive: true, mode: 0o700 });
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, fileOf(key));
}
