import { AppError, notFound, unavailable } from '../../core/errors/app-error.js';
import { fromDatabase } from '../../core/errors/database-errors.js';

type PrismaError = Error & { code?: string; meta?: { driverAdapterError?: { cause?: DriverError } } };

/** What Postgres said, where Prisma has no code of its own for it. */
type DriverError = {
  originalCode?: string;
  originalMessage?: string;
  constraint?: { fields?: string[]; index?: string };
};

/** Not reachable, too slow, connection closed, no connection free, transaction lost. */
const away = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);

/** What an error of Prisma means; a broken unique key becomes a `UniqueViolation`. */
export function fromPrisma(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { code } = error as PrismaError;
  if (code === 'P2002') return new UniqueViolation(columnsOf(error), error);
  if (code === 'P2025') return notFound('Not Found', { cause: error });
  if (code && away.has(code)) return unavailable('Service Unavailable', error);
  const meant = fromDatabase(saidBy(error));
  return meant instanceof AppError ? meant : fromDatabase(error);
}

/** The error as it would have come without Prisma: texts that cannot be stored, a server that stops, slow statements. */
function saidBy(error: PrismaError): unknown {
  const said = error.meta?.driverAdapterError?.cause;
  const { originalCode: code, originalMessage: message } = said ?? {};
  return code ? Object.assign(new Error(message, { cause: error }), { code }) : error;
}

/** Something with these values is there already. Callers who know the field say it in their own words. */
export class UniqueViolation extends AppError {
  constructor(
    readonly columns: string,
    cause: unknown,
  ) {
    super('conflict', 'Data integrity conflict. This usually means a unique or foreign key constraint was violated.', {
      cause,
    });
  }
  on(column: string): boolean {
    return this.columns.includes(column);
  }
}

function columnsOf(error: PrismaError): string {
  const constraint = error.meta?.driverAdapterError?.cause?.constraint;
  return constraint?.fields?.join(',') ?? constraint?.index ?? error.message;
}
