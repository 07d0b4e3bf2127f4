import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Nest's own lines: its errors and warnings in our log, its chatter about start-up left out. */
export class NestLog implements LoggerService {
  constructor(private readonly to?: Logger) {}
  log(): void {}
  error(message: unknown, ...more: unknown[]): void {
    if (this.to) this.to.error({ more }, String(message));
    else process.stderr.write(`${String(message)}\n${more.map(String).join('\n')}\n`);
  }
  warn(message: unknown): void {
    this.to?.warn(String(message));
  }
  debug(): void {}
  verbose(): void {}
}
