/**
 * Those who ask the same while it is being looked for are given one answer, which is looked for after that: however many
 * ask, one looks at a time, and nobody is told what is older than his question.
 */
export class OneLook<T> {
  private readonly asked = new Map<string, Promise<T>>();
  private readonly looking = new Map<string, Promise<void>>();

  ask(key: string, look: () => Promise<T>): Promise<T> {
    const known = this.asked.get(key);
    if (known) return known;
    const answer = Promise.resolve(this.looking.get(key)).then(() => {
      this.asked.delete(key);
      return this.begin(key, look());
    });
    this.asked.set(key, answer);
    return answer;
  }

  private begin(key: string, answer: Promise<T>): Promise<T> {
    const forget = () => void (this.looking.get(key) === over && this.looking.delete(key));
    const over: Promise<void> = answer.then(forget, forget);
    this.looking.set(key, over);
    return answer;
  }
}
