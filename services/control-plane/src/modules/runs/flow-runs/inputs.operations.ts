import { inputCreate } from '@headgate/contracts/rest/flow-runs';
import { z } from 'zod';
import { operation } from '../../../core/operations/operation.js';
import { InputsService } from './inputs.service.js';

export const sendInput = operation({
  name: 'flow-run-input.create',
  needs: 'run_flows',
  input: z.object({ flowRunId: z.string(), ...inputCreate.shape }),
  answer: z.void(),
  describe: ({ flowRunId, key }) => `Sent the input ${key} to the flow run ${flowRunId}`,
  audit: 'flow-run-input.created',
  by: InputsService,
  change: (inputs, ctx, tx, input) => inputs.create(ctx, tx, input),
});

export const deleteInput = operation({
  name: 'flow-run-input.delete',
  needs: 'run_flows',
  input: z.object({ flowRunId: z.string(), key: z.string() }),
  answer: z.void(),
  describe: ({ flowRunId, key }) => `Deleted the input ${key} of the flow run ${flowRunId}`,
  audit: 'flow-run-input.deleted',
  by: InputsService,
  change: (inputs, ctx, tx, { flowRunId, key }) => inputs.delete(ctx, tx, flowRunId, key),
});
