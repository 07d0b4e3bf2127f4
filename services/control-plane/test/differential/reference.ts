import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { Agent, request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '@headgate/all-in-one';
import { until } from '@headgate/testkit';
import type { Answer, Http } from '../property/http.js';

/** The Prefect that is installed here, if one is: named by PREFECT_BIN, or on the path. */
export const prefectBin: string | null = (() => {
  const named = process.env['PREFECT_BIN'] ?? 'prefect';
  return spawnSync(named, ['--help'], { stdio: 'ignore' }).status === 0 ? named : null;
})();

export type Reference = { http: Http; httpAs(userAgent: string): Http; stop(): Promise<void> };

/** A real Prefect server with a folder of its own and no services. */
export async function startReference(): Promise<Reference> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-reference-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(prefectBin!, ['server', 'start', '--port', new URL(url).port, '--no-services'], {
    env: {
      ...process.env,
      PREFECT_HOME: home,
      PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
      PREFECT_LOGGING_SERVER_LEVEL: 'CRITICAL',
      PREFECT_API_URL: `${url}/api`,
    },
    stdio: 'ignore',
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGINT');
    await gone;
    fs.rmSync(home, { recursive: true, force: true });
  };
  await until(
    'the reference server answers',
    () =>
      fetch(`${url}/api/health`).then(
        (answer) => answer.ok,
        () => false,
      ),
    startSecondsMax,
  );
  const httpAs = (userAgent: string) => httpOf(`${url}/api`, { 'user-agent': userAgent });
  return { http: httpOf(`${url}/api`), httpAs, stop };
}

/** It takes ten seconds on a quiet machine. */
const startSecondsMax = 280;
const triesMax = 100;
/** A connection per request: the reference closes idle ones under the hands of who reuses them. */
const agent = new Agent({ keepAlive: false });

/** Calls over the network; `headers` go with each. A reference whose database is busy (503) is asked again. */
export const httpOf =
  (apiUrl: string, headers: Record<string, string> = {}): Http =>
  async (method, at, body) => {
    for (let tries = 1; ; tries++) {
      const answer = await send(apiUrl + at, method, headers, body);
      if (answer.status !== 503 || tries === triesMax) return answer;
    }
  };

function send(url: string, method: string, headers: Record<string, string>, body: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const typed = {
      ...headers,
      ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    const sent = request(url, { method, agent, headers: typed }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const read = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode!, body: read ? JSON.parse(read) : null, headers: answer.headers });
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
