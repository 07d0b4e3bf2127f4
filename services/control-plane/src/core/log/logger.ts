import { pino, type Logger } from 'pino';

export type { Logger };

export const createLogger = (level: string, process: string): Logger =>
  pino({
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['*.password', '*.key', '*.token'],
  });
