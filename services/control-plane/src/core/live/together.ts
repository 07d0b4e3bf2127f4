/** Those who ask the same at the same moment are given one answer, which is looked for after the last of them has asked. */
export class Together<T> {
  private readonly asked = new Map<string, Promise<T>>();

  ask(key: string, look: () => Promise<T>): Promise<T> {
    const known = this.asked.get(key);
    if (known) return known;
    const answer = new Promise((resolve) => setImmediate(resolve)).then(() => {
      this.asked.delete(key);
      return look();
    });
    this.asked.set(key, answer);
    return answer;
  }
}
