/** A hundred thousand characters of ordinary text take a part of it. */
const secondsMax = 4;
/** A thread is loaded over a line that may be slow; one that failed on the way may not say so. */
const loadSecondsMax = 30;
/** A browser shows so much at once; little text can become a hundred times as long. */
const htmlMax = 3_000_000;

type Waiting = { text: string; gone: AbortSignal; resolve: (html: string | null) => void };

const waiting: Waiting[] = [];
let isAtWork = false;

/** The HTML of markdown, made in a thread of its own, one text after the other; null where it takes too long, or fails. */
export function layOut(text: string, gone: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    waiting.push({ text, gone, resolve });
    if (!isAtWork) void work();
  });
}

/** The thread is there as long as something waits, and is begun anew after a text that took too long. */
async function work(): Promise<void> {
  isAtWork = true;
  let thread: Worker | null = null;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { text, gone, resolve } = next;
    thread ??= await started();
    const html: string | null = thread && !gone.aborted ? await answerOf(thread, text, gone) : null;
    resolve(html !== null && html.length <= htmlMax ? html : null);
    if (html !== null) continue;
    thread?.terminate();
    thread = null;
  }
  thread?.terminate();
  isAtWork = false;
}

async function started(): Promise<Worker | null> {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  if ((await word(thread, loadSecondsMax)) !== null) return thread;
  thread.terminate();
  return null;
}

function answerOf(thread: Worker, text: string, gone: AbortSignal): Promise<string | null> {
  const answer = word(thread, secondsMax, gone);
  thread.postMessage(text);
  return answer;
}

/** What the thread says next; null where it fails, or nobody wants to know any more. */
function word(thread: Worker, withinSeconds: number, gone?: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (said: string | null) => {
      over.abort();
      clearTimeout(timer);
      resolve(said);
    };
    const timer = setTimeout(() => end(null), withinSeconds * 1000);
    const { signal } = over;
    thread.addEventListener('error', () => end(null), { signal });
    gone?.addEventListener('abort', () => end(null), { signal });
    thread.addEventListener('message', ({ data }: MessageEvent<string | null>) => end(data), { signal });
  });
}
