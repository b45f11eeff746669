const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a name begins with, as it is seen: a flag and a family of emoji are one letter each. */
export function initialOf(name: string): string {
  const [first] = letters.segment(name.trim());
  return first?.segment.toUpperCase() ?? '';
}
