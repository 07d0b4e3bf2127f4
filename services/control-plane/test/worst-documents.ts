import type { JsonSchema } from '../src/core/json-schema/prepare-schema.js';

/** What costs most to evaluate, as far as we know: at most a megabyte each. The names say what they would do to a careless reader. */

const times = <T>(count: number, item: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => item(at));
const object = (entries: [string, unknown][]): Record<string, unknown> => Object.fromEntries(entries);
const tree = (levels: number, next: (at: number) => JsonSchema): JsonSchema => ({
  definitions: object(times(levels, (at) => [`d${at}`, at === levels - 1 ? { type: 'integer' } : next(at + 1)])),
  properties: { a: { $ref: '#/definitions/d0' } },
});
const to = (at: number): JsonSchema => ({ $ref: `#/definitions/d${at}` });
const deep = (levels: number, inside: unknown, around: (inside: unknown) => unknown): unknown =>
  times(levels, () => around).reduce((whole, wrap) => wrap(whole), inside);

export type WorstValues = { schema: JsonSchema; values: Record<string, unknown> };

const pattern = (text: string, value: string): WorstValues => ({
  schema: { properties: { a: { type: 'string', pattern: text } } },
  values: { a: value },
});

export const worstValues: Record<string, WorstValues> = {
  'a pattern with a repetition in a repetition': pattern('^(a+)+$', `${'a'.repeat(50)}!`),
  'the same over a megabyte': pattern('^(a+)+$', `${'a'.repeat(1_000_000)}!`),
  'alternatives that overlap': pattern('^(a|a|aa)*$', `${'a'.repeat(100)}!`),
  'a pattern that looks for its beginning everywhere': pattern('a*b', 'a'.repeat(500_000)),
  'many stars': pattern(`^${'.*a'.repeat(30)}$`, 'a'.repeat(100_000)),
  'a counted repetition of counted repetitions': pattern('^(((a{1,1000}){1,1000}){1,1000})$', 'a'.repeat(2_000)),
  'nothing, counted': pattern('(((){1,1000}){1,1000}){1,1000}$', 'a'),
  'a long pattern over a long text': pattern('(a?b?c?d?){900}x', 'abcd'.repeat(20_000)),
  'looking ahead': pattern('^(?=(a+)+$)', `${'a'.repeat(60)}!`),
  'looking back at what was found': pattern('^(a+)+\\1$', `${'a'.repeat(60)}!`),
  'a pattern of a megabyte': pattern('(a*)*'.repeat(200_000), 'b'),
  'a pattern in many brackets': pattern(`${'('.repeat(4_900)}a${')'.repeat(4_900)}`, 'a'),
  'many patterns for many names': {
    schema: { patternProperties: object(times(3_000, (at) => [`^(x|y)*${at}$`, { type: 'integer' }])) },
    values: object(times(10_000, (at) => [`name-${at}`, at])),
  },
  'a tree of references': { schema: tree(30, (at) => ({ allOf: [to(at), to(at)] })), values: { a: 1 } },
  'a tree of references that does not fit': {
    schema: tree(30, (at) => ({ allOf: [to(at), to(at)] })),
    values: { a: 'x' },
  },
  'a tree of alternatives': { schema: tree(30, (at) => ({ anyOf: [to(at), to(at)] })), values: { a: 'x' } },
  'a tree of choices': { schema: tree(30, (at) => ({ oneOf: [to(at), to(at), to(at)] })), values: { a: 'x' } },
  'a tree of references with names': {
    schema: tree(20, (at) => ({ properties: { x: to(at), y: to(at) }, additionalProperties: to(at) })),
    values: { a: deep(13, 1, (inside) => ({ x: inside, z: inside })) },
  },
  'a schema that means itself': {
    schema: {
      properties: { a: { $ref: '#/definitions/A' } },
      definitions: { A: { anyOf: times(9, () => to(0)), d0: {} }, d0: { allOf: [{ $ref: '#/definitions/A' }] } },
    },
    values: { a: 1 },
  },
  'a reference that is no text': {
    schema: { properties: { a: { $ref: '#/definitions/%E0%A4%A' } } },
    values: { a: 1 },
  },
  'a reference of a megabyte': {
    schema: { properties: { a: { $ref: `#/${'a/'.repeat(450_000)}` } } },
    values: { a: 1 },
  },
  'many unique objects': {
    schema: { properties: { a: { type: 'array', uniqueItems: true } } },
    values: { a: times(60_000, (at) => ({ k: `${at}` })) },
  },
  'unique lists of the same length': {
    schema: { properties: { a: { uniqueItems: true } } },
    values: { a: times(300, (at) => [...times(1_500, () => 0), at]) },
  },
  'unique, a thousand times': {
    schema: { properties: { a: { allOf: times(1_000, () => ({ uniqueItems: true })) } } },
    values: { a: times(50_000, (at) => at) },
  },
  'one of many values, for many': {
    schema: { properties: { a: { items: { enum: times(20_000, (at) => `v${at}`) } } } },
    values: { a: times(60_000, () => 'none') },
  },
  'a constant that is nearly everything': {
    schema: { properties: { a: { items: { const: times(50_000, () => 1) } } } },
    values: { a: times(5, () => [...times(50_000, () => 1), 2]) },
  },
  'many that do not fit': {
    schema: { properties: { a: { items: { type: 'integer' } } } },
    values: { a: times(200_000, () => 'x') },
  },
  'a list that fits in many ways': {
    schema: { properties: { a: { items: { anyOf: times(500, (at) => ({ minLength: at + 2 })) } } } },
    values: { a: times(100_000, () => 'x') },
  },
  'many lists to look for something in': {
    schema: { properties: { a: { allOf: times(5_000, (at) => ({ contains: { const: -at - 1 }, minContains: 0 })) } } },
    values: { a: times(50_000, (at) => at) },
  },
  'dependent on many': {
    schema: {
      items: true,
      properties: { a: { items: { dependentSchemas: object(times(20_000, (at) => [`n${at}`, false])) } } },
    },
    values: { a: times(20_000, () => ({})) },
  },
  'names that are all required': {
    schema: { properties: { a: { items: { required: times(20_000, (at) => `n${at}`) } } } },
    values: { a: times(50_000, () => ({})) },
  },
  'a huge number in small steps': {
    schema: { properties: { a: { items: { multipleOf: 1e-300 } } } },
    values: { a: times(50_000, () => 1.7e308) },
  },
  'a schema of a megabyte': {
    schema: { properties: object(times(25_000, (at) => [`name-${at}`, { type: 'string', maxLength: at }])) },
    values: {},
  },
  'more values than anybody wants to read': {
    schema: { properties: {}, additionalProperties: false },
    values: object(times(80_000, (at) => [`name-${at}`, at])),
  },
  'a schema in schemas': {
    schema: { properties: { a: deep(180, { type: 'integer' }, (inside) => ({ allOf: [inside] })) } },
    values: { a: 'x' },
  },
};

