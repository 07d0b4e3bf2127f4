import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flakyWeather } from '../src/flaky-weather.js';
import { figuresOf, weekOf } from '../src/git-figures.js';
import { gitHistoryEtl } from '../src/git-history-etl.js';
import { hello } from '../src/hello.js';
import { slowCount } from '../src/slow-count.js';

const home = () => process.env['HEADGATE_HOME']!;
const commit = (repository: string, author: string) => {
  const who = {
    GIT_AUTHOR_NAME: author,
    GIT_AUTHOR_EMAIL: 'a@example.test',
    GIT_COMMITTER_NAME: author,
    GIT_COMMITTER_EMAIL: 'a@example.test',
    GIT_AUTHOR_DATE: '2026-01-07T12:00:00Z',
  };
  execFileSync('git', ['-C', repository, 'commit', '--allow-empty', '-q', '-m', 'work'], {
    env: { ...process.env, ...who },
  });
};
function repositoryWith(name: string, authors: string[]): string {
  const repository = join(home(), name);
  execFileSync('git', ['init', '-q', repository]);
  for (const author of authors) commit(repository, author);
  return repository;
}

describe('the examples', () => {
  it('hello greets whom it is told to', async () => {
    expect(await hello()).toBe('Hello, world!');
    expect(await hello({ name: 'Ada' })).toBe('Hello, Ada!');
  });

  it('flaky-weather succeeds after the failures, and fails when there are too many', async () => {
    const readings = await flakyWeather({ cities: ['Oslo', 'Rome'], failures: 1 });
    expect(readings.map(({ city }) => city)).toEqual(['Oslo', 'Rome']);
    expect((await flakyWeather.run({ cities: ['Oslo'], failures: 6 }, { returnState: true })).type).toBe('FAILED');
  });

  it('slow-count counts to its end', async () => {
    expect(await slowCount({ seconds: 1 })).toBe(1);
  });

  it('git-history-etl counts commits by week and author and writes its report', async () => {
    const repository = repositoryWith('several', ['Ada', 'Bob', 'Ada']);
    const output = join(home(), 'report.json');
    const figures = await gitHistoryEtl({ repository, batchSize: 2, output });
    expect(figures.authors.map(({ author, commits }) => `${author} ${commits}`)).toEqual(['Ada 2', 'Bob 1']);
    expect(figures.weeks.map(({ week, commits }) => `${week} ${commits}`)).toEqual(['2026-01-05 3']);
    expect(JSON.parse(readFileSync(output, 'utf8'))).toEqual(figures);
  });

  it('git-history-etl is content with a single commit, and with a shallow clone', async () => {
    const single = repositoryWith('single', ['Ada']);
    expect((await gitHistoryEtl({ repository: single, output: join(home(), 'single.json') })).commits).toBe(1);
    const source = repositoryWith('deep', ['Ada', 'Bob']);
    const shallow = join(home(), 'shallow');
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${source}`, shallow]);
    expect((await gitHistoryEtl({ repository: shallow, output: join(home(), 'shallow.json') })).commits).toBe(1);
  });

  it('weeks begin on Monday', () => {
    expect(['2026-01-04T23:00:00Z', '2026-01-05T00:00:00Z', '2026-01-11T12:00:00Z'].map(weekOf)).toEqual([
      '2025-12-29',
      '2026-01-05',
      '2026-01-05',
    ]);
    expect(figuresOf([]).commits).toBe(0);
  });
});
