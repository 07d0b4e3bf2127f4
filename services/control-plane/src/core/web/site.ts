import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

export type Page = {
  body: Buffer;
  brotli: Buffer | null;
  gzip: Buffer | null;
  type: string;
  etag: string;
  immutable: boolean;
  /** The hashes of the scripts that stand in it. */
  scripts: string[];
};

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/x-component; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

/** What machines look for at every site; shaped like a part of the page of an account, and none. */
const forMachines = new Set(['robots.txt', 'security.txt', 'ads.txt', 'humans.txt', 'llms.txt']);

/** A folder of the exported tree; `_` stands for any one segment of an address. */
type Folder = { folders: Map<string, Folder>; files: Map<string, Page> };

/** The exported web app in memory, with every file compressed once. */
export class Site {
  private constructor(private readonly root: Folder) {}

  static read(folder: string): Site {
    return new Site(readFolder(folder, false));
  }

  /** The file that answers an address, or null. `/acme/main/runs/123` is answered by `_/_/runs/_.html`. */
  find(address: string): Page | null {
    const segments = decode(address).filter((segment) => segment !== '');
    if (segments.length === 1 && forMachines.has(segments[0]!)) return null;
    return this.walk(this.root, segments);
  }

  /** The handles that an address of a page names; null for the pages that belong to no account. */
  handlesIn(address: string): { account: string; workspace: string | null } | null {
    const [account, workspace = null] = decode(address).filter((segment) => segment !== '');
    if (!account || this.root.folders.has(account)) return null;
    const isOwn = workspace === null && this.root.files.has(`${account}.html`);
    return isOwn ? null : { account, workspace };
  }

  get notFound(): Page | null {
    return this.root.files.get('404.html') ?? null;
  }

  private walk(folder: Folder, segments: string[]): Page | null {
    const [head, ...rest] = segments;
    if (head === undefined) return folder.files.get('index.html') ?? null;
    if (rest.length === 0) {
      const page = fileOf(folder, head);
      if (page) return page;
    }
    const named = folder.folders.get(head);
    if (named) return this.walk(named, rest);
    const any = isName(head) ? folder.folders.get('_') : undefined;
    return any ? this.walk(any, rest) : null;
  }
}

function fileOf(folder: Folder, segment: string): Page | null {
  const page = folder.files.get(segment) ?? folder.files.get(`${segment}.html`);
  if (page) return page;
  // What is a folder by its own name is nobody's handle.
  if (folder.folders.has(segment)) return null;
  const [name, ending] = segment.endsWith('.txt') ? [segment.slice(0, -4), '.txt'] : [segment, '.html'];
  return (isName(name) && folder.files.get(`_${ending}`)) || null;
}

/** Handles and ids look like this; what does not is no page. */
const isName = (segment: string): boolean => /^[a-z\d](?:[a-z\d-]{0,62}[a-z\d])?$/i.test(segment);

function decode(address: string): string[] {
  try {
    return decodeURIComponent(address.split('?')[0]!).split('/');
  } catch {
    return ['404'];
  }
}

function readFolder(folder: string, immutable: boolean): Folder {
  const found: Folder = { folders: new Map(), files: new Map() };
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) found.folders.set(entry.name, readFolder(full, immutable || entry.name === '_next'));
    else found.files.set(entry.name, readPage(full, immutable));
  }
  return found;
}

function readPage(file: string, immutable: boolean): Page {
  const body = fs.readFileSync(file);
  const extension = path.extname(file);
  const squeezable = body.length > 512 && !['.png', '.woff2', '.ico'].includes(extension);
  return {
    body,
    // Level 5: a start-up cost of a second for the whole app, and within a few percent of the best.
    brotli: squeezable ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : null,
    gzip: squeezable ? gzipSync(body) : null,
    type: types[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha1').update(body).digest('base64url')}"`,
    immutable,
    scripts: extension === '.html' ? scriptsIn(body.toString()) : [],
  };
}

function scriptsIn(html: string): string[] {
  const inside = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([^]*?)<\/script>/g)].map((match) => match[1]!);
  return [...new Set(inside)].map((text) => `sha256-${createHash('sha256').update(text).digest('base64')}`);
}
