/**
 * Invisible characters: white space and controls, what Unicode lets programs leave out (zero width, tags, variation
 * selectors, direction marks, Hangul fillers), the Braille cell without a dot, annotation marks, an empty note head.
 */
const BLANK =
  /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}\u2800\ufff9-\ufffb\u{1d159}]/gu;

/** Whether a text shows nothing: it counts as empty. */
export function isBlank(text: string): boolean {
  return text.replace(BLANK, '') === '';
}
