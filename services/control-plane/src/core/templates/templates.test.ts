import { expect, test, vi } from 'vitest';
import { TemplateError } from './template-error.js';
import { checkTemplate, renderTemplate } from './templates.js';

const times = (count: number, text: string) => Array.from({ length: count }, () => text).join('');
function mistakeOf(use: () => unknown): { line: number; message: string } | null {
  try {
    use();
    return null;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { line: error.line, message: error.message };
  }
}
const check = (template: string) => mistakeOf(() => checkTemplate(template));
const render = (template: string, context = {}) => renderTemplate(template, context);

test('a template is filled in from its context; what is not there is empty', () => {
  expect(
    render('{{ flow.name|upper }}: {{ runs|length }}{{ no.such.thing }}', { flow: { name: 'etl' }, runs: [1, 2] }),
  ).toBe('ETL: 2');
  expect(
    render("{{ event.resource['prefect.resource.id'] }}", { event: { resource: { 'prefect.resource.id': 'x' } } }),
  ).toBe('x');
  expect(render('{% for n in range(3) %}{{ n }}{% endfor %}{{ {"a": 1}|tojson }}{{ "A".lower() }}')).toBe(
    '012{"a":1}a',
  );
  expect(render('no template } {')).toBe('no template } {');
});

test('what is not a template is told with its line, in the words of Jinja where people err most', () => {
  expect(check('fine {{ x }}')).toBe(null);
  expect(check('{{ x')).toEqual({ line: 1, message: "unexpected end of template, expected 'end of print statement'." });
  expect(check('a\nb\n{% nope %}')).toEqual({ line: 3, message: "Encountered unknown tag 'nope'." });
  expect(check('{{ }}')).toEqual({ line: 1, message: "Expected an expression, got 'end of print statement'" });
  expect(check('{{ x y }}')).toMatchObject({ line: 1 });
  expect(check('{% if x %}')).toMatchObject({ line: 1 });
  expect(check('{{ a|later }}')).toBe(null);
  expect(mistakeOf(() => render('{{ a|later }}'))).toEqual({ line: 1, message: "No filter named 'later'." });
});

test('ten loops are enough, and two inside each other', () => {
  const loop = '{% for a in b %}{% endfor %}';
  expect(check(times(10, loop))).toBe(null);
  expect(check(times(11, loop))).toEqual({
    line: 0,
    message: 'Contains 11 for loops. Templates can contain no more than 10 for loops.',
  });
  const nested = (depth: number) => times(depth, '{%- for a in b %}') + times(depth, '{% endfor -%}');
  expect(check(nested(2) + nested(2))).toBe(null);
  expect(check(nested(3))).toEqual({
    line: 0,
    message: 'Contains nested for loops at a depth of 3. Templates can nest for loops no more than 2 loops deep.',
  });
  expect(check(`{# ${times(20, loop)} #}{% raw %}${times(20, loop)}{% endraw %}{{ "{% for x %}" }}`)).toBe(null);
});

test('a range has at most a hundred numbers', () => {
  expect(render('{{ range(100)|length }} {{ range(2, 8, 3)|join(",") }} {{ range(3, 0, -1)|join(",") }}')).toBe(
    '100 2,5 3,2,1',
  );
  expect(mistakeOf(() => render('{{ range(101)|length }}'))?.message).toBe(
    'Range too big. The sandbox blocks ranges larger than MAX_TEMPLATE_RANGE=100.',
  );
  for (const bounds of ['"x"', '0, 9, 0', 'none', ''])
    expect(mistakeOf(() => render(`{% for n in range(${bounds}) %}{{ n }}{% endfor %}`))).not.toBeUndefined();
});

test('no template takes the process with it: not by time, not by memory, not by depth, and none writes to its log', () => {
  const written = vi.spyOn(console, 'error');
  const hostile = [
    '{{ "a" * 100000000 }}',
    `{% set a = "ab" %}${times(40, '{% set a = a ~ a %}')}{{ a|length }}`,
    `{% macro f() %}${times(9, '{{ f() }}')}{% endmacro %}{{ f() }}`,
    `{% macro f(n) %}{% if n %}${times(9, '{{ f(n - 1) }}')}{% endif %}{% endmacro %}{{ f(9) }}`,
    times(100_000, '{{ ('),
    times(100_000, '{% if a %}'),
    `{{ ${times(100_000, '(')}1${times(100_000, ')')} }}`,
    `{{ ${times(100_000, '-')}1 }}`,
  ];
  for (const template of hostile) {
    expect(
      mistakeOf(() => render(template)),
      template.slice(0, 40),
    ).not.toBe(null);
    expect(render('still {{ 1 + 1 }}')).toBe('still 2');
  }
  expect(written).not.toHaveBeenCalled();
});
