'use client';

import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { useRouter } from 'next/navigation';
import { Provider, type Client } from 'urql';
import { createClients } from '@/lib/graphql-client';
import { paths } from '@/lib/paths';

type Session = { direct: Client; startAnew: () => void };

const SessionContext = createContext<Session | null>(null);

/** Holds the GraphQL clients. `startAnew` forgets everything that was loaded, as after signing in or out. */
export function Clients({ children }: { children: ReactNode }) {
  const router = useRouter();
  const askToSignIn = useCallback(() => {
    const here = location.pathname + location.search;
    if (!here.startsWith(paths.signIn())) router.replace(paths.signIn(here));
  }, [router]);
  const [clients, setClients] = useState(() => createClients(askToSignIn));
  const startAnew = useCallback(() => setClients(createClients(askToSignIn)), [askToSignIn]);
  const session = useMemo(() => ({ direct: clients.direct, startAnew }), [clients, startAnew]);
  return (
    <SessionContext value={session}>
      <Provider value={clients.kept}>{children}</Provider>
    </SessionContext>
  );
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs <Clients> above it');
  return session;
}
