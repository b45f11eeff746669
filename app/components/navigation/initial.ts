const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A name's first visible character: a flag or a family emoji counts as one. */
export function initialOf(name: string): string {
  const [first] = letters.segment(name.trim());
  return first?.segment.toUpperCase() ?? '';
}
