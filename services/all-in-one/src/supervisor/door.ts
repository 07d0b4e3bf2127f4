import { spawn, type ChildProcess } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { UserError } from '../user-error.js';
import { controlPlane } from './control-plane.js';
import type { ProcessList } from './orphans.js';

type Handle = { fd: number; close(): void };
/** What `cluster` shares its sockets with: bound here, listened on and accepted from by whoever inherits it. */
const { _createServerHandle: bind } = net as unknown as {
  _createServerHandle(address: string, port: number, family: number): Handle | number;
};

const againMs = 500;

/**
 * The address of the api, held by the supervisor, so that nobody is refused while the api is away: an api inherits the
 * listening socket, and while none listens another process asks everybody to come again.
 */
export class Door {
  private keeper: ChildProcess | null = null;
  private isOpen = false;

  private constructor(
    private readonly root: string,
    private readonly processes: ProcessList,
    private readonly handle: Handle | null,
  ) {}

  static async hold(root: string, processes: ProcessList, host: string, port: number): Promise<Door> {
    // Windows does not hand sockets down.
    if (process.platform === 'win32') return new Door(root, processes, null);
    const { address, family } = await lookup(host);
    const handle = bind(address, port, family);
    if (typeof handle === 'number')
      throw new UserError(
        `Port ${port} is taken by another program.`,
        'Set HEADGATE_PORT to a free one, or leave it out.',
      );
    return new Door(root, processes, handle);
  }

  /** The descriptor that an api inherits; null where it has to listen by itself. */
  get fd(): number | null {
    return this.handle?.fd ?? null;
  }

  /** No api listens. */
  answer(): void {
    this.isOpen = true;
    if (this.keeper || !this.handle) return;
    const [program, ...args] = [process.execPath, ...controlPlane(this.root, 'door')] as [string, ...string[]];
    const keeper = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'ignore', this.handle.fd, 'ipc'],
      detached: true,
    });
    this.keeper = keeper;
    if (keeper.pid) this.processes.set('door', keeper.pid);
    keeper.on('error', () => undefined);
    keeper.once('close', () => this.left());
  }

  private left(): void {
    this.keeper = null;
    this.processes.remove('door');
    if (this.isOpen) setTimeout(() => this.isOpen && this.answer(), againMs).unref();
  }

  /** An api listens. */
  handOver(): void {
    this.isOpen = false;
    this.keeper?.kill('SIGTERM');
  }

  /** Lets go of the address. */
  async release(): Promise<void> {
    const { keeper } = this;
    const gone = keeper && new Promise((resolve) => keeper.once('close', resolve));
    this.handOver();
    await gone;
    this.handle?.close();
  }
}
