export interface SingleFlight {
  /** Resolves when a call that began after this moment has ended; never rejects. */
  run(): Promise<void>;
  /** No further call begins; resolves when the running one has ended. */
  stop(): Promise<void>;
}

/** One call of `work` at a time; all requests during a call share the next one. */
export function createSingleFlight({
  work,
  onError,
}: {
  work: () => Promise<void>;
  onError: (error: unknown) => void;
}): SingleFlight {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let isStopped = false;

  const begin = (): Promise<void> => {
    next = null;
    if (isStopped) return Promise.resolve();
    // Started in a later turn: `running` must be set before the call can request another.
    const call = Promise.resolve()
      .then(work)
      .catch(onError)
      .finally(() => {
        running = null;
      });
    running = call;
    return call;
  };

  return {
    run() {
      if (!running) return begin();
      next ??= running.then(begin);
      return next;
    },

    async stop() {
      isStopped = true;
      await running;
    },
  };
}
