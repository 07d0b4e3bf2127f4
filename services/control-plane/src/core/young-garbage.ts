import { setFlagsFromString } from 'node:v8';

/**
 * What a request makes is garbage a moment later. Where V8 has seen much of what one place in the code makes survive, as
 * while a process starts, it makes all of it among the old from then on, where it lies dead until the old are looked
 * through, and keeps alive all that it points to: every request outlived itself, and was copied twice, in pauses of ten
 * milliseconds. Without that guess nearly nothing is copied (docs/decisions/0020-fair-shares.md).
 */
export function letGarbageDieYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
