import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { ExternalLink } from 'lucide-react';

/** Markdown that somebody else wrote. HTML in it is text; links open elsewhere; images of other sites are links to them. */
export const LaidOut = ({ text }: { text: string }) => (
  <ReactMarkdown
    remarkPlugins={[remarkGfm]}
    rehypePlugins={[[rehypeSanitize, schema]]}
    urlTransform={asWritten}
    components={parts}
  >
    {text}
  </ReactMarkdown>
);

/** What may be in an address is for the schema below to say. */
const asWritten = (url: string) => url;

const schema = {
  ...defaultSchema,
  // Ids and names of the text shall not meet those of the page.
  clobberPrefix: 'text-',
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'], src: ['http', 'https', 'data'] },
};

/** Pictures that travel in the text itself; what is only named would tell its site who looks. */
const inline = /^data:image\/(png|jpeg|gif|webp|avif);base64,/;

const parts: Components = {
  // Where a link leads nowhere that it may, only its words are left.
  a: ({ href, children }) =>
    href ? (
      <a href={href} target="_blank" rel="noreferrer noopener" className="text-accent underline underline-offset-2">
        {children}
      </a>
    ) : (
      children
    ),
  img: ({ src, alt }) => <Picture src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />,
  table: ({ children }) => (
    <div className="my-3 overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
};

/** A picture in the text, or the way to one that lies elsewhere. */
export function Picture({ src, alt }: { src: string; alt: string }) {
  if (inline.test(src)) return <img src={src} alt={alt} className="my-2 max-h-120 max-w-full rounded-md" />;
  if (!/^https?:\/\//.test(src)) return <span className="text-muted">{alt || 'Image'}</span>;
  return (
    <a
      href={src}
      target="_blank"
      rel="noreferrer noopener"
      title={src}
      className="inline-flex items-center gap-1.5 font-medium text-accent hover:underline"
    >
      {alt || 'Open the image'}
      <ExternalLink className="size-3.5" aria-hidden />
    </a>
  );
}
