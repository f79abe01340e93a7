import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";
import type { Participant } from "../../api/src/features/participants/contract.ts";
import { getMe, nameMe } from "./api.ts";

interface MeValue {
  /** Undefined while it is asked for; null for nobody yet. */
  readonly participant: Participant | null | undefined;
  readonly rename: (name: string) => Promise<void>;
}

const MeContext = createContext<MeValue>({ participant: undefined, rename: () => Promise.resolve() });

/** Who the visitor is, for every part of the page. */
export function MeProvider({ children }: { readonly children: ComponentChildren }) {
  const [participant, setParticipant] = useState<Participant | null>();

  useEffect(() => {
    getMe().then(
      (me) => setParticipant(me.participant),
      // The page works without; what needs a participant says so itself.
      () => setParticipant(null),
    );
  }, []);

  const rename = useCallback(async (name: string) => setParticipant((await nameMe(name)).participant), []);
  const value = useMemo(() => ({ participant, rename }), [participant, rename]);
  return <MeContext.Provider value={value}>{children}</MeContext.Provider>;
}

export function useMe(): MeValue {
  return useContext(MeContext);
}

/** For who starts without choosing a name. */
export function guestName(): string {
  return `Guest ${1000 + Math.floor(Math.random() * 9000)}`;
}
