import { randomUUID } from 'node:crypto';
import { signUp, startSystem, type TestAccount, type TestSystem } from '@headgate/testkit';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { launchChromium } from './chromium';

type Json = Record<string, unknown>;
type Found = Json & { id: string };

const screen = { viewport: { width: 1280, height: 800 } };
const complaints = /Content Security Policy|Permissions-Policy|Cross-Origin-Opener|Minified React error/i;

/** One system, one browser, one person with a workspace: what all tests share. */
export class Stage {
  /** What pages complained of. */
  readonly faults: string[] = [];
  readonly home: string;

  private constructor(
    readonly system: TestSystem,
    readonly browser: Browser,
    readonly person: TestAccount,
    /** Where the person is signed in: pages of one window load faster, each after the first. */
    private readonly window: BrowserContext,
  ) {
    this.home = `${system.url}/${person.handle}`;
  }

  static async open(): Promise<Stage> {
    const [system, browser] = await Promise.all([startSystem(), launchChromium()]);
    const [person, window] = await Promise.all([signUp(system.url), browser.newContext(screen)]);
    await signIn(window, system.url, person);
    return new Stage(system, browser, person, window);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.system.stop();
  }

  /** A page, signed in. */
  page = (): Promise<Page> => this.watched(this.window);

  /** A page at an address of the workspace. */
  async at(path: string): Promise<Page> {
    const page = await this.page();
    await page.goto(this.home + path);
    return page;
  }

  /** A window of its own, in which nobody is signed in, or the person is. */
  async newWindow(options: BrowserContextOptions & { signedIn?: boolean } = {}): Promise<BrowserContext> {
    const { signedIn = false, ...rest } = options;
    const window = await this.browser.newContext({ ...screen, ...rest });
    if (signedIn) await window.addCookies(await this.window.cookies());
    return window;
  }

  /** A page of such a window, whose complaints are heard. */
  async watched(window: BrowserContext): Promise<Page> {
    const page = await window.newPage();
    page.setDefaultTimeout(120_000);
    page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${String(error)}`));
    page.on('console', (message) => {
      if (complaints.test(message.text())) this.faults.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  /** The workspace API, as a program calls it. Answers the text of what it says. */
  async text(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await fetch(this.person.apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${this.person.key}`, 'content-type': 'application/json' },
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

  /** A task run of a run, as its process tells of it: its states, each so many seconds ago. */
  async tellOfTask(runId: string, name: string, states: [secondsAgo: number, type: string, name: string][]) {
    const id = randomUUID();
    const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
    const begun = states.filter(([, type]) => type === 'RUNNING');
    const events = states.map(([secondsAgo, type, state], index) => ({
      id: randomUUID(),
      occurred: at(secondsAgo),
      event: `prefect.task-run.${state}`,
      resource: { 'prefect.resource.id': `prefect.task-run.${id}`, 'prefect.orchestration': 'client' },
      related: [{ 'prefect.resource.id': `prefect.flow-run.${runId}`, 'prefect.resource.role': 'flow-run' }],
      payload: {
        validated_state: { type, name: state, message: null },
        task_run: {
          name,
          task_key: name,
          dynamic_key: '0',
          run_count: begun.filter((each) => states.indexOf(each) <= index).length,
          expected_start_time: at(states[0]![0]),
          start_time: at(begun[0]![0]),
          ...(type === 'COMPLETED' && { end_time: at(secondsAgo) }),
        },
      },
    }));
    await this.text('POST', '/events', events);
    return id;
  }

  move = (id: string, type: string, more: Json = {}): Promise<Found> =>
    this.post(`/flow_runs/${id}/set_state`, { state: { type, ...more }, force: true });
}

async function signIn(window: BrowserContext, url: string, { email, password }: TestAccount): Promise<void> {
  const query = 'mutation($input: SignInInput!) { signIn(input: $input) { id } }';
  const answer = await window.request.post(`${url}/graphql`, {
    data: { query, variables: { input: { email, password } } },
  });
  const { errors } = (await answer.json()) as { errors?: { message: string }[] };
  if (errors) throw new Error(`Signing in: ${errors[0]?.message}`);
}

/** Names of the operations that a page asks over HTTP, in order; `underWay` are those that are not answered yet. */
export function questionsOf(page: Page): string[] & { underWay: number } {
  const asked = Object.assign([] as string[], { underWay: 0 });
  const open = new Set<Request>();
  const isQuestion = (request: Request) => request.url().endsWith('/graphql') && request.method() === 'POST';
  page.on('request', (request) => {
    if (!isQuestion(request)) return;
    asked.underWay = open.add(request).size;
    asked.push(String((request.postDataJSON() as { operationName?: string } | null)?.operationName));
  });
  // One that was asked before anybody listened is not counted when it ends.
  const ended = (request: Request) => void (open.delete(request) && (asked.underWay = open.size));
  page.on('requestfinished', ended).on('requestfailed', ended);
  return asked;
}
