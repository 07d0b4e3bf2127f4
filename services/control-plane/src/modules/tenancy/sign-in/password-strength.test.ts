import { expect, test } from 'vitest';
import { isEasyToGuess } from './password-strength.js';

const person = ['ada.lovelace@example.test', 'Ada Lovelace'];

test.each([
  '1234567890',
  'aaaaaaaaaa',
  'qwertyuiop',
  'password123',
  'Password2024!',
  'letmein2024',
  'abcabcabcabc',
  'Summer2026!',
  '1q2w3e4r5t6y',
  'adalovelace',
  'ada.lovelace@example.test',
  'lovelace2026',
  'a'.repeat(1_000),
])('%s is on the lists of those who guess', (password) => expect(isEasyToGuess(password, person)).toBe(true));

test.each(['correct horse battery', 'open-the-headgate', 'demo-demo-demo', 'jf83kdl29x', 'ünïcödé wörter zählen'])(
  '%s is not',
  (password) => expect(isEasyToGuess(password, person)).toBe(false),
);
