import type {
  BlockDocumentReferenceTable,
  BlockDocumentTable,
  BlockSchemaReferenceTable,
  BlockSchemaTable,
  BlockTypeTable,
  DataKeyTable,
  DefaultResultStorageTable,
} from './tables/blocks.js';
import type {
  FlowRunByStateTable,
  FlowRunCountTable,
  FlowRunInputTable,
  FlowRunStateTable,
  FlowRunTable,
  FlowRunTallyTable,
  RunActiveTable,
  RunClaimTable,
  RunCleanupTable,
  RunEndedTable,
  RunHeartbeatTable,
  RunQueueTable,
  RunTeardownTable,
} from './tables/flow-runs.js';
import type {
  ArtifactCollectionTable,
  ArtifactTable,
  EventCursorTable,
  EventRelatedTable,
  EventTable,
  LogBatchTable,
  LogTable,
  SavedSearchTable,
  VariableTable,
} from './tables/records.js';
import type { TaskRunCacheTable, TaskRunQueueTable, TaskRunStateTable, TaskRunTable } from './tables/task-runs.js';
import type {
  ConcurrencyLeaseTable,
  ConcurrencyLimitTable,
  DeletedWorkspaceTable,
  DeploymentScheduleTable,
  DeploymentTable,
  FlowTable,
  WorkPoolRecoveryTable,
  WorkPoolTable,
  WorkQueueTable,
  WorkerTable,
  WorkspaceTable,
} from './tables/work.js';

/** The tables that Kysely and fixed SQL own; tenancy's are Prisma's. Their truth is prisma/migrations. */
export type Database = {
  workspace: WorkspaceTable;
  deleted_workspace: DeletedWorkspaceTable;
  flow: FlowTable;
  work_pool: WorkPoolTable;
  work_pool_recovery: WorkPoolRecoveryTable;
  work_queue: WorkQueueTable;
  worker: WorkerTable;
  concurrency_limit: ConcurrencyLimitTable;
  concurrency_lease: ConcurrencyLeaseTable;
  deployment: DeploymentTable;
  deployment_schedule: DeploymentScheduleTable;
  flow_run: FlowRunTable;
  run_queue: RunQueueTable;
  run_claim: RunClaimTable;
  run_heartbeat: RunHeartbeatTable;
  run_active: RunActiveTable;
  run_cleanup: RunCleanupTable;
  run_ended: RunEndedTable;
  run_teardown: RunTeardownTable;
  flow_run_count: FlowRunCountTable;
  flow_run_tally: FlowRunTallyTable;
  flow_run_by_state: FlowRunByStateTable;
  flow_run_input: FlowRunInputTable;
  task_run: TaskRunTable;
  task_run_queue: TaskRunQueueTable;
  task_run_cache: TaskRunCacheTable;
  artifact: ArtifactTable;
  artifact_collection: ArtifactCollectionTable;
  variable: VariableTable;
  saved_search: SavedSearchTable;
  default_result_storage: DefaultResultStorageTable;
  data_key: DataKeyTable;
  block_type: BlockTypeTable;
  block_schema: BlockSchemaTable;
  block_schema_reference: BlockSchemaReferenceTable;
  block_document: BlockDocumentTable;
  block_document_reference: BlockDocumentReferenceTable;
  flow_run_state: FlowRunStateTable;
  task_run_state: TaskRunStateTable;
  log: LogTable;
  log_batch: LogBatchTable;
  event: EventTable;
  event_cursor: EventCursorTable;
  event_related: EventRelatedTable;
};
