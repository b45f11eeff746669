/** The draft, held outside React's tree, so that a keystroke re-renders only the composer. */
export interface DraftStore {
  get(): string;
  set(next: string | ((draft: string) => string)): void;
  /** @returns a function that stops listening */
  subscribe(listener: () => void): () => void;
}

export function createDraftStore(first: string): DraftStore {
  let draft = first;
  const listeners = new Set<() => void>();
  return {
    get: () => draft,
    set(next) {
      const text = typeof next === 'function' ? next(draft) : next;
      if (text === draft) return;
      draft = text;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
