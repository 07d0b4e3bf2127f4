import { worstHolders, worstSchedules, worstValues } from '../../services/control-plane/test/worst-documents.ts';
import { kindsOf, sample, type Schema } from './document.ts';

/** A value as the text of its JSON, so that it need not be possible in JavaScript. */
export type Content = { name: string; json: string };

const bytes = 900_000;
const filled = (item: string, size = bytes): string => {
  const many = Math.max(1, Math.floor(size / (item.length + 1)));
  return `[${Array.from({ length: many }, () => item).join(',')}]`;
};
const numbered = (item: (at: number) => string, size = bytes): string => {
  const many = Math.max(1, Math.floor(size / (item(100_000).length + 1)));
  return Array.from({ length: many }, (_, at) => item(at)).join(',');
};
const text = (part: string, size = bytes): string => JSON.stringify(part.repeat(Math.floor(size / part.length)));
const id = (at: number): string => `"01900000-0000-7000-8000-${String(at).padStart(12, '0')}"`;
const contents = (of: Record<string, () => string>): Content[] =>
  Object.entries(of).map(([name, make]) => ({
    name,
    get json() {
      return make();
    },
  }));

/** What no field expects. */
const anything = contents({
  'a long list of small objects': () => filled('{"a":1}'),
  'brackets in brackets': () => `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`,
  'objects in objects': () => `${'{"a":'.repeat(bytes / 6)}1${'}'.repeat(bytes / 6)}`,
  'many keys': () => `{${numbered((at) => `"k${at}":${at}`)}}`,
  'the same key': () => `{${numbered(() => '"a":1')}}`,
  'keys of prototypes': () => `{${numbered((at) => `"__proto__":{"constructor":${at}}`)}}`,
  'a list of nothing': () => filled('null'),
  'lists of nothing': () => filled('[]'),
});

const numbers = contents({
  'a number of many digits': () => '9'.repeat(bytes),
  'a fraction of many digits': () => `0.${'1'.repeat(bytes)}`,
  'a number beyond all': () => '1e999999',
  'a number that no column holds': () => '9223372036854775808',
  'the least number': () => '-9007199254740993',
});

const texts = contents({
  'a long text': () => text('a'),
  'stars and placeholders': () => text('%_'),
  'what patterns mean': () => text('(a+)+$|'),
  'nothing but NUL': () => text('\0'),
  'half characters': () => `"${'\\ud800'.repeat(bytes / 6)}"`,
  escapes: () => `"${'\\u0041'.repeat(bytes / 6)}"`,
  'faces of four bytes': () => text('😀', bytes / 2),
  'joined letters': () => text('ﷺ\u0301', bytes / 3),
  lines: () => text('\n'),
  'spaces and then a letter': () => JSON.stringify(`${' '.repeat(bytes)}x`),
  quotes: () => text(`'"\\`),
  templates: () => text('{{ 1 }}'),
  'templates in templates': () => text('{% if a %}'),
  'loops in templates': () =>
    JSON.stringify('{% for i in range(100) %}'.repeat(3) + '{{ i }}' + '{% endfor %}'.repeat(3)),
  'JSON in a text': () => text('[', bytes),
  digits: () => text('9'),
  commas: () => text('1,'),
  'a moment with many digits': () => JSON.stringify(`2026-01-01T00:00:00.${'0'.repeat(bytes)}Z`),
  'colours and links': () => text('\u001b[31m\u001b]8;;x\u0007'),
  'marks of markdown': () => text('[![a](b)'),
  'ids with commas': () => text('01900000-0000-7000-8000-000000000000,'),
});

const documents: Content[] = [
  ...Object.entries(worstValues).flatMap(([name, { schema, values }]) => [
    {
      name: `${name} (schema)`,
      get json() {
        return JSON.stringify(schema);
      },
    },
    {
      name: `${name} (values)`,
      get json() {
        return JSON.stringify(values);
      },
    },
  ]),
  ...Object.entries(worstHolders).map(([name, values]) => ({
    name,
    get json() {
      return JSON.stringify(values);
    },
  })),
];
const schedules: Content[] = Object.entries(worstSchedules).map(([name, body]) => ({
  name,
  get json() {
    return JSON.stringify(body);
  },
}));

/** The worst that is known for a field of this kind. */
export function contentsFor(schema: Schema, things: Record<string, string>, field: string): Content[] {
  const kinds = kindsOf(schema);
  const found = kinds.flatMap(({ schema: kind }) => contentsOfKind(kind, things, field));
  return [...found, ...anything];
}

