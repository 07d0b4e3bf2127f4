import { expect, test } from 'vitest';
import { readLink } from './link-data';

test('a link is read from an address, from markdown and from an object', () => {
  expect(readLink('https://example.com/r')).toEqual({ href: 'https://example.com/r', text: 'https://example.com/r' });
  expect(readLink('[report](https://example.com/r)')).toEqual({ href: 'https://example.com/r', text: 'report' });
  expect(readLink({ link: 'http://example.com', link_text: 'x' })).toEqual({ href: 'http://example.com', text: 'x' });
});

test.each(['javascript:alert(1)', '[x](javascript:alert(1))', 'nothing', 3, null])('%s is not followed', (data) => {
  expect(readLink(data)).toBeNull();
});
