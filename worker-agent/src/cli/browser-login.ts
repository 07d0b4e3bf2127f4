import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import open from 'open';
import { CliError } from './errors.js';

const waitMs = 120_000;
const bodyBytesMax = 64 * 1024;

type Told = { api_key: string } | { reason: string };

/**
 * Lets the person confirm in the browser: the page of the control plane sends the new key to a server of ours on this
 * machine. Answers the key. Throws CliError when the person declines or does not answer in time.
 */
export async function loginWithBrowser(
  server: string,
  showAddress: (address: string, opened: boolean) => void,
): Promise<string> {
  let tell: (told: Told) => void = () => undefined;
  const told = new Promise<Told>((resolve) => (tell = resolve));
  const callback = await listen(tell);
  try {
    const { port } = callback.address() as AddressInfo;
    const address = `${server}/auth/client?callback=${encodeURIComponent(`http://localhost:${port}`)}`;
    showAddress(address, await openBrowser(address));
    return keyOf(await inTime(told));
  } finally {
    callback.closeAllConnections();
    callback.close();
  }
}

function keyOf(told: Told): string {
  if ('api_key' in told) return told.api_key;
  throw new CliError(`The log-in was declined: ${told.reason}`, 'agent login --key KEY --server URL');
}

async function inTime(told: Promise<Told>): Promise<Told> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new CliError(`Nobody confirmed the log-in within ${waitMs / 1000} s.`, 'agent login --key KEY --server URL'),
        ),
      waitMs,
    );
  });
  return Promise.race([told, late]).finally(() => clearTimeout(timer));
}

/** A machine without a browser is no error: the address can be opened elsewhere, on the same machine's network. */
async function openBrowser(address: string): Promise<boolean> {
  if (!process.stdout.isTTY || process.env['HEADGATE_NO_BROWSER']) return false;
  try {
    const child = await open(address);
    child.on('error', () => undefined);
    return true;
  } catch {
    return false;
  }
}

function listen(tell: (told: Told) => void): Promise<Server> {
  const server = createServer((request, response) => void answer(request, response, tell));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, tell: (told: Told) => void): Promise<void> {
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
  response.setHeader('access-control-allow-headers', 'content-type');
  // Browsers ask so before a public page may talk to a private address.
  response.setHeader('access-control-allow-private-network', 'true');
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  const told = request.method === 'POST' ? parse(request.url, await bodyOf(request)) : null;
  response
    .writeHead(told ? 200 : 404, { 'content-type': 'application/json' })
    .end(told ? '{}' : '{"detail":"Not Found"}');
  if (told) tell(told);
}

function parse(path: string | undefined, body: string): Told | null {
  try {
    const value = JSON.parse(body) as { api_key?: unknown; reason?: unknown };
    if (path === '/success' && typeof value.api_key === 'string') return { api_key: value.api_key };
    return path === '/failure'
      ? { reason: typeof value.reason === 'string' ? value.reason : 'no reason was given' }
      : null;
  } catch {
    return null;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) {
    body += piece as string;
    if (body.length > bodyBytesMax) return '';
  }
  return body;
}
