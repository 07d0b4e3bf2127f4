const ownMachine = new Set(['localhost', '127.0.0.1']);

/** The address that a command line listens on, without its trailing slash; null unless it is on the visitor's own machine. */
export function readCallback(text: string | null): string | null {
  if (!text || !URL.canParse(text)) return null;
  const url = new URL(text);
  const allowed = url.protocol === 'http:' && ownMachine.has(url.hostname) && !url.username && !url.password;
  return allowed ? url.origin + url.pathname.replace(/\/+$/, '') : null;
}

async function post(url: string, body: object): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Hands the key to the waiting command line. Answers whether it took it. */
export const handOver = (callback: string, key: string) => post(`${callback}/success`, { api_key: key });

/** Tells the waiting command line that there will be no key. */
export const decline = (callback: string, reason: string) => post(`${callback}/failure`, { reason });
