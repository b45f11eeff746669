import { encode } from 'uqr';
import { expect, it } from 'vitest';
import { drawQrCode } from './qr-code.server.ts';

it('draws every dark module, and no other', () => {
  const text = 'k3x9m2p7q1.choonsim.devnet';
  const { size, path } = drawQrCode(text);
  const drawn = new Set<string>();
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let at = 0; at < Number(length); at += 1) drawn.add(`${Number(x) + at} ${y}`);
  }
  const { data } = encode(text, { ecc: 'M', border: 4 });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`${x} ${y}`] : [])));
  expect(size).toBe(data.length);
  expect([...drawn].sort()).toEqual(dark.sort());
  // The quiet zone.
  expect(drawn.has('3 4')).toBe(false);
  expect(drawn.has('4 4')).toBe(true);
});
