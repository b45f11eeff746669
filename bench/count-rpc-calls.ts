/** Counts what this process asks of nodes, by method, until stopped. */
export function countRpcCalls(): { stop(): Record<string, number> } {
  const counts: Record<string, number> = {};
  const original = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const method = /"method":"(\w+)"/.exec(String(init?.body))?.[1];
    if (method) counts[method] = (counts[method] ?? 0) + 1;
    return original(input, init);
  };
  return {
    stop() {
      globalThis.fetch = original;
      return counts;
    },
  };
}
