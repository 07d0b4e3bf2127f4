import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Reads `+pid` and `-pid` on its input, and ends the process groups that are left when the input closes: that happens
 * when the agent dies in whatever way. SIGTERM first, SIGKILL soon after: by the time its leases expire and other
 * agents may start the same runs, nothing of them may be alive here.
 */
const script = `
groups=' '
while read -r sign pid; do
  rest=' '
  for each in $groups; do [ "$each" = "$pid" ] || rest="$rest$each "; done
  groups="$rest"
  [ "$sign" = + ] && groups="$groups$pid "
done
[ "$groups" = ' ' ] && exit 0
for pid in $groups; do kill -s TERM -- "-$pid" 2>/dev/null; done
sleep 3
for pid in $groups; do kill -s KILL -- "-$pid" 2>/dev/null; done
`;

let shell: ChildProcess | undefined;

/** From now on the group ends with this process. Answers how to undo that. */
export function endWithUs(groupId: number): () => void {
  shell ??= start();
  shell.stdin!.write(`+ ${groupId}\n`);
  return () => void shell?.stdin!.write(`- ${groupId}\n`);
}

function start(): ChildProcess {
  // Detached: Ctrl-C in the terminal reaches us, and we drain; it must not reach the watchdog.
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.stdin!.on('error', () => undefined);
  child.once('exit', () => (shell = undefined));
  child.unref();
  (child.stdin as unknown as { unref?: () => void }).unref?.();
  return child;
}
