const MOST_CHARACTERS = 4_000;
const MOST_LINES = 200;
/** Of the characters that open and close marks: what has no partner is searched for again and again. */
const MOST_MARKS = 300;
/** Quotes and lists inside each other, and columns that indent them. */
const DEEPEST = 6;
const MOST_INDENT = 24;
/** Fields of a table: a short row is filled up to its widest. */
const MOST_FIELDS = 600;

const MARK = /[*_~`[\]<>|!&@:\\]/g;
/** At the beginning of a line: one quote mark or list item, with the spaces around it. */
const CONTAINER = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;

/**
 * Whether a text is plain enough to be drawn as Markdown. Parsers take time that grows with the square
 * of marks without a partner, and with each level of nesting; models write what people talk them into.
 * Takes one pass over the text.
 */
export function isPlainEnoughForMarkdown(text: string): boolean {
  if (text.length > MOST_CHARACTERS || (text.match(MARK)?.length ?? 0) > MOST_MARKS) return false;
  const lines = text.split('\n');
  if (lines.length > MOST_LINES) return false;
  let widest = 0;
  for (const line of lines) {
    if (depthOf(line) > DEEPEST || indentOf(line) > MOST_INDENT) return false;
    widest = Math.max(widest, line.split('|').length);
  }
  return widest <= 2 || widest * lines.length <= MOST_FIELDS;
}

/** Stops one level too deep. */
function depthOf(line: string): number {
  CONTAINER.lastIndex = 0;
  let depth = 0;
  while (depth <= DEEPEST && CONTAINER.test(line)) depth += 1;
  return depth;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
