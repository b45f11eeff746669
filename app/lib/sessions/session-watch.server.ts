export interface SessionWatch {
  /** Calls `onEnd` once when the session has ended. @returns how to stop watching */
  watch(sessionId: string, onEnd: () => void): () => void;
}

/** One query for all watched sessions of a process, and none without watchers. */
export function createSessionWatch({
  liveSessions,
  lookMs,
  onError,
}: {
  /** The sessions among these that still exist; may throw, and is called again at the next poll. */
  liveSessions: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  lookMs: number;
  onError: (error: unknown) => void;
}): SessionWatch {
  const watched = new Map<string, Set<() => void>>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const look = async () => {
    const ids = [...watched.keys()];
    try {
      const live = await liveSessions(ids);
      for (const id of ids) {
        if (live.has(id)) continue;
        for (const onEnd of watched.get(id) ?? []) onEnd();
        watched.delete(id);
      }
    } catch (error) {
      onError(error);
    }
    timer = null;
    schedule();
  };

  const schedule = () => {
    if (timer !== null || watched.size === 0) return;
    timer = setTimeout(() => void look(), lookMs);
    timer.unref();
  };

  return {
    watch(sessionId, onEnd) {
      const listeners = watched.get(sessionId) ?? new Set();
      watched.set(sessionId, listeners.add(onEnd));
      schedule();
      return () => {
        listeners.delete(onEnd);
        if (listeners.size === 0) watched.delete(sessionId);
      };
    },
  };
}
