/** The first characters as a reader counts them: none, such as an emoji, is split. */
export function textStart(text: string, characters: number): string {
  let end = 0;
  let count = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(text)) {
    if (count === characters) break;
    count += 1;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
