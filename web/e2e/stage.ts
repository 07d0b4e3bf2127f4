import { startSystem, type TestSystem } from '@headgate/testkit';
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { launchChromium } from './chromium';
import { workspaceOf } from './workspace-api';

export const person = { name: 'Ada Example', email: 'ada@example.test', password: 'correct horse battery staple' };

type Json = Record<string, unknown>;
type Found = Json & { id: string };

/** One system, one browser, one person with a workspace: what the tests of a file share. */
export class Stage {
  /** What pages complained of. */
  readonly faults: string[] = [];
  home = '';
  base = '';
  private key = '';
  private cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>> = [];

  private constructor(
    readonly system: TestSystem,
    readonly browser: Browser,
  ) {}

  static async open(): Promise<Stage> {
    const [system, browser] = await Promise.all([startSystem(), launchChromium()]);
    const stage = new Stage(system, browser);
    const page = await stage.page();
    await page.goto(`${system.url}/sign-up`);
    await page.getByLabel('Name').fill(person.name);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(/\/[\w-]+\/main$/);
    const { accountId, id } = await workspaceOf(page);
    stage.home = page.url();
    stage.base = `/api/accounts/${accountId}/workspaces/${id}`;
    stage.key = await newKey(page);
    stage.cookies = await page.context().cookies();
    await page.context().close();
    return stage;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.system.stop();
  }

  /** A window of its own, signed in as soon as there is somebody. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    if (this.cookies.length > 0) await context.addCookies(this.cookies);
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${String(error)}`));
    page.on('console', (message) => {
      if (/Content Security Policy|Minified React error/i.test(message.text()))
        this.faults.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  /** A window at an address of the workspace. */
  async at(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.page(options);
    await page.goto(this.home + path);
    return page;
  }

  /** The workspace API, as a program calls it. Answers the text of what it says. */
  async text(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await fetch(`${this.system.url}${this.base}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text;
  }

  post = async (path: string, body: unknown = {}): Promise<Found> => JSON.parse(await this.text('POST', path, body));
  get = async (path: string): Promise<Found> => JSON.parse(await this.text('GET', path));

  flow = async (name: string): Promise<string> => (await this.post('/flows/', { name })).id;

  /** A run that is in a state at once. */
  run = (flow_id: string, type: string, more: Json = {}): Promise<Found> =>
    this.post('/flow_runs/', { flow_id, state: { type }, ...more });

  move = (id: string, type: string, more: Json = {}): Promise<Found> =>
    this.post(`/flow_runs/${id}/set_state`, { state: { type, ...more }, force: true });
}

const newKey = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const token = /(?:^|; )(?:__Host-)?headgate_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
    const answer = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': decodeURIComponent(token) },
      body: JSON.stringify({ query: 'mutation { createApiKey(name: "tests") { key } }' }),
    });
    return (await answer.json()).data.createApiKey.key;
  });

/** Names of the operations that a page asks over HTTP, in order; `underWay` are those that are not answered yet. */
export function questionsOf(page: Page): string[] & { underWay: number } {
  const asked = Object.assign([] as string[], { underWay: 0 });
  const isQuestion = (request: Request) => request.url().endsWith('/graphql') && request.method() === 'POST';
  page.on('request', (request) => {
    if (!isQuestion(request)) return;
    asked.underWay += 1;
    asked.push(String((request.postDataJSON() as { operationName?: string } | null)?.operationName));
  });
  const ended = (request: Request) => void (isQuestion(request) && (asked.underWay -= 1));
  page.on('requestfinished', ended).on('requestfailed', ended);
  return asked;
}
