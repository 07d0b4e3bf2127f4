import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { LaidOut } from './laid-out';

/** The thread in which texts are laid out: it is ended when one takes too long. */
function htmlOf(text: string): string | null {
  try {
    return renderToStaticMarkup(createElement(LaidOut, { text }));
  } catch {
    return null;
  }
}

self.addEventListener('message', ({ data }: MessageEvent<string>) => self.postMessage(htmlOf(data)));
// It is there.
self.postMessage('');