/** As parameters of a run that say how they are meant. */
const jinja = (template: string) => ({ __prefect_kind: 'jinja', template });
const variable = (name: string) => ({ __prefect_kind: 'workspace_variable', variable_name: name });
const loop = (depth: number, inside: string): string =>
  depth === 0 ? inside : `{% for i in range(100) %}${loop(depth - 1, inside)}{% endfor %}`;

export const worstHolders: Record<string, Record<string, unknown>> = {
  'forty templates that use all they may': object(
    times(40, (at) => [`a${at}`, jinja(loop(2, '{{ i ~ i }}'.repeat(9)))]),
  ),
  'a template whose filters work on megabytes': {
    a: jinja(
      `{% set a = "ab" %}${'{% set a = a ~ a %}'.repeat(20)}${'{% set b = a|replace("a","bb")|upper %}'.repeat(500)}{{ b|length }}`,
    ),
  },
  'a template that becomes too long': {
    a: jinja(`{% set a = "ab" %}${'{% set a = a ~ a %}'.repeat(22)}{{ a }}`),
    b: jinja(`{% set a = "ab" %}${'{% set a = a ~ a %}'.repeat(22)}{{ a }}`),
  },
  'a template of a megabyte': { a: jinja('{% if a %}'.repeat(100_000)) },
  'twenty thousand templates': object(times(20_000, (at) => [`a${at}`, jinja('{{ 1 }}')])),
  'lists to sort': { a: jinja(`{% set a = range(100) %}${'{% set a = a + a %}'.repeat(14)}{{ a|sort|length }}`) },
  'a macro that calls itself': {
    a: jinja(`{% macro f(n) %}{% if n %}${'{{ f(n - 1) }}'.repeat(9)}{% endif %}{% endmacro %}{{ f(9) }}`),
  },
  'JSON in brackets': { a: { __prefect_kind: 'json', value: '['.repeat(100_000) } },
  'JSON in brackets that close': { a: { __prefect_kind: 'json', value: '['.repeat(100_000) + ']'.repeat(100_000) } },
  'ten thousand variables': { a: times(10_001, () => variable('none')) },
  'a variable that is not there, in a long list': { a: [...times(300_000, (at) => at), variable('none')] },
};

const rules = (lines: string[]) => ({ rrule: lines.join('\n'), timezone: 'UTC' });

export const worstSchedules: Record<string, object> = {
  'a rule that never comes': rules(['FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30']),
  'ten rules that never come': rules(
    times(10, (at) => `RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;INTERVAL=${at + 1}`),
  ),
  'more rules than a set may have': rules(times(90, (at) => `RRULE:FREQ=DAILY;INTERVAL=${at + 1}`)),
  'everything is an exception': rules(['RRULE:FREQ=SECONDLY', 'EXRULE:FREQ=SECONDLY']),
  'every second of a year, of which the last': rules([
    `RRULE:FREQ=YEARLY;BYSETPOS=-1;BYHOUR=${times(24, String).join()};BYMINUTE=${times(60, String).join()};BYSECOND=${times(60, String).join()};BYYEARDAY=${times(366, (at) => String(at + 1)).join()}`,
  ]),
  'a rule that began long ago': rules(['DTSTART:00010101T000000', 'RRULE:FREQ=SECONDLY;COUNT=999999999999']),
  'the thirtieth of February': { cron: '0 0 30 2 *' },
  'a leap day that is a Monday': { cron: '0 0 29 2 1', day_or: false, timezone: 'Europe/Berlin' },
  'a crontab of many numbers': { cron: `${times(200_000, (at) => at % 60).join()} * * * *` },
  'a crontab of ranges that go round': { cron: `${'9-1,'.repeat(200_000)}1 * * * *` },
  'an interval of a second since 1970': { interval: 1, anchor_date: '1970-01-01T00:00:00Z' },
  'an interval with an odd rest since the year 1': {
    interval: 86_400.000001,
    anchor_date: '0001-01-01T00:00:00Z',
    timezone: 'Europe/Berlin',
  },
};
