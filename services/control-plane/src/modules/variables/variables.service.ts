import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { VariableCreate, VariableFilter, VariableJson, VariableUpdate } from '@headgate/contracts/rest/variables';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { conflict, notFound } from '../../core/errors/app-error.js';
import { Work } from '../../core/unit-of-work/work.js';
import { variableEvent } from './variables.events.js';
import * as queries from './variables.queries.js';

type Happened = Parameters<typeof variableEvent>[0];

/** Named JSON values that the flows of a workspace share. */
@Injectable()
export class VariablesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
  ) {}

  list(ctx: Ctx, filter: VariableFilter | undefined, page: queries.VariablesPage): Promise<VariableJson[]> {
    return queries.listVariables(this.database.db, ctx.workspaceId, filter, page);
  }

  count(ctx: Ctx, filter: VariableFilter | undefined): Promise<number> {
    return queries.countVariables(this.database.db, ctx.workspaceId, filter);
  }

  async get(ctx: Ctx, key: queries.VariableKey): Promise<VariableJson> {
    return found(await queries.findVariable(this.database.db, ctx.workspaceId, key));
  }

  /** The values behind names; a name without a variable is not in the map. */
  async valuesOf(ctx: Ctx, names: string[]): Promise<Map<string, unknown>> {
    if (names.length === 0) return new Map();
    const rows = await queries.findVariableValues(this.database.db, ctx.workspaceId, names);
    return new Map(rows.map(({ name, value }) => [name, value]));
  }

  async create(ctx: Ctx, tx: Db, draft: VariableCreate): Promise<VariableJson> {
    const variable = await queries.insertVariable(tx, ctx.workspaceId, { id: newId(), ...draft });
    if (!variable) throw conflict(`A variable with the name '${draft.name}' already exists.`);
    return this.told(ctx, tx, 'created', variable);
  }

  async update(ctx: Ctx, tx: Db, key: queries.VariableKey, change: VariableUpdate): Promise<VariableJson> {
    const variable = found(await queries.updateVariable(tx, ctx.workspaceId, key, change));
    return this.told(ctx, tx, 'updated', variable);
  }

  async delete(ctx: Ctx, tx: Db, key: queries.VariableKey): Promise<VariableJson> {
    return this.told(ctx, tx, 'deleted', found(await queries.deleteVariable(tx, ctx.workspaceId, key)));
  }

  private async told(ctx: Ctx, tx: Db, happened: Happened, variable: VariableJson): Promise<VariableJson> {
    await this.work.tell(ctx, tx, [variableEvent(happened, variable)]);
    return variable;
  }
}

function found(variable: VariableJson | undefined): VariableJson {
  if (!variable) throw notFound('Variable not found.');
  return variable;
}
