import type { BudgetLimits } from '../fair/limits.js';
import { readEnv, type Env } from './env.js';
import type { TrustedProxies } from './trusted-proxies.js';

const secondsPerDay = 86_400;

/** The settings, grouped by who needs them; units are in the names. */
export class Config {
  readonly http: {
    host: string;
    port: number;
    listen: { host: string; port: number; fd?: number };
    publicUrl: string | null;
    /** People reach us over HTTPS. */
    isSecure: boolean;
    webDir: string | null;
    packagesDir: string | null;
    trustedProxies: TrustedProxies;
    connectionsMax: number;
    connectionsPerAddressMax: number;
  };
  readonly metrics: { token: string | null };
  readonly database: { url: string; poolSize: number; statementSeconds: number; statementNames: boolean };
  readonly redis: { url: string };
  readonly log: { level: Env['HEADGATE_LOG_LEVEL'] };
  readonly loops: { port: number };
  readonly access: {
    secret: string;
    signUp: Env['HEADGATE_SIGN_UP'];
    sessionSeconds: number;
    sessionSecondsMax: number;
    signInTries: number;
    passwordMemoryMb: number;
    /** People reach the installation by https. */
    secureCookies: boolean;
  };
  readonly sockets: {
    max: number;
    perAddress: number;
    unknownPerAddress: number;
    perKey: number;
    perUser: number;
    perWorkspace: number;
    heldBytesMax: number;
    pingSeconds: number;
    recheckSeconds: number;
  };
  readonly secrets: { masterKey: string };
  readonly retention: { eventDays: number; logDays: number; stateDays: number; runDays: number };
  readonly limits: { budgets: BudgetLimits; apiKeys: number; workspaces: number };
  readonly supervised: boolean;
  readonly freezeSeconds: number;
  readonly process: Env['HEADGATE_PROCESS'];

  constructor(env: Env) {
    this.http = {
      host: env.HEADGATE_HOST,
      port: env.HEADGATE_PORT,
      // A socket that is held open has its address already; the host is for the log.
      listen:
        env.HEADGATE_LISTEN_FD === undefined
          ? { host: env.HEADGATE_HOST, port: env.HEADGATE_PORT }
          : { host: '127.0.0.1', port: env.HEADGATE_PORT, fd: env.HEADGATE_LISTEN_FD },
      publicUrl: env.HEADGATE_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
      isSecure: env.HEADGATE_PUBLIC_URL?.startsWith('https:') ?? false,
      webDir: env.HEADGATE_WEB_DIR ?? null,
      packagesDir: env.HEADGATE_PACKAGES_DIR ?? null,
      trustedProxies: env.HEADGATE_TRUSTED_PROXIES,
      connectionsMax: env.HEADGATE_CONNECTIONS_MAX,
      connectionsPerAddressMax: env.HEADGATE_CONNECTIONS_PER_ADDRESS_MAX,
    };
    this.metrics = { token: env.HEADGATE_METRICS_TOKEN ?? null };
    this.database = {
      url: env.DATABASE_URL,
      poolSize: env.HEADGATE_POOL_SIZE,
      statementSeconds: env.HEADGATE_STATEMENT_SECONDS,
      statementNames: env.HEADGATE_STATEMENT_NAMES,
    };
    this.redis = { url: env.REDIS_URL };
    this.log = { level: env.HEADGATE_LOG_LEVEL };
    this.loops = { port: env.HEADGATE_LOOPS_PORT };
    this.access = {
      secret: env.HEADGATE_SECRET,
      signUp: env.HEADGATE_SIGN_UP,
      sessionSeconds: env.HEADGATE_SESSION_DAYS * secondsPerDay,
      sessionSecondsMax: env.HEADGATE_SESSION_DAYS_MAX * secondsPerDay,
      signInTries: env.HEADGATE_SIGN_IN_TRIES,
      passwordMemoryMb: env.HEADGATE_PASSWORD_MEMORY_MB,
      secureCookies: env.HEADGATE_PUBLIC_URL?.startsWith('https:') ?? false,
    };
    this.sockets = {
      max: env.HEADGATE_SOCKETS_MAX,
      perAddress: env.HEADGATE_SOCKETS_PER_ADDRESS,
      unknownPerAddress: env.HEADGATE_SOCKETS_UNKNOWN_PER_ADDRESS,
      perKey: env.HEADGATE_SOCKETS_PER_KEY,
      perUser: env.HEADGATE_SOCKETS_PER_USER,
      perWorkspace: env.HEADGATE_SOCKETS_PER_WORKSPACE,
      heldBytesMax: env.HEADGATE_SOCKETS_MEMORY_MB * 1024 * 1024,
      pingSeconds: env.HEADGATE_SOCKETS_PING_SECONDS,
      recheckSeconds: env.HEADGATE_SOCKETS_RECHECK_SECONDS,
    };
    this.secrets = { masterKey: env.HEADGATE_MASTER_KEY ?? env.HEADGATE_SECRET };
    this.retention = {
      eventDays: env.HEADGATE_RETENTION_EVENT_DAYS,
      logDays: env.HEADGATE_RETENTION_LOG_DAYS,
      stateDays: env.HEADGATE_RETENTION_STATE_DAYS,
      runDays: env.HEADGATE_RETENTION_RUN_DAYS,
    };
    this.limits = {
      budgets: {
        requests: env.HEADGATE_LIMIT_REQUESTS,
        runs: env.HEADGATE_LIMIT_RUNS,
        logLines: env.HEADGATE_LIMIT_LOG_LINES,
        logBytes: env.HEADGATE_LIMIT_LOG_KILOBYTES * 1024,
        events: env.HEADGATE_LIMIT_EVENTS,
      },
      apiKeys: env.HEADGATE_LIMIT_API_KEYS,
      workspaces: env.HEADGATE_LIMIT_WORKSPACES,
    };
    this.process = env.HEADGATE_PROCESS;
    this.supervised = env.HEADGATE_SUPERVISED;
    this.freezeSeconds = env.HEADGATE_FREEZE_SECONDS;
  }

  static fromEnv(): Config {
    return new Config(readEnv());
  }
}
