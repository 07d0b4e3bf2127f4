import { executeFlowRun } from '@headgate/sdk/runtime';

await executeFlowRun({ entrypoint: 'test/flows/counter.ts:counter', flowRunId: process.env['HEADGATE_FLOW_RUN_ID']! });
process.exit(0);
