// A load of so many clients, each with one connection that it keeps, each sending its next request after the answer.
import http from 'node:http';

/** `localAddress`: the address that its connections come from. */
export function createClient(base, key, connections, localAddress) {
  const agent = new http.Agent({
    keepAlive: true,
    maxSockets: connections,
    ...(localAddress && { localAddress, family: 4 }),
  });
  const { hostname, port, pathname } = new URL(base);
  const send =
    (method) =>
    (path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? '' : JSON.stringify(body);
        const request = http.request(
          {
            agent,
            hostname,
            port,
            path: pathname + path,
            method,
            headers: {
              ...(text && { 'content-type': 'application/json' }),
              'content-length': Buffer.byteLength(text),
              authorization: `Bearer ${key}`,
              ...headers,
            },
          },
          (response) => {
            let answer = '';
            response.setEncoding('utf8');
            response.on('data', (part) => (answer += part));
            response.on('end', () =>
              response.statusCode < 300
                ? resolve(answer === '' ? null : JSON.parse(answer))
                : reject(new Error(`${path}: ${response.statusCode} ${answer.slice(0, 300)}`)),
            );
          },
        );
        // A server may close a connection in the moment in which it is used again.
        request.on('error', (error) =>
          request.reusedSocket && error.code === 'ECONNRESET'
            ? resolve(send(method)(path, body, headers))
            : reject(error),
        );
        request.end(text);
      });
  return {
    get: send('GET'),
    post: send('POST'),
    close: () => agent.destroy(),
  };
}

/** Runs `work` with so many clients at once for so many seconds, or turns; answers durations in ms of what was finished. */
export async function load(clients, seconds, work, turns = Infinity) {
  const durations = [];
  const end = Date.now() + seconds * 1000;
  const one = async (client) => {
    for (let turn = 0; turn < turns && Date.now() < end; turn++) {
      const started = performance.now();
      await work(client, turn);
      durations.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, at) => one(at)));
  return durations;
}

export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
