import { type Dispatch, useCallback, useState } from 'react';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import { loadEarlier } from './chat-api.ts';
import type { ChatEvent, ChatState } from './chat-state.ts';

interface Earlier {
  readonly characterId: CharacterId;
  readonly state: ChatState;
  readonly dispatch: Dispatch<ChatEvent>;
}

/** Prepends one earlier page after another. */
export function useEarlierMessages({ characterId, state, dispatch }: Earlier) {
  const { hasEarlier } = state;
  const firstMessageId = state.messages[0]?.id ?? null;
  const [isLoading, setLoading] = useState(false);
  const [hasFailed, setFailed] = useState(false);

  const load = useCallback(async () => {
    if (isLoading || firstMessageId === null) return;
    setLoading(true);
    const page = await loadEarlier(characterId, firstMessageId);
    setFailed(page === null);
    if (page) dispatch({ type: 'earlier-loaded', page });
    setLoading(false);
  }, [characterId, dispatch, firstMessageId, isLoading]);

  return { firstMessageId, hasEarlier, isLoading, hasFailed, load };
}
