const TRIES = 6;

/** CPU milliseconds of this process, with all its threads, while the work ran. */
async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** What a loaded machine may make of it. What is quadratic in 64 kB takes more. */
const MOST_LOAD = 5;

/**
 * Whether work on the text takes less than `mostMs` of CPU in the best of several runs. On a loaded machine
 * everything takes more: then up to five times that, and twice what plain text of that length takes.
 */
export async function costsLittle(
  mostMs: number,
  text: string,
  work: (text: string) => unknown,
): Promise<boolean> {
  const plain = 'a'.repeat(text.length);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const tookMs = await cpuMs(() => work(text));
    if (tookMs < mostMs) return true;
    if (tookMs < MOST_LOAD * mostMs && tookMs < 2 * (await cpuMs(() => work(plain)))) return true;
  }
  return false;
}
