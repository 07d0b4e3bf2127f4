import net from 'node:net';
import { UserError } from '../user-error.js';

const connectMsMax = 5_000;

/** The processes go on without Redis when it goes away later; at the start its absence is a mistake in the setting. */
export async function refuseUnreachableRedis(redisUrl: string): Promise<void> {
  const url = URL.parse(redisUrl);
  if (!url || !/^rediss?:$/.test(url.protocol))
    throw new UserError('REDIS_URL is not an address of Redis.', 'It looks like redis://user:password@host:6379.');
  const port = Number(url.port || 6379);
  // An IPv6 address stands in brackets there.
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  await new Promise<void>((resolve, reject) => {
    const refuse = (why: string) => {
      socket.destroy();
      reject(
        new UserError(
          `Redis cannot be reached at ${host}:${port}: ${why}`,
          'Is the server of REDIS_URL running? Without the setting the bundled Valkey is used.',
        ),
      );
    };
    const socket = net.connect({ host, port, timeout: connectMsMax });
    socket.once('connect', () => resolve(void socket.end()));
    socket.once('timeout', () => refuse(`no answer within ${connectMsMax / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => refuse(error.message || String(error.code)));
  });
}
