import { encode } from 'uqr';

export interface QrCode {
  /** Modules along an edge, the quiet zone included. */
  readonly size: number;
  /** The dark modules as the `d` of an SVG path, one unit a module. */
  readonly path: string;
}

/** The quiet zone required by ISO/IEC 18004. */
const QUIET_MODULES = 4;

export function drawQrCode(text: string): QrCode {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_MODULES });
  const runs: string[] = [];
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < size; x += 1) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x += 1;
      runs.push(`M${start} ${y}h${x + 1 - start}v1H${start}z`);
    }
  }
  return { size, path: runs.join('') };
}
