import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { artifactCreate, artifactUpdate } from '@headgate/contracts/rest/artifacts';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { notFound } from '../../core/errors/app-error.js';
import type { EventDraft } from '../../core/events/events.js';
import { storableJson, storableText } from '../../core/db/json-rows.js';
import { Work } from '../../core/unit-of-work/work.js';
import type { ArtifactFilters } from './artifacts.filters.js';
import * as queries from './artifacts.queries.js';

/** The use cases of artifacts and of the keys that point at the newest of them. */
@Injectable()
export class ArtifactsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
  ) {}

  async create(ctx: Ctx, tx: Db, body: z.infer<typeof artifactCreate>): Promise<queries.ArtifactRow> {
    const draft = {
      id: newId(),
      key: body.key ?? null,
      type: body.type ?? null,
      description: body.description ?? null,
      data: body.data ?? null,
      metadata: body.metadata_ ?? null,
      flow_run_id: body.flow_run_id ?? null,
      task_run_id: body.task_run_id ?? null,
    };
    const row = await queries.insertArtifact(tx, ctx.workspaceId, draft);
    if (row.key === null) return row;
    const isNew = await queries.pointCollection(tx, ctx.workspaceId, newId(), row.key, row.id);
    await this.work.tell(ctx, tx, [collectionEvent(isNew ? 'created' : 'updated', row)]);
    return row;
  }

  async get(ctx: Ctx, id: string): Promise<queries.ArtifactRow> {
    const row = await queries.findArtifact(this.database.db, ctx.workspaceId, id);
    if (!row) throw notFound('Artifact not found.');
    return row;
  }

  /** In the order of the ids; those that are not there are left out. */
  async getMany(ctx: Ctx, ids: string[]): Promise<queries.ArtifactRow[]> {
    const rows = await queries.findArtifacts(this.database.db, ctx.workspaceId, ids);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  async getLatest(ctx: Ctx, key: string): Promise<queries.ArtifactRow> {
    const row = await queries.findLatest(this.database.db, ctx.workspaceId, key);
    if (!row) throw notFound('Artifact not found.');
    return row;
  }

  list(
    ctx: Ctx,
    filters: ArtifactFilters,
    latest: boolean,
    page: queries.ArtifactPage,
  ): Promise<queries.ArtifactRow[]> {
    return queries.listArtifacts(this.database.db, ctx.workspaceId, filters, latest, page);
  }

  count(ctx: Ctx, filters: ArtifactFilters, latest: boolean): Promise<number> {
    return queries.countArtifacts(this.database.db, ctx.workspaceId, filters, latest);
  }

  async update(ctx: Ctx, tx: Db, id: string, body: z.infer<typeof artifactUpdate>): Promise<void> {
    const patch = {
      ...('data' in body && { data: storableJson(body.data ?? null) }),
      ...(body.description !== undefined && { description: storableText(body.description) }),
      ...(body.metadata_ !== undefined && { metadata: storableJson(body.metadata_) }),
    };
    if (!(await queries.updateArtifact(tx, ctx.workspaceId, id, patch))) throw notFound('Artifact not found.');
  }

  async delete(ctx: Ctx, tx: Db, id: string): Promise<queries.ArtifactRow> {
    const row = await queries.findArtifact(tx, ctx.workspaceId, id);
    if (!row) throw notFound('Artifact not found.');
    const latest = await queries.deleteArtifact(tx, ctx.workspaceId, row);
    if (latest === undefined) return row;
    const event = latest ? collectionEvent('updated', latest) : collectionEvent('deleted', row);
    await this.work.tell(ctx, tx, [event]);
    return row;
  }
}

function collectionEvent(what: string, row: queries.ArtifactRow): EventDraft {
  const related = [{ 'prefect.resource.id': `prefect.artifact.${row.id}`, 'prefect.resource.role': 'latest' }];
  if (row.flow_run_id)
    related.push({ 'prefect.resource.id': `prefect.flow-run.${row.flow_run_id}`, 'prefect.resource.role': 'flow-run' });
  if (row.task_run_id)
    related.push({ 'prefect.resource.id': `prefect.task-run.${row.task_run_id}`, 'prefect.resource.role': 'task-run' });
  const resource = {
    'prefect.resource.id': `prefect.artifact-collection.${row.key}`,
    'prefect.resource.name': row.key ?? '',
  };
  return {
    event: `prefect.artifact-collection.${what}`,
    resource,
    related,
    payload: { key: row.key, type: row.type, data: row.data, description: row.description },
  };
}
