import { pino, type Logger } from 'pino';

export type { Logger };

const waitingBytesMax = 1024 * 1024;

export const createLogger = (level: string, process: string): Logger =>
  pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['*.password', '*.key', '*.token'],
    },
    output(),
  );

/** A log that cannot be written, on a full disk, ends nothing. */
function output() {
  const destination = pino.destination({ dest: 1, sync: true, maxLength: waitingBytesMax });
  destination.on('error', () => undefined);
  return destination;
}
