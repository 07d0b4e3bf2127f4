import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to the control plane that can be cut. */
export async function startProxy(target: string) {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let isCut = false;
  let sent = '';
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    near.on('data', (piece: Buffer) => (sent = (sent + piece.toString('latin1')).slice(-100_000)));
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${own}`,
    /** The last that went through it to the control plane. */
    sent: () => sent,
    cut() {
      isCut = true;
      for (const each of open) each.destroy();
    },
    mend() {
      isCut = false;
    },
    close: () => server.close(),
  };
}
