const groupLengths = [8, 4, 4, 4, 12];
const lengthMax = 45;

/** Why a text is no UUID, in the words of the wire. */
export function wrongUuid(text: string): string {
  if (text.length > lengthMax) return `invalid length: found ${text.length}`;
  const [wrapper, bare] = unwrapped(text);
  const odd = /[^\da-f-]/i.exec(bare);
  if (odd) return `invalid character: found \`${odd[0]}\` at ${wrapper + odd.index}`;
  const groups = bare.split('-');
  if (groups.length === 1) return `invalid length: found ${text.length}`;
  if (groups.length !== groupLengths.length)
    return `invalid group count: expected ${groupLengths.length}, found ${groups.length}`;
  const group = groups.findIndex(({ length }, number) => length !== groupLengths[number]);
  return `invalid group length in group ${group}: expected ${groupLengths[group]}, found ${groups[group]?.length}`;
}

/** How long what stands before it is, and the UUID itself: it may be in braces, or a URN. */
function unwrapped(text: string): [wrapper: number, bare: string] {
  if (text.startsWith('{') && text.endsWith('}')) return [1, text.slice(1, -1)];
  const urn = 'urn:uuid:';
  return text.startsWith(urn) ? [urn.length, text.slice(urn.length)] : [0, text];
}
