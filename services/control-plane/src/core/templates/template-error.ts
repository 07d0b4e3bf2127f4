/** What is wrong with a template, and where. Line 0 is the whole of it. */
export class TemplateError extends Error {
  override name = 'TemplateError';
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}
