/** Something that the person at the terminal can mend: what is wrong, and what to do. Shown without a stack trace. */
export class UserError extends Error {
  override name = 'UserError';
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}
