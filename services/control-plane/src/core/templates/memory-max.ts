const preambleBytes = 8;
const memorySection = 5;

/** A WebAssembly module whose one memory cannot grow beyond so many pages. */
export function withMemoryMax(module: Uint8Array<ArrayBuffer>, pagesMax: number): Uint8Array<ArrayBuffer> {
  let at = preambleBytes;
  while (at < module.length) {
    const id = module[at]!;
    const size = readNumber(module, at + 1);
    const end = size.end + size.value;
    if (id === memorySection) return replaced(module, at, end, limited(module.subarray(size.end, end), pagesMax));
    at = end;
  }
  throw new Error('The module has no memory of its own.');
}

/** The section's contents: one memory, flag "has a maximum", its least and its most pages. */
function limited(section: Uint8Array, pagesMax: number): number[] {
  const [count, flags] = section;
  if (count !== 1 || flags !== 0) throw new Error('The module does not have one memory without a maximum.');
  const least = readNumber(section, 2);
  return [1, 1, ...numberBytes(least.value), ...numberBytes(pagesMax)];
}

function replaced(module: Uint8Array, from: number, to: number, contents: number[]): Uint8Array<ArrayBuffer> {
  const section = [memorySection, ...numberBytes(contents.length), ...contents];
  return Uint8Array.from([...module.subarray(0, from), ...section, ...module.subarray(to)]);
}

/** LEB128, as WebAssembly writes its numbers. */
function readNumber(bytes: Uint8Array, from: number): { value: number; end: number } {
  let [value, shift, at] = [0, 0, from];
  while (true) {
    const byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value, end: at };
    shift += 7;
  }
}

function numberBytes(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...numberBytes(value >>> 7)];
}
