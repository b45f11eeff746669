/** For a container's health check: 0 when the address answers 2xx within 4 s, else 1 and the reason. */
async function checkHealth(url: string): Promise<number> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) });
    if (answer.ok) return 0;
    console.error(`${url} answers ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  } catch (error) {
    console.error(`${url} does not answer: ${error instanceof Error ? error.message : error}`);
  }
  return 1;
}

process.exit(await checkHealth(process.argv[2] ?? 'http://127.0.0.1:3000/readyz'));

// A module, so that what it waits for may stand at its top.
export {};
