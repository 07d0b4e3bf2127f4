/** A person with a workspace and an API key, made through the public API. */
export type TestAccount = {
  email: string;
  password: string;
  key: string;
  accountId: string;
  workspaceId: string;
  /** `account/workspace`, as addresses and command lines name it. */
  handle: string;
  /** Root of the workspace API. */
  apiUrl: string;
  /** A call of the workspace API with the key; `path` begins with `/`. */
  call<T = never>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: T; headers: Headers }>;
  /** A call of the workspace API that has to succeed; answers the body. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  graphql<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
};

let counter = 0;

export async function signUp(url: string, name = 'Ada Example'): Promise<TestAccount> {
  const email = `person-${process.pid}-${Date.now()}-${counter++}@example.test`;
  const password = 'correct horse battery staple';
  const browser = new CookieJar(url);
  const made = await browser.graphql<{
    signUp: { workspaces: { id: string; handle: string; accountId: string; accountHandle: string }[] };
  }>('mutation($input: SignUpInput!) { signUp(input: $input) { workspaces { id handle accountId accountHandle } } }', {
    input: { email, password, name },
  });
  const workspace = made.signUp.workspaces[0]!;
  const { createApiKey } = await browser.graphql<{ createApiKey: { key: string } }>(
    'mutation { createApiKey(name: "tests") { key } }',
  );
  const { key } = createApiKey;
  const apiUrl = `${url}/api/accounts/${workspace.accountId}/workspaces/${workspace.id}`;
  const call: TestAccount['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(apiUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text) as never, headers: response.headers };
  };
  return {
    email,
    password,
    key,
    accountId: workspace.accountId,
    workspaceId: workspace.id,
    handle: `${workspace.accountHandle}/${workspace.handle}`,
    apiUrl,
    call,
    api: async (method, path, body) => {
      const answer = await call(method, path, body);
      if (answer.status >= 400)
        throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    graphql: (query, variables) =>
      postGraphql(url, { authorization: `Bearer ${key}` }, query, variables).then((answer) => answer.data as never),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Enough of a browser to sign up and to make a key. */
class CookieJar {
  private readonly cookies = new Map<string, string>();
  constructor(private readonly url: string) {}

  async graphql<T>(query: string, variables?: Record<string, unknown>): Promise<T> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { data, setCookies } = await postGraphql(
      this.url,
      { cookie, 'x-csrf-token': this.cookies.get('headgate_csrf') ?? '' },
      query,
      variables,
    );
    for (const line of setCookies) {
      const [pair = ''] = line.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return data as T;
  }
}

async function postGraphql(
  url: string,
  headers: Record<string, string>,
  query: string,
  variables?: Record<string, unknown>,
) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: { message: string }[] };
  if (errors?.length) throw new Error(`GraphQL: ${errors.map((error) => error.message).join('; ')}`);
  return { data, setCookies: response.headers.getSetCookie() };
}
