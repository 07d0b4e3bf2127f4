import type { ExecutionResult } from 'graphql';

type Written = { text: string | null };
const shared = new WeakMap<object, Written>();

/** Many are told this. Known by its data, since around that the library makes an object anew for each reader. */
export function share({ data, errors }: ExecutionResult): void {
  if (data && !errors) shared.set(data, { text: null });
}

type Message = { id?: string; type: string; payload?: { data?: object | null; errors?: unknown } | null };

/** A message as text; what many are told is written once. */
export function messageText(message: Message, write: (value: unknown) => string): string {
  const data = message.type === 'next' && !message.payload?.errors ? message.payload?.data : null;
  const written = data && shared.get(data);
  if (!written) return write(message);
  written.text ??= write({ data });
  return `{"id":${JSON.stringify(message.id)},"type":"next","payload":${written.text}}`;
}
