/** The first line of a text in markdown that is no title, as plain words: for what stands under a title, and for rows. */
export const plainLine = (markdown: string): string =>
  firstOf(markdown.split('\n').filter((line) => line.trim() !== ''))
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|\*|`|~~)(.+?)\1/g, '$2')
    .trim();

const firstOf = (lines: string[]): string => lines.find((line) => !/^\s*#/.test(line)) ?? lines[0] ?? '';
