/** A flow as it is stored. */
export type FlowRow = {
  workspace_id: string;
  id: string;
  created: string;
  updated: string;
  name: string;
  tags: string[];
  labels: Record<string, string | number | boolean>;
};

/** A flow as it crosses the wire. */
export type FlowJson = Omit<FlowRow, 'workspace_id'>;

export const flowJson = ({ id, created, updated, name, tags, labels }: FlowRow): FlowJson => ({
  id,
  created,
  updated,
  name,
  tags,
  labels,
});
