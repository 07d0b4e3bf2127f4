import fs from 'node:fs';
import { Session, type Debugger } from 'node:inspector';
import { workerData } from 'node:worker_threads';

type Watched = { shared: Int32Array; name: string; seconds: number; whileStarting: number };
const { shared, name, seconds, whileStarting } = workerData as Watched;

/** Of a process that was ended because it stood still. */
const exitCode = 70;
const stackMsMax = 2_000;
const framesMax = 30;

let seen = -1;
let still = 0;
// Looks are counted, not time: in the sleep of a machine nobody looks.
const looks = setInterval(() => {
  const beats = Atomics.load(shared, 0);
  const debugged = Atomics.load(shared, 1) === 1;
  still = beats === seen && !debugged ? still + 1 : 0;
  seen = beats;
  if (still < (Atomics.load(shared, 2) === 1 ? seconds : whileStarting)) return;
  clearInterval(looks);
  endMainThread();
}, 1_000);

/** By its own exit, which an endless loop can be interrupted for; by force when it is stuck deeper. */
function endMainThread(): void {
  const force = (why: string) => {
    say(`no stack: ${why}`);
    process.kill(process.pid, 'SIGKILL');
  };
  try {
    const session = new Session();
    session.connectToMainThread();
    const addresses = new Map<string, string>();
    session.on('Debugger.scriptParsed', ({ params }) => addresses.set(params.scriptId, params.url));
    session.once('Debugger.paused', ({ params: { callFrames } }) => {
      say(callFrames.slice(0, framesMax).map((frame) => lineOf(frame, addresses)));
      session.post('Debugger.evaluateOnCallFrame', {
        callFrameId: callFrames[0]!.callFrameId,
        expression: `globalThis.process.exit(${exitCode})`,
      });
    });
    session.post('Debugger.enable');
    session.post('Debugger.pause');
    setTimeout(() => force('the main thread cannot be interrupted'), stackMsMax);
  } catch (error) {
    force((error as Error).message);
  }
}

function lineOf({ functionName, location }: Debugger.CallFrame, addresses: Map<string, string>): string {
  const { scriptId, lineNumber, columnNumber = 0 } = location;
  return `at ${functionName || '<anonymous>'} (${addresses.get(scriptId) ?? 'native'}:${lineNumber + 1}:${columnNumber + 1})`;
}

/** Past the logger and the console, which live in the thread that stands still. */
function say(stack: string | string[]): void {
  const time = new Date().toISOString();
  const msg = `the event loop stood still for ${still} s: ending the process`;
  try {
    fs.writeSync(1, `${JSON.stringify({ level: 60, time, process: name, stack, msg })}\n`);
  } catch {
    // Nobody reads it.
  }
}
