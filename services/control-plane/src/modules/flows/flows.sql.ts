import { hot } from '../../core/db/fixed.js';
import type { FlowRow } from './flow.js';

/** The first question of every run. Parameters: workspace, name. */
export const selectFlowByName = hot<FlowRow>(
  'flow.by-name',
  `select * from flow where workspace_id = $1 and name = $2`,
);
