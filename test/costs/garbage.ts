import { once } from 'node:events';
import { until } from '@headgate/testkit';
import { WebSocket } from 'ws';

/** Makes a process of Node collect its garbage, through the inspector that it opens when it is asked to. */
export async function collectGarbage(pid: number, inspectorPort: number): Promise<void> {
  process.kill(pid, 'SIGUSR1');
  let address = '';
  await until('the inspector listens', async () => {
    const answer = await fetch(`http://127.0.0.1:${inspectorPort}/json`).catch(() => null);
    const targets = answer ? ((await answer.json()) as { webSocketDebuggerUrl: string }[]) : [];
    address = targets[0]?.webSocketDebuggerUrl ?? '';
    return address !== '';
  });
  const socket = new WebSocket(address);
  await once(socket, 'open');
  for (const id of [1, 2]) {
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await once(socket, 'message');
  }
  socket.close();
}
