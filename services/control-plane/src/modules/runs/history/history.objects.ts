import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type { StateType } from '@headgate/contracts';
import type { HistoryJson } from '@headgate/contracts/rest/run-history';
import { Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import { StateTypeEnum } from '../flow-runs/flow-run.objects.js';

/** A chart has about so many bars, and a bar so many colours. */
export const intervalsUsual = 60;
const statesUsual = 5;

@ObjectType('RunHistoryState')
export class RunHistoryStateObject {
  @Field(() => StateTypeEnum) stateType!: StateType;
  @Field() stateName!: string;
  @Field(() => Int) count!: number;
  @Field(() => Float, { description: 'Of all of them together.' }) estimatedRunTimeSeconds!: number;
  @Field(() => Float, { description: 'Of all of them together.' }) estimatedLatenessSeconds!: number;
}

@ObjectType('RunHistoryInterval')
export class RunHistoryIntervalObject {
  @Field(() => DateTimeScalar) since!: string;
  @Field(() => DateTimeScalar) until!: string;
  @Priced({ size: statesUsual })
  @Field(() => [RunHistoryStateObject])
  states!: RunHistoryStateObject[];
}

export const toIntervalObject = (interval: HistoryJson): RunHistoryIntervalObject => ({
  since: interval.interval_start,
  until: interval.interval_end,
  states: interval.states.map((state) => ({
    stateType: state.state_type as StateType,
    stateName: state.state_name,
    count: state.count_runs,
    estimatedRunTimeSeconds: state.sum_estimated_run_time,
    estimatedLatenessSeconds: state.sum_estimated_lateness,
  })),
});
