import { expect, test } from 'vitest';
import { readCallback } from './client-callback';

test('a callback on the visitor’s own machine is taken', () => {
  expect(readCallback('http://localhost:41234')).toBe('http://localhost:41234');
  expect(readCallback('http://127.0.0.1:41234/')).toBe('http://127.0.0.1:41234');
  expect(readCallback('http://localhost:41234/login/')).toBe('http://localhost:41234/login');
});

test.each([
  null,
  '',
  'nonsense',
  'https://localhost:1',
  'http://evil.example',
  'http://localhost.evil.example',
  'http://localhost@evil.example',
  'http://127.0.0.1.nip.io',
  'javascript:alert(1)',
  'file:///etc/passwd',
])('the callback %s is refused', (callback) => {
  expect(readCallback(callback)).toBeNull();
});
