import http from 'node:http';
import type { Sent } from './cases.ts';

export type Answered = { status: number; bytes: number; text: string };
const agent = new http.Agent({ keepAlive: true });
const waitsMs = 60_000;
const textMax = 4_000;

/** Status 0 when the connection was cut without an answer, -1 when none came in a minute. */
export function send(url: string, { method, path, body }: Sent, key: string | null): Promise<Answered> {
  return new Promise((resolve) => {
    const headers = {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
    };
    const request = http.request(`${url}${path}`, { method, agent, headers, timeout: waitsMs }, (answer) => {
      let [bytes, text] = [0, ''];
      answer.on('data', (data: Buffer) => {
        bytes += data.length;
        if (text.length < textMax) text += data.toString().slice(0, textMax);
      });
      const done = () => resolve({ status: answer.statusCode!, bytes, text });
      answer.once('end', done).once('error', done);
    });
    request.once('timeout', () => {
      resolve({ status: -1, bytes: 0, text: 'no answer within a minute' });
      request.destroy();
    });
    request.once('error', (error) => resolve({ status: 0, bytes: 0, text: error.message }));
    request.end(body ?? undefined);
  });
}
