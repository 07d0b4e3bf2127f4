/** The closing words of sockets. Clients look at the code: 1008 is final, after 1012 and 1013 they come back. */
export const closing = {
  tooMuch: { code: 1008, reason: 'Too much was sent before signing in.' },
  tooLate: { code: 1008, reason: 'Signing in took too long.' },
  tooMany: { code: 1013, reason: 'Too many open sockets: HEADGATE_SOCKETS_PER_… say how many. Try again later.' },
  tooSlow: { code: 1013, reason: 'Too much was left unread. Connect again.' },
  outOfMemory: { code: 1013, reason: 'Too much is left unread or unfinished. Connect again.' },
  revoked: { code: 1008, reason: 'Unauthorized: the right to be here has ended.' },
  nothingExpected: { code: 1008, reason: 'No more messages are expected.' },
  restart: { code: 1012, reason: 'Service restart' },
  failed: { code: 1011, reason: 'Internal error' },
} as const;
