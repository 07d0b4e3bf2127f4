import { EngineTrap, withEnvironment } from './engine.js';
import { tooManyLoops } from './loops.js';
import { shortRange } from './range.js';
import { TemplateError } from './template-error.js';

const name = 'template';

/** Jinja templates of users. Throws a TemplateError when the text is not one, or loops too much for a server. */
export function checkTemplate(template: string): void {
  told(() => withEnvironment((environment) => environment.addTemplate(name, template)));
  const refusal = tooManyLoops(template);
  if (refusal) throw new TemplateError(refusal, 0);
}

/** Throws a TemplateError when the template cannot be filled in. What the context does not have is empty text. */
export function renderTemplate(template: string, context: Record<string, unknown>): string {
  if (!template.includes('{{') && !template.includes('{%')) return template;
  const { range, refusal } = shortRange();
  const text = told(() =>
    withEnvironment((environment) => {
      environment.addGlobal('range', range);
      environment.addTemplate(name, template);
      return environment.renderTemplate(name, context);
    }),
  );
  const refused = refusal();
  if (refused) throw new TemplateError(refused, 0);
  return text;
}

/** Fills in what is the same wherever it stands: there is nothing yet that the template could show. */
export function fillTemplate(template: string): string {
  checkTemplate(template);
  try {
    return renderTemplate(template, {});
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new TemplateError(`Failed to render template due to the following error: ${error.message}`, error.line);
  }
}

function told<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof EngineTrap) throw new TemplateError(error.message, 0);
    throw toTemplateError((error as Error).message);
  }
}

const shape = new RegExp(`^(?:[a-z ]+: )?(.*) \\(in ${name}:(\\d+)\\)`);

/** The mistakes that people make most are told as Jinja tells them. */
const jinjaWords: [RegExp, string][] = [
  [/^unknown statement (\w+)$/, "Encountered unknown tag '$1'."],
  [
    /^unexpected end of input, expected end of variable block$/,
    "unexpected end of template, expected 'end of print statement'.",
  ],
  [/^unexpected end of variable block$/, "Expected an expression, got 'end of print statement'"],
  [/^filter (\w+) is unknown$/, "No filter named '$1'."],
];

function toTemplateError(told: string): TemplateError {
  const [, message = told.split('\n')[0]!, line = '0'] = shape.exec(told) ?? [];
  const [pattern, words] = jinjaWords.find(([pattern]) => pattern.test(message)) ?? [];
  return new TemplateError(pattern ? message.replace(pattern, words!) : message, Number(line));
}
