import { createHmac, randomBytes } from 'node:crypto';
import { sameText } from './secrets.js';

/** Of how many people a browser remembers that they signed in with it. */
const peopleMax = 5;

/**
 * A browser in which somebody has signed in before carries proof of it, one per person, in a cookie: tries of strangers
 * from elsewhere then do not keep them out. The proof says nothing about the person and opens nothing.
 */
const proofOf = (browserId: string, email: string, secret: string): string =>
  createHmac('sha256', secret).update(`browser:${browserId}:${email}`).digest('base64url');

const partsOf = (cookie: string | undefined): { browserId: string; proofs: string[] } => {
  const [browserId = '', ...proofs] = (cookie ?? '').split('.');
  return /^[\w-]{22}$/.test(browserId) ? { browserId, proofs } : { browserId: '', proofs: [] };
};

/** The id of the browser, when this person has signed in with it before; null otherwise. */
export function browserKnownTo(cookie: string | undefined, email: string, secret: string): string | null {
  const { browserId, proofs } = partsOf(cookie);
  if (!browserId) return null;
  const proof = proofOf(browserId, email, secret);
  return proofs.slice(0, peopleMax).some((each) => sameText(each, proof)) ? browserId : null;
}

/** The cookie after this person has signed in. */
export function rememberBrowser(cookie: string | undefined, email: string, secret: string): string {
  const known = partsOf(cookie);
  const browserId = known.browserId || randomBytes(16).toString('base64url');
  const proof = proofOf(browserId, email, secret);
  return [browserId, ...[proof, ...known.proofs.filter((each) => each !== proof)].slice(0, peopleMax)].join('.');
}
