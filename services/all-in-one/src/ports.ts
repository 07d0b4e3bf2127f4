import net from 'node:net';

/** A port that nobody listens on at the moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

export const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

/** The wanted port, or the next one that is free. */
export async function portFrom(wanted: number, host: string): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) if (await isFree(port, host)) return port;
  return freePort();
}
