import fc from 'fast-check';

/** How many times more inputs than in an ordinary run; `DEVNET_FUZZ=100` takes some minutes. */
const scale = Number(process.env.DEVNET_FUZZ ?? 1);

/** The parameters of a property: the same inputs in every run of the same size. */
export const fuzz = (numRuns: number) => ({ seed: 18, numRuns: Math.ceil(numRuns * scale) });

/** No single input may keep the node busy for longer; see `busyMs`. */
export const MAX_BUSY_MS = 10_000;

/** The CPU time of this process so far: unlike the time of day, it does not depend on what else the machine does. */
export function busyMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Changes bytes: flips some, cuts the end, repeats or removes a part. */
export function mutationsOf(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  const position = fc.nat({ max: Math.max(0, original.length - 1) });
  const flips = fc
    .array(fc.tuple(position, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 })
    .map((changes) => {
      const bytes = original.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const cut = position.map((length) => original.slice(0, length));
  const spliced = fc
    .tuple(position, position, fc.nat({ max: 40 }))
    .map(([from, to, length]) =>
      Buffer.concat([
        original.subarray(0, to),
        original.subarray(from, from + length),
        original.subarray(to),
      ]),
    );
  const removed = fc
    .tuple(position, fc.nat({ max: 40 }))
    .map(([at, length]) =>
      Buffer.concat([original.subarray(0, at), original.subarray(at + length)]),
    );
  return fc.oneof({ weight: 3, arbitrary: flips }, cut, spliced, removed);
}
