import type { CloseReason } from '@headgate/contracts/rest/worker-channel';
import { AppError } from '../../../core/errors/app-error.js';

/** A worker's channel has to end, for a reason that the wire has a word for. */
export class ChannelEnd extends Error {
  override name = 'ChannelEnd';
  constructor(
    readonly reason: CloseReason,
    cause?: unknown,
  ) {
    super(reason, { cause });
  }
}

const reasonOfKind: Partial<Record<AppError['kind'], CloseReason>> = {
  notFound: 'authorization_failed',
  forbidden: 'authorization_failed',
  invalid: 'protocol_error',
  conflict: 'protocol_error',
};

/** What an error of a use case means for the channel. What is our own trouble passes: the worker comes back. */
export function channelEnd(error: unknown): ChannelEnd {
  if (error instanceof ChannelEnd) return error;
  const reason = error instanceof AppError ? reasonOfKind[error.kind] : undefined;
  return new ChannelEnd(reason ?? 'transient_server_error', error);
}
