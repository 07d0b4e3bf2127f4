/** The first line of a text in markdown that is no title, as plain words: for what stands under a title, and for rows. */
export const plainLine = (markdown: string): string =>
  inPlainWords(firstOf(markdown.split('\n').filter((line) => line.trim() !== '')));

/** A short text in markdown as plain words, line by line: for help beside a field, where nothing is laid out. */
export const plainWords = (markdown: string): string => markdown.trim().split('\n').map(inPlainWords).join('\n');

/** Where a line is longer than anybody reads it stays as it is. */
const charsMax = 2_000;

const inPlainWords = (line: string): string =>
  line.length > charsMax
    ? line
    : line
        .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/, '')
        .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/(\*\*|__|\*|`|~~)(?=\S)(.+?)(?<=\S)\1/g, '$2')
        .trim();

const firstOf = (lines: string[]): string => lines.find((line) => !/^\s*#/.test(line)) ?? lines[0] ?? '';
