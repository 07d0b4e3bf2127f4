export type Commit = { hash: string; author: string; time: string; added: number; removed: number };
type Count = { commits: number; added: number; removed: number };
export type Figures = Count & { weeks: (Count & { week: string })[]; authors: (Count & { author: string })[] };

const none: Count = { commits: 0, added: 0, removed: 0 };
const plus = (a: Count, b: Count): Count => ({
  commits: a.commits + b.commits,
  added: a.added + b.added,
  removed: a.removed + b.removed,
});

/** Monday of the week, as `2026-01-05`. */
export function weekOf(time: string): string {
  const day = new Date(time);
  const sinceMonday = (day.getUTCDay() + 6) % 7;
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() - sinceMonday))
    .toISOString()
    .slice(0, 10);
}

export function figuresOf(commits: Commit[]): Figures {
  return together(
    commits.map(({ author, time, added, removed }) => {
      const count: Count = { commits: 1, added, removed };
      return { ...count, weeks: [{ week: weekOf(time), ...count }], authors: [{ author, ...count }] };
    }),
  );
}

/** The sum of the parts: weeks in order, authors with most commits first. */
export function together(parts: Figures[]): Figures {
  const weeks = summed(parts.flatMap((part) => part.weeks.map(({ week, ...count }) => [week, count] as const)));
  const authors = summed(parts.flatMap((part) => part.authors.map(({ author, ...count }) => [author, count] as const)));
  return {
    ...parts.map(({ commits, added, removed }) => ({ commits, added, removed })).reduce(plus, none),
    weeks: [...weeks].map(([week, count]) => ({ week, ...count })).sort((a, b) => a.week.localeCompare(b.week)),
    authors: [...authors].map(([author, count]) => ({ author, ...count })).sort((a, b) => b.commits - a.commits),
  };
}

function summed(entries: (readonly [string, Count])[]): Map<string, Count> {
  const sums = new Map<string, Count>();
  for (const [key, count] of entries) sums.set(key, plus(sums.get(key) ?? none, count));
  return sums;
}
