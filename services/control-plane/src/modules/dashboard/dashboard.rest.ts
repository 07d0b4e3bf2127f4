import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { dashboardAnswer } from '@headgate/contracts/rest/answers/dashboard';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { wireTime } from '../../core/events/events.js';
import { Answers } from '../../core/openapi/answers.js';
import { toFlowRunJson } from '../runs/index.js';
import { DashboardService, type Bucket, type StateCounts } from './dashboard.service.js';

const countsJson = (states: StateCounts) => Object.fromEntries(states.map((each) => [each.stateType, each.count]));
const bucketJson = ({ since, seconds, states }: Bucket) => ({ since, seconds, states: countsJson(states) });

@ApiTags('Headgate')
@Controller('api/headgate/dashboard')
export class DashboardController {
  constructor(@Inject(DashboardService) private readonly service: DashboardService) {}

  @ApiOperation({ summary: 'Figures of the workspace: counts, lateness, latest failures' })
  @Needs('see_flows')
  @Get()
  @Answers(dashboardAnswer)
  async get(@Caller() ctx: Ctx) {
    const { states, lastDay, lastWeek, lateness, active, recentFailures } = await this.service.get(ctx);
    const now = wireTime();
    return {
      states: countsJson(states),
      last_day: lastDay.map(bucketJson),
      last_week: lastWeek.map(bucketJson),
      lateness: {
        late_runs: lateness.lateRuns,
        oldest_expected: lateness.oldestExpected,
        average_delay_seconds: lateness.averageDelaySeconds,
      },
      active: countsJson(active),
      recent_failures: recentFailures.map((row) => toFlowRunJson(row, now)),
    };
  }
}
