import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Loops } from '../../../core/loops/loops.js';
import { TeardownsService } from './teardowns.service.js';

/** Workers that were asked to end something and do not answer: others are asked, as often as makes sense. */
@Injectable()
export class TakeBackTeardowns implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(TeardownsService) private readonly teardowns: TeardownsService,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'take-back-teardowns',
      says: 'Takes back what workers were to clean up and did not answer for.',
      everySeconds: 5,
      pass: () => this.teardowns.takeBack(),
    });
  }
}
