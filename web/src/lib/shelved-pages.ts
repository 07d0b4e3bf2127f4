import { connection } from './connection';
import { readWorkspaceAddress } from './paths';

const patienceMs = 3_000;

/**
 * Going to another page of the app asks the server for a file that says how the page is built, one for every shape of
 * address. When that fails, Next leaves the app and lets the browser load the address anew: while the server is away, the
 * browser's own error page. So files are kept once they were read, and a page whose file was never read waits for the
 * server, which is said; it comes by itself.
 */
export function shelvePages(): void {
  const ask = window.fetch;
  const shelf = new Map<string, Shelved>();
  const attempt = async (shape: string, url: URL, ...request: Parameters<typeof fetch>) => {
    const answer = await ask(...request).catch((error: unknown) => ({ ok: false, status: 0, error }) as const);
    if ('headers' in answer && answer.status < 500) {
      if (answer.ok) shelf.set(shape, await shelved(answer.clone()));
      return answer;
    }
    const kept = shelf.get(shape);
    if (kept) return taken(kept, url.href);
    if (request[1]?.signal?.aborted) throw 'error' in answer ? answer.error : new Error(`HTTP ${answer.status}`);
    return null;
  };
  window.fetch = async (input, init) => {
    const url = pageFileOf(input, init);
    if (!url) return ask(input, init);
    const shape = shapeOf(url);
    let done: (() => void) | null = null;
    const say = () => void (done ??= connection.waits());
    const slow = setTimeout(say, patienceMs);
    try {
      for (let wait = 500; ; wait = Math.min(4_000, wait * 2)) {
        const answer = await attempt(shape, url, input, init);
        if (answer) return answer;
        say();
        await orConnected(wait);
      }
    } finally {
      clearTimeout(slow);
      (done as (() => void) | null)?.();
    }
  };
}

/** Ends after so long, or as soon as the connection is back. */
const orConnected = (ms: number): Promise<void> =>
  new Promise((done) => {
    const { opened } = connection.get();
    const end = () => {
      clearTimeout(timer);
      unhook();
      done();
    };
    const timer = setTimeout(end, ms);
    const unhook = connection.subscribe(() => connection.get().opened > opened && end());
  });

type Shelved = { body: string; headers: [string, string][] };

const shelved = async (answer: Response): Promise<Shelved> => ({
  body: await answer.text(),
  headers: [...answer.headers].filter(([name]) => !/^content-(encoding|length)$/.test(name)),
});

/** Next looks at where an answer came from. */
const taken = ({ body, headers }: Shelved, url: string): Response =>
  Object.defineProperty(new Response(body, { headers }), 'url', { value: url });

function pageFileOf(input: RequestInfo | URL, init?: RequestInit): URL | null {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  if (!headers.has('rsc')) return null;
  return new URL(input instanceof Request ? input.url : input, location.href);
}

/** Pages of all workspaces and of all things of a kind are built alike. */
function shapeOf({ pathname }: URL): string {
  const ending = /(?:\/__next\.[^/]*)?\.txt$/.exec(pathname)?.[0] ?? '';
  const address = readWorkspaceAddress(pathname.slice(0, pathname.length - ending.length));
  return address ? `_/_/${address.section ?? ''}${address.id ? '/_' : ''}${ending}` : pathname;
}
