/** JSON that also carries bigints, bytes and maps, for what the devnet keeps on disk. */
export function toTaggedJson(value: unknown): string {
  return JSON.stringify(tag(value));
}

/** Reads what `toTaggedJson` wrote; the caller names the type, since it wrote it. */
export function fromTaggedJson<T>(text: string): T {
  return JSON.parse(text, (_, value: unknown) => untag(value));
}

function tag(value: unknown): unknown {
  if (typeof value === 'bigint') return { $n: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { $b: Buffer.from(value).toString('base64') };
  if (value instanceof Map) return { $m: [...value].map(tag) };
  if (Array.isArray(value)) return value.map(tag);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tag(item)]));
}

function untag(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$n' in value && typeof value.$n === 'string') return BigInt(value.$n);
  if ('$b' in value && typeof value.$b === 'string') return Buffer.from(value.$b, 'base64');
  if ('$m' in value && Array.isArray(value.$m)) return new Map(value.$m);
  return value;
}
