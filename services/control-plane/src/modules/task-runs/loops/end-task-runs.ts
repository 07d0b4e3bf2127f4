import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { AsSystem } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { storableRows } from '../../../core/db/json-rows.js';
import { joined } from '../../../core/db/joined.js';
import { wireTime, type WireEvent } from '../../../core/events/events.js';
import { Live, topics } from '../../../core/live/live.js';
import { Loops, type Done } from '../../../core/loops/loops.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { TagLimitsService } from '../../concurrency/index.js';
import { expandState, FlowRunsService, propose, type ProposedInput } from '../../runs/index.js';
import { taskStateEvent } from '../moves/event.js';
import { toMoveRow } from '../moves/move-row.js';
import { moveTaskRuns } from '../moves/move.sql.js';
import { columnsAfter, toState } from '../states/columns.js';
import { emptyTaskPolicy, type TaskFacts } from '../states/facts.js';
import { draftOf } from '../states/decide.js';
import { lockStrays, siftEnded, subflowsLeft, type Sifted, type Stray } from './strays.sql.js';

const runsAtOnce = 4_000;
const runsOfOne = 1_000;
const subflowsAtOnce = 200;
const tasksAtOnce = 1_000;
const tasksOfOne = 500;
/** After that the others have their turn in the next pass. */
const passMsMax = 20_000;

/**
 * No task run outlives its flow run, whoever ended that. A process decides the states of its task runs itself; of those
 * whose end it has not told a while after the flow run ended nobody is left who will. What it told before and arrives
 * later counts all the same: see `state_timestamp` in recorder.sql.ts.
 */
@Injectable()
export class EndTaskRuns implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(TagLimitsService) private readonly tags: TagLimitsService,
    @Inject(Work) private readonly work: Work,
    @Inject(Live) private readonly live: Live,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'end-task-runs',
      says: 'Ends task runs and subflow runs whose flow run has ended.',
      everySeconds: 5,
      pass: (as) => this.pass(as),
    });
  }

  private async pass(as: AsSystem): Promise<Done> {
    let ended = 0;
    for (const end = Date.now() + passMsMax; Date.now() < end;) {
      const [sifted] = await siftEnded(this.database.sql, [runsAtOnce, runsOfOne]);
      const now = sifted!.left.length > 0 ? await this.endAll(as, sifted!.left) : 0;
      ended += now;
      if (now === 0 && sifted!.looked < runsAtOnce) return { ended };
    }
    return { ended, more: 1 };
  }

  private async endAll(as: AsSystem, left: Sifted['left']): Promise<number> {
    const keys = [left.map((run) => run.workspace_id), left.map((run) => run.flow_run_id)];
    return (await this.endSubflows(as, keys)) + (await this.endTaskRuns(as, keys));
  }

  /** Nor does a subflow run outlive the process in which it ran; it is seen to in its turn. */
  private async endSubflows(as: AsSystem, keys: string[][]): Promise<number> {
    const subflows = await subflowsLeft(this.database.sql, [...keys, subflowsAtOnce]);
    const ends = subflows.map(({ workspace_id: workspaceId, id, state_id, parent_state_name }) => {
      const message = `The flow run in whose process it ran ended first, in ${parent_state_name}.`;
      return this.runs.setState(
        as(workspaceId),
        id,
        { type: 'CRASHED', message },
        { policy: 'lost', ifState: state_id },
      );
    });
    return (await Promise.all(ends)).filter((result) => result.written).length;
  }

  /** Ends some of the task runs, and gives back the slots of their tags. Answers how many. */
  private async endTaskRuns(as: AsSystem, keys: string[][]): Promise<number> {
    const moves = await this.work.during(async (tx) => {
      const moves = (await lockStrays(joined(tx), [...keys, tasksAtOnce, tasksOfOne])).map(toMove);
      if (moves.length === 0) return moves;
      await moveTaskRuns(joined(tx), [storableRows(moves.map((move) => move.row))]);
      for (const { run, event } of moves) this.work.announce(as(run.workspace_id), tx, [event]);
      await this.tags.releaseAll(
        joined(tx),
        moves.map(({ run }) => run),
      );
      return moves;
    });
    this.tell(moves);
    return moves.length;
  }

  private tell(moves: Move[]): void {
    for (const workspaceId of new Set(moves.map(({ run }) => run.workspace_id))) {
      const runs = moves.map(({ run }) => run).filter((run) => run.workspace_id === workspaceId);
      this.live.publish(
        topics.taskRuns(workspaceId),
        runs.map(({ id, flow_run_id }) => ({ id, flow_run_id })),
      );
    }
  }
}

type Move = { run: Stray; row: object; event: WireEvent };

function toMove(run: Stray): Move {
  const { parent } = run;
  const facts: TaskFacts = {
    // Later than the end of its flow run nothing of it can have run.
    now: run.parent_ended,
    current: expandState(run.state),
    policy: { ...emptyTaskPolicy, ...run.empirical_policy },
    runCount: run.run_count,
    flowRunRunCount: run.flow_run_run_count,
    parent,
    tagLimits: [],
    cached: null,
    draw: 0,
  };
  const input: ProposedInput = {
    type: parent.state_type === 'CANCELLED' ? 'CANCELLED' : 'CRASHED',
    message: `The flow run ended first, in ${parent.state_name}.`,
  };
  const draft = draftOf(facts, propose(input, facts.now));
  const state = toState(newId(), run, facts, draft);
  const columns = columnsAfter(run, facts.current, draft, state);
  const event = taskStateEvent(run, parent, facts.current, state, columns.run_count);
  const row = toMoveRow(run, { ...facts, now: wireTime() }, draft, state, columns, event);
  return { run, event, row: { ...row, heard: run.state_timestamp ?? run.created } };
}
