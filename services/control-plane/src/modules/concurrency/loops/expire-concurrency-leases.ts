import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Loops } from '../../../core/loops/loops.js';
import { ConcurrencyService } from '../concurrency.service.js';

/** Gives back the slots of leases that were not renewed in time. */
@Injectable()
export class ExpireConcurrencyLeases implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(ConcurrencyService) private readonly service: ConcurrencyService,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'expire-concurrency-leases',
      says: 'Gives back slots whose holders did not renew their leases.',
      everySeconds: 5,
      pass: async () => ({ leases: await this.service.expireLeases() }),
    });
  }
}
