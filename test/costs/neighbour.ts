// Another account asks who it is, again and again, in a process of its own: `node neighbour.ts URL KEY PID`.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { workedMs } from './worked.ts';

const [url, key, pid] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const pauseMs = 15;

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}/api/me/`, { agent, headers: { authorization: `Bearer ${key}` } }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`GET /me answered ${answer.statusCode}`));
      answer.resume().once('end', resolve);
    });
    request.once('error', reject);
  });
}

process.once('disconnect', () => process.exit(0));
for (;;) {
  const [from, worked] = [Date.now(), workedMs(Number(pid))];
  const failure = await ask().then(
    () => null,
    (error: Error) => error.message,
  );
  const ms = Date.now() - from;
  // What the api worked meanwhile is what it made others wait for; the rest is a busy machine.
  if (!process.connected) process.exit(0);
  process.send!({ from, ms, blockedMs: Math.min(ms, workedMs(Number(pid)) - worked), failure });
  await sleep(pauseMs);
}
