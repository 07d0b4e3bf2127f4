import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';

/** Looking for patterns costs more than linear time: the beginning has to be good enough. */
const charactersRead = 40;
/** Beyond what a leaked list, a pattern of the keyboard or a guess about the person finds in 10^8 tries. */
const scoreMin = 3;

let estimator: ZxcvbnFactory | null = null;

/** Whether somebody who knows lists of leaked passwords, and this person's name and address, would soon have tried it. */
export function isEasyToGuess(password: string, aboutThem: string[]): boolean {
  // The lists take a few megabytes: only processes at which people sign up hold them.
  estimator ??= new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
  const words = aboutThem.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  return estimator.check(password.slice(0, charactersRead), words).score < scoreMin;
}
