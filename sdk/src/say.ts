import { harmless } from '@headgate/contracts/terminal-text';

/** What a person reads who watches the process; what others have written into it must not steer the terminal. */
export const sayOut = (line: string): void => say(process.stdout, line);
export const sayErr = (line: string): void => say(process.stderr, line);

const say = (stream: NodeJS.WriteStream, line: string): void =>
  void stream.write(`${harmless(line, { keepColours: stream.isTTY })}\n`);
