/** A call of a workspace API, whoever serves it. */
export type Http = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<Answer>;
// oxlint-disable-next-line typescript/no-explicit-any -- bodies of two systems, looked at by tests
export type Answer = { status: number; body: any; headers?: Record<string, unknown> };

/** The body of a call that has to succeed. */
export async function made(answer: Promise<Answer>): Promise<Answer['body']> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Does the work for each, so many at a time; answers in order. */
export async function mapMany<In, Out>(
  inputs: In[],
  atOnce: number,
  work: (input: In) => Promise<Out>,
): Promise<Out[]> {
  const outputs: Out[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < inputs.length; at = next++) outputs[at] = await work(inputs[at]!);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outputs;
}

/** An answer to a proposal as one line; what differs from system to system (ids, times) is left out. */
export function verdictOf({ status, body }: Answer): string {
  if (!body?.details) return `${status}`;
  const { details, state } = body;
  if (body.status === 'ACCEPT') return 'ACCEPT';
  const written = status === 201 ? ` and becomes ${state.name}` : '';
  const reason = details.reason.replaceAll('StateType.', '');
  return `${body.status}${written} · ${details.type.replace('_details', '')} · ${reason}`;
}
