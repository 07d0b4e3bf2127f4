/**
 * Does what has to be done before a moment comes, with a moment that is further away each time, until it was. So a slow
 * machine takes longer, and a fast one does not wait.
 */
export async function before<T>(work: (moment: Date) => Promise<T>, firstMs = 1_000): Promise<T> {
  for (let ms = firstMs; ; ms *= 3) {
    const moment = new Date(Date.now() + ms);
    const isOver = () => Date.now() >= moment.getTime();
    try {
      const done = await work(moment);
      if (!isOver()) return done;
    } catch (error) {
      // What was refused because it came too late says nothing.
      if (!isOver()) throw error;
    }
  }
}
