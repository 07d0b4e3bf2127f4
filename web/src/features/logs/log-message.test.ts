import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { LogMessage } from './log-message';

const shown = (text: string, search = '') => renderToStaticMarkup(createElement(LogMessage, { text, search }));
const esc = '\u001b';

test('a message stands in the colours that it asks for', () => {
  expect(shown('plain')).toBe('plain');
  expect(shown(`${esc}[31mred ${esc}[1malert${esc}[0m, <b>`)).toBe(
    '<span class="text-bad">red </span><span class="text-bad font-bold">alert</span>, &lt;b&gt;',
  );
});

test('what is sought is marked across colours, and nothing else is', () => {
  const marked = (text: string, search: string) =>
    [...shown(text, search).matchAll(/<mark[^>]*>(.*?)<\/mark>/g)].map(([, words]) => words);
  expect(marked('disk full', 'FULL')).toEqual(['full']);
  expect(marked(`a ${esc}[31mred ${esc}[1malert${esc}[0m, red alert`, ' red al ')).toEqual(['red ', 'al']);
  expect(marked(`${esc}[31mred${esc}[0m`, '[31m')).toEqual([]);
  expect(marked('anything', '')).toEqual([]);
});
