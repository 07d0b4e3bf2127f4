import { currentFrame } from './context.js';

let patched = false;

/** From now on `console.log` asks whether it is called in a run that collects prints. */
export function collectPrints(): void {
  if (patched) return;
  patched = true;
  for (const [method, level] of [
    ['log', 'info'],
    ['info', 'info'],
    ['warn', 'warn'],
    ['error', 'error'],
  ] as const) {
    const original = console[method];
    console[method] = (...parts: unknown[]) => {
      const frame = currentFrame();
      if (frame?.logPrints) frame.logger[level](...parts);
      else original.apply(console, parts);
    };
  }
}
