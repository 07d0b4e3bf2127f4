import { z } from 'zod';
import { selfCommitting } from '../../core/operations/operation.js';
import { LogsService } from './logs.service.js';

export const writeLogs = selfCommitting({
  name: 'log.write',
  needs: 'run_flows',
  /** Lines by the thousand are read while they are stored (`logsCreate` says what they are). */
  input: z.unknown(),
  answer: z.void(),
  describe: () => 'Wrote log lines',
  audit: 'log.written',
  by: LogsService,
  why: 'lines are stored in one statement with those of other callers',
  run: (logs, ctx, body) => logs.take(ctx, body),
});
