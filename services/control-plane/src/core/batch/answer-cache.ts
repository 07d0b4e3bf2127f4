type Entry<T> = { value: T; until: number };

/**
 * Answers that were asked for lately: bounded, forgotten after `ttlMs`, least used first. Callers who ask for the same
 * missing answer share one question. An answer that was asked for before a `forget` is given but not kept: it may be older
 * than what was changed.
 */
export class AnswerCache<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly asking = new Map<string, Promise<T>>();
  private generation = 0;

  constructor(
    private readonly sizeMax: number,
    private readonly ttlMs: number,
  ) {}

  /** The answer when it is at hand. */
  peek(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.until <= Date.now()) {
      this.entries.delete(key);
      return undefined;
    }
    // While there is room for as many again, nobody is put out, and the order does not matter.
    if (this.entries.size * 2 > this.sizeMax) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry.value;
  }

  async get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.peek(key);
    if (known !== undefined) return known;
    const asked = this.asking.get(key) ?? this.ask(key, ask);
    return asked;
  }

  forget(key: string): void {
    this.generation++;
    this.entries.delete(key);
    this.asking.delete(key);
  }

  /** Forgets the answers to the questions that `concerned` picks. */
  forgetWhere(concerned: (key: string, value: T | undefined) => boolean): void {
    this.generation++;
    for (const [key, { value }] of this.entries) if (concerned(key, value)) this.entries.delete(key);
    for (const key of this.asking.keys()) if (concerned(key, undefined)) this.asking.delete(key);
  }

  clear(): void {
    this.generation++;
    this.entries.clear();
    this.asking.clear();
  }

  private ask(key: string, ask: () => Promise<T>): Promise<T> {
    const { generation } = this;
    const asked = ask()
      .then((value) => {
        if (generation === this.generation) this.keep(key, value);
        return value;
      })
      .finally(() => {
        if (this.asking.get(key) === asked) this.asking.delete(key);
      });
    this.asking.set(key, asked);
    return asked;
  }

  private keep(key: string, value: T): void {
    if (this.entries.size >= this.sizeMax) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(key, { value, until: Date.now() + this.ttlMs });
  }
}
