import { z } from 'zod';
import { proxiesAre, readTrustedProxies } from './trusted-proxies.js';

const atMost = (standard: number, words: string) => z.coerce.number().int().min(1).default(standard).describe(words);
/** A budget; an account may have others (table account_limit). */
const perSecond = (standard: number, what: string) =>
  atMost(standard, `${what} that a workspace may make per second, unless its account has a limit of its own.`);

/**
 * Every setting of the control plane. This is the only reader of `process.env`; `docs/reference/settings.md` is
 * generated from the descriptions.
 */
export const envSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
    .describe('PostgreSQL 15 or newer.'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must start with redis://')
    .describe('Redis 7 or Valkey. Holds nothing that may not be lost.'),
  HEADGATE_HOST: z.string().default('127.0.0.1').describe('Address that the api listens on.'),
  HEADGATE_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(4200)
    .describe('Port of the api; 0 takes a free one.'),
  HEADGATE_PUBLIC_URL: z
    .url()
    .optional()
    .describe('Address under which people and agents reach the api. Default: http://localhost:PORT.'),
  HEADGATE_SECRET: z
    .string()
    .min(32, 'needs at least 32 characters')
    .describe('Signs cookies and CSRF tokens; the same on every replica.'),
  HEADGATE_MASTER_KEY: z
    .string()
    .min(32, 'needs at least 32 characters')
    .optional()
    .describe(
      'Seals the secrets of blocks at rest: without it they cannot be read again. The same on every replica. Default: derived from HEADGATE_SECRET, which then may not change either.',
    ),
  HEADGATE_WEB_DIR: z
    .string()
    .optional()
    .describe('Folder of the exported web app. Without it only the API is served.'),
  HEADGATE_PACKAGES_DIR: z
    .string()
    .optional()
    .describe('Folder with agent.tgz and sdk.tgz, which /packages gives to machines that are to be connected.'),
  HEADGATE_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe line that is written.'),
  HEADGATE_FREEZE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(10)
    .describe(
      'Seconds that the event loop of a process may stand still before the process is ended, to be started again; 0 is for ever.',
    ),
  HEADGATE_LOOPS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(0)
    .describe('Port of /health and /metrics of the loops process; 0 is none.'),
  HEADGATE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(4)
    .max(100)
    .default(10)
    .describe(
      'Database connections of one process: half for the write path, a fifth for searches, the rest for other composed queries.',
    ),
  HEADGATE_STATEMENT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3600)
    .default(40)
    .describe(
      'Seconds that a statement may take in Postgres. A connection that says nothing for 5 seconds more is given up: its network may have gone without a word.',
    ),
  HEADGATE_STATEMENT_NAMES: z
    .stringbool()
    .prefault('true')
    .describe('Prepared statements; turn off behind a transaction pooler.'),
  HEADGATE_SIGN_UP: z
    .enum(['open', 'first', 'closed'])
    .default('open')
    .describe('Who may sign up: anybody, the first person only (the default of the container), or nobody.'),
  HEADGATE_SESSION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe('Days after which an unused session ends.'),
  HEADGATE_SESSION_DAYS_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .max(400)
    .default(90)
    .describe('Days after which a session ends, however much it is used.'),
  HEADGATE_SIGN_IN_TRIES: z.coerce
    .number()
    .int()
    .min(1)
    .default(10)
    .describe(
      'Sign-ins that may fail for one person at one client address, or in a browser that knows them, before each further one has to wait longer. Ten times as many may fail at one address in 15 minutes, a hundred times as many for one person.',
    ),
  HEADGATE_PASSWORD_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(19)
    .max(1024)
    .default(64)
    .describe('Memory that one password hash takes; changed, passwords are hashed anew as people sign in.'),
  HEADGATE_SOCKETS_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .default(20_000)
    .describe('Websockets that one api process holds in all; a quarter of them before they have signed in.'),
  HEADGATE_SOCKETS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .default(2_000)
    .describe('Websockets per client address and api process.'),
  HEADGATE_SOCKETS_UNKNOWN_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .default(200)
    .describe('Websockets per client address and api process that have not signed in yet.'),
  HEADGATE_SOCKETS_PER_KEY: z.coerce
    .number()
    .int()
    .min(1)
    .default(1_000)
    .describe('Websockets per API key or browser session and api process.'),
  HEADGATE_SOCKETS_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .default(2_000)
    .describe('Websockets per user and api process.'),
  HEADGATE_SOCKETS_PER_WORKSPACE: atMost(5_000, 'Websockets per workspace and api process.'),
  HEADGATE_SOCKETS_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(16)
    .default(256)
    .describe('What all websockets of an api process may leave unread or unfinished; above, those that hold most end.'),
  HEADGATE_SOCKETS_PING_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(300)
    .default(30)
    .describe('Seconds between pings to each websocket; one that says nothing until the next ends.'),
  HEADGATE_SOCKETS_RECHECK_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(300)
    .default(30)
    .describe('Seconds after which the rights of open connections are looked at again, also when nothing was said.'),
  HEADGATE_RETENTION_EVENT_DAYS: z.coerce.number().int().min(1).default(7).describe('Days that events are kept.'),
  HEADGATE_RETENTION_LOG_DAYS: z.coerce.number().int().min(1).default(30).describe('Days that log lines are kept.'),
  HEADGATE_RETENTION_STATE_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .default(90)
    .describe('Days that the history of states is kept.'),
  HEADGATE_RETENTION_RUN_DAYS: z.coerce
    .number()
    .min(0.001)
    .default(90)
    .describe('Days that a flow run is kept after its end, with its task runs and inputs; 0.25 is six hours.'),
  HEADGATE_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text, context) => readTrustedProxies(text) ?? refuse(context, proxiesAre))
    .describe(
      'Proxies whose X-Forwarded-For, -Proto and -Host are believed: addresses and networks (10.0.0.7, 10.1.0.0/16) with commas between, or how many stand in a row before the api, where nobody can reach it past them. Default: none.',
    ),
  HEADGATE_CONNECTIONS_MAX: z.coerce
    .number()
    .int()
    .min(10)
    .default(20_000)
    .describe('Connections that the api holds open; beyond, idle ones are closed and new ones turned away.'),
  HEADGATE_CONNECTIONS_PER_ADDRESS_MAX: z.coerce
    .number()
    .int()
    .min(10)
    .default(2000)
    .describe('The same for one client address. Trusted proxies have no such limit.'),
  HEADGATE_METRICS_TOKEN: z
    .string()
    .min(16, 'needs at least 16 characters')
    .optional()
    .describe(
      'Whoever sends it as a bearer token may read /metrics of the api. Default: nobody may. On the port of the loops it is asked for when it is set.',
    ),
  HEADGATE_LIMIT_REQUESTS: perSecond(10_000, 'Requests'),
  HEADGATE_LIMIT_RUNS: perSecond(40_000, 'New flow runs'),
  HEADGATE_LIMIT_LOG_LINES: perSecond(200_000, 'Log lines'),
  HEADGATE_LIMIT_LOG_KILOBYTES: perSecond(102_400, 'Kilobytes of log messages'),
  HEADGATE_LIMIT_EVENTS: perSecond(100_000, 'Events'),
  HEADGATE_LIMIT_API_KEYS: atMost(200, 'API keys that a person may have.'),
  HEADGATE_LIMIT_WORKSPACES: atMost(100, 'Workspaces that an account may have.'),
  HEADGATE_PROCESS: z
    .enum(['api', 'loops', 'tool'])
    .default('tool')
    .describe('Set by the entry point: names the process in the log.'),
  HEADGATE_SUPERVISED: z
    .stringbool()
    .prefault('false')
    .describe('Set by the supervisor: the process ends when its parent does.'),
  HEADGATE_LISTEN_FD: z.coerce
    .number()
    .int()
    .min(3)
    .optional()
    .describe('Set by the supervisor: the socket that it holds open for the api, in place of a host and port.'),
});

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

export type Env = z.infer<typeof envSchema>;

/** Reads the settings; throws one error that lists every mistake. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = envSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The settings are not usable:\n${mistakes.join('\n')}\nSee docs/reference/settings.md.`);
}
