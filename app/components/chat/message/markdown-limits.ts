const MOST_CHARACTERS = 4_000;
const MOST_LINES = 200;
/** Of marking characters: the parser searches for the partner of each unmatched one. */
const MOST_MARKS = 300;
/** Levels of nested quotes and lists, and columns of indentation. */
const DEEPEST = 6;
const MOST_INDENT = 24;
/** Cells of a table: short rows are padded to the widest. */
const MOST_FIELDS = 600;

const MARK = /[*_~`[\]<>|!&@:\\]/g;
/** One quote mark or list marker at the beginning of a line, with the spaces before it. */
const CONTAINER = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;

/**
 * Whether a text is simple enough to be parsed as Markdown. Parsing time grows with the square of
 * unmatched marks and with each level of nesting, and users can make a model write anything.
 * Linear in the text's length.
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

/** The depth of nesting; counts to DEEPEST + 1 at most. */
function depthOf(line: string): number {
  CONTAINER.lastIndex = 0;
  let depth = 0;
  while (depth <= DEEPEST && CONTAINER.test(line)) depth += 1;
  return depth;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