function contentsOfKind(kind: Schema, things: Record<string, string>, field: string): Content[] {
  if (kind.type === 'array') {
    const item = sample(kind.items ?? {}, things, field.replace(/s$/, ''));
    const isText = kindsOf(kind.items ?? {})[0]?.schema.type === 'string';
    return [
      {
        name: 'a long list of what it wants',
        get json() {
          return filled(JSON.stringify(item));
        },
      },
      ...(isText
        ? contents({
            'a hundred thousand words': () => `[${numbered((at) => `"${at}"`, 800_000)}]`,
            'thousands of ids': () => `[${numbered(id)}]`,
            'long words': () => filled(text('a', 8_000)),
          })
        : contents({ 'a list of long texts': () => filled(text('a', 100_000)) })),
    ];
  }
  if (kind.type === 'string')
    return kind.enum ? texts.slice(0, 1) : /rrule|cron/.test(field) ? [...texts, ...rules] : texts;
  if (kind.type === 'integer' || kind.type === 'number') return numbers;
  if (kind.type === 'boolean') return [];
  if (field.endsWith('schedule')) return schedules;
  if (kind.properties && Object.keys(kind.properties).length > 0) return [];
  return [...documents, ...(kind.type === 'object' ? [] : [...texts, ...numbers])];
}

const rules: Content[] = Object.entries(worstSchedules).flatMap(([name, body]) =>
  Object.entries(body)
    .filter(([key]) => key === 'rrule' || key === 'cron')
    .map(([, value]) => ({ name, json: JSON.stringify(value) })),
);

/** Schemas with the values that they are dear for: the two names under which a body takes them. */
export const pairs = Object.entries(worstValues).map(([name, { schema, values }]) => ({ name, schema, values }));

/** How many items a list may have whose schema says nothing of it. */
const itemsMax = 5_000;

/** As much as a field may hold, of what is dearest to look for: all different, and none of it there. */
export function atBound(of: Schema, field: string, size = bytes): Content {
  const schema: Schema = kindsOf(of)[0]?.schema ?? {};
  return { name: 'as much as it may', json: boundOf(schema, field, size) };
}

function boundOf(schema: Schema, field: string, size: number): string {
  if (schema.enum) return JSON.stringify(schema.enum[0]);
  if (schema.type === 'array') return listOf(schema, field, size);
  if (schema.type === 'integer' || schema.type === 'number') return String(schema.maximum ?? 2_147_483_647);
  if (schema.type === 'boolean') return 'true';
  if (schema.type === 'string') return textOf(schema, field, size);
  if (Object.keys(schema.properties ?? {}).length > 0) return JSON.stringify(sample(schema, {}, field));
  if (field.endsWith('schedule')) return JSON.stringify(Object.values(worstSchedules)[0]);
  return `{${numbered((at) => `"k${at}":"%_${at}"`, Math.min(size, 100_000))}}`;
}

/** Texts to look for are bounded where the published document says nothing of it. */
function textOf(schema: Schema, field: string, size: number): string {
  if (schema.format === 'uuid' || schema.format === 'date-time') return JSON.stringify(sample(schema, {}));
  const bound = schema.maxLength ?? (/like|search|query|prefix|name/.test(field) ? 1_000 : 100_000);
  return text('%_a', Math.min(size, bound));
}

function listOf(schema: Schema, field: string, size: number): string {
  const inner: Schema = kindsOf(schema.items ?? {})[0]?.schema ?? {};
  const isText = inner.type === 'string' && !inner.enum;
  const item = isText
    ? (at: number) => (inner.format === 'uuid' ? id(at) : `"w%_${at}"`)
    : () => JSON.stringify(sample(inner, {}, field.replace(/s$/, '')));
  const many = Math.min(schema.maxItems ?? itemsMax, Math.floor(size / (item(itemsMax).length + 1)));
  return `[${Array.from({ length: Math.max(1, many) }, (_, at) => item(at)).join(',')}]`;
}

/** More than a field may hold, of its own kind. */
export function beyond(of: Schema, field: string, size = bytes): Content {
  const schema: Schema = kindsOf(of)[0]?.schema ?? {};
  const json = () => {
    if (schema.type === 'array') return filled(JSON.stringify(sample(schema.items ?? {}, {}, field)), size);
    if (schema.type === 'integer' || schema.type === 'number') return '9'.repeat(size);
    if (schema.type === 'string') return text('%_', size);
    return filled('{"a":1}', size);
  };
  return {
    name: 'more than it may',
    get json() {
      return json();
    },
  };
}
