import { useCallback, useEffect, useRef, useState } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { findMessageFault, type MessageFault } from '../../lib/chat/message-rules.ts';

export interface ShownMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly state: 'complete' | 'writing' | 'interrupted';
}

export type ChatFault = MessageFault | 'WALLET_NOT_READY' | 'UNAUTHORIZED' | 'FAILED';

interface ChatStart {
  readonly characterId: CharacterId;
  readonly storedMessages: readonly Omit<ShownMessage, 'state'>[];
  readonly draft: string;
  readonly fault: ChatFault | null;
}

/**
 * The conversation on the page. A message shows at once and leaves the composer; when it cannot be
 * sent it goes back there, before anything typed since.
 */
export function useChat({
  characterId,
  storedMessages,
  draft: firstDraft,
  fault: firstFault,
}: ChatStart) {
  const [messages, setMessages] = useState<readonly ShownMessage[]>(() =>
    storedMessages.map((message) => ({ ...message, state: 'complete' as const })),
  );
  const [draft, setDraft] = useKeptDraft(characterId, firstDraft);
  const [fault, setFault] = useState<ChatFault | null>(firstFault);
  const [isBusy, setBusy] = useState(false);
  const leaving = useRef<AbortController | null>(null);
  useEffect(() => () => leaving.current?.abort(), []);

  const send = useCallback(async () => {
    const text = draft.trim();
    const found = findMessageFault(text);
    setFault(found);
    if (found || isBusy) return;
    const messageId = crypto.randomUUID();
    const replyId = `${messageId}:reply`;
    const controller = new AbortController();
    leaving.current = controller;
    setBusy(true);
    setDraft('');
    setMessages((shown) => [
      ...shown,
      { id: messageId, role: 'user', content: text, state: 'complete' },
      { id: replyId, role: 'assistant', content: '', state: 'writing' },
    ]);
    const change = (changes: Partial<ShownMessage>) =>
      setMessages((shown) =>
        shown.map((message) => (message.id === replyId ? { ...message, ...changes } : message)),
      );

    const response = await post({ characterId, text, messageId, signal: controller.signal });
    if (!(response instanceof Response)) {
      if (controller.signal.aborted) return;
      setMessages((shown) => shown.filter(({ id }) => id !== messageId && id !== replyId));
      setDraft((typedSince) => (typedSince ? `${text}\n${typedSince}` : text));
      setFault(response);
    } else {
      try {
        await readPieces(response, (content) => change({ content }));
        change({ state: 'complete' });
      } catch {
        change({ state: 'interrupted' });
      }
    }
    setBusy(false);
  }, [characterId, draft, isBusy, setDraft]);

  return { messages, draft, setDraft, fault, setFault, isBusy, send };
}

interface Post {
  readonly characterId: CharacterId;
  readonly text: string;
  readonly messageId: string;
  readonly signal: AbortSignal;
}

async function post({ characterId, text, messageId, signal }: Post): Promise<Response | ChatFault> {
  try {
    const response = await fetch(`/api/chat/${characterId}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ message: text, messageId }),
      signal,
    });
    if (response.ok) return response;
    if (response.status === 401) return 'UNAUTHORIZED';
    if (response.status === 423) return 'WALLET_NOT_READY';
  } catch {
    // No answer at all: the same to the user as an error.
  }
  return 'FAILED';
}

async function readPieces(response: Response, show: (content: string) => void): Promise<void> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let content = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    content += decoder.decode(piece.value, { stream: true });
    show(content);
  }
}

/** What is typed outlives a reload and a look at another page, in this tab. */
function useKeptDraft(characterId: CharacterId, first: string) {
  const key = `draft:${characterId}`;
  const [draft, setDraft] = useState(first);
  const isRestored = useRef(false);

  useEffect(() => {
    const kept = sessionStorage.getItem(key);
    // Text typed before the page came alive is newer than what was kept.
    if (kept) setDraft((typed) => typed || kept);
  }, [key]);

  useEffect(() => {
    // The first run would overwrite what is about to be restored.
    if (isRestored.current) sessionStorage.setItem(key, draft);
    isRestored.current = true;
  }, [key, draft]);

  return [draft, setDraft] as const;
}
