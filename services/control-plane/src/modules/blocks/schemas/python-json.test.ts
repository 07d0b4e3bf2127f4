import { expect, test } from 'vitest';
import { parseExact } from '../../../core/json/exact-json.js';
import { pythonJson } from './python-json.js';

/** Written by Python's json.dumps(json.loads(text), sort_keys=True). */
const table: [text: string, python: string][] = [
  ['[1, -1, 0, -0, 12345678901234567890]', '[1, -1, 0, 0, 12345678901234567890]'],
  ['[1.0, -1.0, 0.0, -0.0, 100.0, 2.50, 1E5]', '[1.0, -1.0, 0.0, -0.0, 100.0, 2.5, 100000.0]'],
  ['[1e15, 1e16, 1e21, 1e22, 1e100]', '[1000000000000000.0, 1e+16, 1e+21, 1e+22, 1e+100]'],
  ['[0.1, 0.0001, 0.00012345, 1e-5, 1.5e-7]', '[0.1, 0.0001, 0.00012345, 1e-05, 1.5e-07]'],
  ['[9007199254740993.0, 123456789012345678.0]', '[9007199254740992.0, 1.2345678901234568e+17]'],
  ['[5e-324, 1.7976931348623157e308, 1e400, -1e400]', '[5e-324, 1.7976931348623157e+308, Infinity, -Infinity]'],
  ['{"b":[],"a":{},"B":null,"_":[true,false]}', '{"B": null, "_": [true, false], "a": {}, "b": []}'],
  ['{"é":"ü","😀":"😀","\uffff":1}', '{"\\u00e9": "\\u00fc", "\\uffff": 1, "\\ud83d\\ude00": "\\ud83d\\ude00"}'],
  ['"\\u007f\\u0000\\b\\f\\n\\r\\t\\"\\\\/"', '"\\u007f\\u0000\\b\\f\\n\\r\\t\\"\\\\/"'],
];

test.each(table)('%s is written as Python writes it', (text, python) => {
  expect(pythonJson(parseExact(text))).toBe(python);
});
