import { useCallback, useState } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { loadEarlier } from './chat-api.ts';
import type { SetMessages } from './use-reply.ts';

interface EarlierStart {
  readonly characterId: CharacterId;
  readonly firstMessageId: string | null;
  readonly hasEarlier: boolean;
  readonly setMessages: SetMessages;
}

/** Prepends one earlier page after another. */
export function useEarlierMessages(start: EarlierStart) {
  const { characterId, firstMessageId, setMessages } = start;
  const [hasEarlier, setHasEarlier] = useState(start.hasEarlier);
  const [isLoading, setLoading] = useState(false);
  const [hasFailed, setFailed] = useState(false);

  const load = useCallback(async () => {
    if (isLoading || firstMessageId === null) return;
    setLoading(true);
    const page = await loadEarlier(characterId, firstMessageId);
    setFailed(page === null);
    if (page) {
      setMessages((shown) => [...page.messages, ...shown]);
      setHasEarlier(page.hasEarlier);
    }
    setLoading(false);
  }, [characterId, firstMessageId, isLoading, setMessages]);

  return { firstMessageId, hasEarlier, setHasEarlier, isLoading, hasFailed, load };
}
