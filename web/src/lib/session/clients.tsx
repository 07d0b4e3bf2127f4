'use client';

import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { useRouter } from 'next/navigation';
import { Provider, type Client } from 'urql';
import { createClients } from '@/lib/graphql-client';
import { LiveLists } from '@/lib/live-list';
import { paths } from '@/lib/paths';

type Session = {
  direct: Client;
  lists: LiveLists;
  /** Ends the session by `signOut`, which answers whether it worked, and shows the sign-in page. */
  leave: (signOut: () => Promise<boolean>) => Promise<void>;
};

const SessionContext = createContext<Session | null>(null);

/** Holds the GraphQL clients. */
export function Clients({ children }: { children: ReactNode }) {
  const router = useRouter();
  const leaving = useRef(false);
  const askToSignIn = useCallback(() => {
    const here = location.pathname + location.search;
    if (!leaving.current && !here.startsWith(paths.signIn())) router.replace(paths.signIn(here));
  }, [router]);
  const [{ kept, direct }] = useState(() => createClients(askToSignIn));
  const [lists] = useState(() => new LiveLists());
  const leave = useCallback(async (signOut: () => Promise<boolean>) => {
    // The server closes the live connections, maybe before it answers: that asks nobody who leaves to sign in and come back.
    leaving.current = true;
    leaving.current = await signOut();
    // A page of its own: nothing of the visitor stays in memory.
    if (leaving.current) location.replace(paths.signIn());
  }, []);
  const session = useMemo(() => ({ direct, lists, leave }), [direct, lists, leave]);
  return (
    <SessionContext value={session}>
      <Provider value={kept}>{children}</Provider>
    </SessionContext>
  );
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs <Clients> above it');
  return session;
}
