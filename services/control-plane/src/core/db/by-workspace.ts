/**
 * For `with recursive`: the workspaces that have such rows in a table, called `t`, found by hops through an index that
 * starts with workspace_id. Loops take so many rows of each in turn, so that the million of one workspace does not stand
 * before the ten of another.
 */
export const workspacesWith = (table: string, condition: string): string => `workspaces as (
    (select t.workspace_id from ${table} t where ${condition} order by t.workspace_id limit 1)
    union all
    select (select t.workspace_id from ${table} t where ${condition} and t.workspace_id > w.workspace_id order by t.workspace_id limit 1)
      from workspaces w where w.workspace_id is not null)`;
