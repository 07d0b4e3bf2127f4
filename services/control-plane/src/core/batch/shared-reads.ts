import { MicroBatch } from './micro-batch.js';

type Asked = { workspaceId: string; key: string };

/** What was found, and for which of those that were asked for, counted from 1. */
export type Placed<Row> = Row & { place: number };

type Options = {
  /** So many different ones are read in one statement. */
  atOnceMax?: number;
};

/**
 * Reads of single rows by a workspace and a key, on doors where many come at once: those who ask at the same time share a
 * statement, and those who ask for the same share what was found, which nobody changes. Nothing is remembered.
 */
export class SharedReads<Row> {
  private readonly asked: MicroBatch<Asked, Row | undefined>;

  constructor(
    private readonly select: (workspaceIds: string[], keys: string[]) => Promise<Placed<Row>[]>,
    { atOnceMax = 200 }: Options = {},
  ) {
    this.asked = new MicroBatch((asked) => this.read(asked), {
      partyOf: (each) => each.workspaceId,
      costMax: atOnceMax,
    });
  }

  find(workspaceId: string, key: string): Promise<Row | undefined> {
    return this.asked.submit({ workspaceId, key });
  }

  /** Those that are there. */
  async findAll(workspaceId: string, keys: Iterable<string>): Promise<Row[]> {
    const found = await Promise.all([...new Set(keys)].map((key) => this.find(workspaceId, key)));
    return found.filter((row) => row !== undefined);
  }

  private async read(asked: Asked[]): Promise<(Row | undefined)[]> {
    const places = new Map<string, number>();
    const different = asked.filter((each) => !places.has(nameOf(each)) && places.set(nameOf(each), places.size + 1));
    const found = await this.select(
      different.map((each) => each.workspaceId),
      different.map((each) => each.key),
    );
    const byPlace = new Map(found.map(({ place, ...row }) => [place, row as Row]));
    return asked.map((each) => byPlace.get(places.get(nameOf(each))!));
  }
}

const nameOf = ({ workspaceId, key }: Asked): string => `${workspaceId} ${key}`;
