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

/** Whether one could listen there. A browser may take `localhost` for ::1, so that is looked at too. */
export async function isFree(port: number, host: string): Promise<boolean> {
  if (!(await canListen(port, host))) return false;
  return host !== '127.0.0.1' || canListen(port, '::1');
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    // A machine without IPv6 has nobody on ::1.
    const server = net
      .createServer()
      .once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** The wanted port, or the next one that is free. */
export async function portFrom(wanted: number, host: string): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) if (await isFree(port, host)) return port;
  return freePort();
}
