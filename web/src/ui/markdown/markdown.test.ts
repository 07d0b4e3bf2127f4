import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Markdown } from './markdown';

const shown = (text: string) => renderToStaticMarkup(createElement(Markdown, { text }));

test('markdown that nests too deep to be laid out is shown as it stands', () => {
  for (const marker of ['>', '> ', '- ', '* ', '[', '![', '_', '**'])
    expect(shown(`${marker.repeat(5_000)}x`), marker).toMatch(/^<figure.*<pre/);
});

test('long rules, tables and quotes are laid out', () => {
  expect(shown(`a\n\n${'-'.repeat(400)}\n\nb`)).toContain('<hr');
  expect(shown(`|${'a|'.repeat(150)}\n|${'---|'.repeat(150)}`)).toContain('<table');
  expect(shown(`${'>'.repeat(50)} x`)).toContain('<blockquote');
});
