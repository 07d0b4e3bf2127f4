import { parsed } from './table-data';

const inMarkdown = /^\[([^\]]*)\]\(([^)\s]+)\)$/;

export type LinkData = { text: string; href: string };

/** The address in a link artifact: bare, as markdown, or as an object. Null unless it leads to http or https. */
export function readLink(data: unknown): LinkData | null {
  const value = parsed(data);
  if (typeof value === 'object' && value !== null && 'link' in value) {
    const { link, link_text: text } = value as { link?: unknown; link_text?: unknown };
    return safe(String(link), typeof text === 'string' ? text : null);
  }
  if (typeof value !== 'string') return null;
  const match = inMarkdown.exec(value.trim());
  return match ? safe(match[2]!, match[1]!) : safe(value.trim(), null);
}

const safe = (href: string, text: string | null): LinkData | null =>
  URL.canParse(href) && /^https?:$/.test(new URL(href).protocol) ? { href, text: text || href } : null;
