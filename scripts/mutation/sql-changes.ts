import type { Change } from './mutant.ts';

const looksLikeSql =
  /\b(SELECT|UPDATE|INSERT INTO|WHERE|CASE WHEN|EXISTS|COALESCE|SUM)\b|" (IN|<|<=|>|>=|=|<>) /;

/** Single places, each with what it becomes. */
const replacements: readonly [operator: string, pattern: RegExp, replacement: string][] = [
  ['SQL AND to OR', /\bAND\b/g, 'OR'],
  ['SQL OR to AND', /(?<!ON CONFLICT DO UPDATE )\bOR\b/g, 'AND'],
  ['SQL <= to <', /(?<= )<=(?= )/g, '<'],
  ['SQL >= to >', /(?<= )>=(?= )/g, '>'],
  ['SQL < to <=', /(?<= )<(?= )/g, '<='],
  ['SQL > to >=', /(?<= )>(?= )/g, '>='],
  ['SQL <> to =', /(?<= )<>(?= )/g, '='],
  ['SQL = to <>', /(?<=(AND|WHERE|OR|WHEN|ON) \(?[\w".:]+ )=(?= )/g, '<>'],
  ['SQL IS NULL to IS NOT NULL', /\bIS NULL\b/g, 'IS NOT NULL'],
  ['SQL IS NOT NULL to IS NULL', /\bIS NOT NULL\b/g, 'IS NULL'],
  ['SQL NOT EXISTS to EXISTS', /\bNOT EXISTS\b/g, 'EXISTS'],
  ['SQL NOT removed', /\bNOT (?=\$)/g, ''],
  ['SQL status left out', /'SIGNED', 'SENT'/g, "'SIGNED'"],
  ['SQL status left out', /'FAILED', 'DEAD'/g, "'FAILED'"],
  ['SQL MAX to MIN', /\bMAX\b/g, 'MIN'],
  ['SQL MIN to MAX', /\bMIN\b/g, 'MAX'],
  ['SQL + 1 removed', / \+ 1\b/g, ''],
  ['SQL - 1 removed', / - 1\b/g, ''],
  ['SQL ABS removed', /\bABS(?=\()/g, ''],
  ['SQL term removed', / \+ \$\{[^}]+\}/g, ''],
  ['SQL term removed', /:\w+ \+ (?=\$|:)/g, ''],
  ['SQL DESC removed', / DESC\b/g, ''],
];

const clauseEnd = /^(AND|OR|THEN|ORDER|GROUP|RETURNING|LIMIT|ON CONFLICT|WHEN|ELSE|END|SET|DO)\b/;

/**
 * Changes of SQL inside a string or template: weakened guards above all.
 * @param text the literal as written; `${…}` in it is left whole
 * @param at where the literal begins in its file
 */
export function sqlChanges(text: string, at: number): Change[] {
  if (!looksLikeSql.test(text)) return [];
  const changes: Change[] = [];
  for (const [operator, pattern, replacement] of replacements) {
    for (const match of text.matchAll(pattern)) {
      const start = at + match.index;
      changes.push({ operator, start, end: start + match[0].length, replacement });
    }
  }
  for (const match of text.matchAll(/\b(AND|WHERE) /g)) {
    const end = endOfClause(text, match.index + match[0].length);
    const replacement = match[1] === 'WHERE' ? 'WHERE 1 ' : '';
    changes.push({
      operator: `SQL ${match[1]} clause removed`,
      start: at + match.index,
      end: at + end,
      replacement,
    });
  }
  return changes;
}

/** Up to the next word at the same depth that begins something else, or the bracket that closes it. */
function endOfClause(text: string, from: number): number {
  let depth = 0;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '$' && text[index + 1] === '{') index = text.indexOf('}', index);
    else if (character === '(') depth += 1;
    else if (character === ')') {
      if (depth === 0) return index;
      depth -= 1;
    } else if (depth === 0) {
      if (character === '`' || (character === ',' && !/^,\s*\$/.test(text.slice(index)))) {
        return index;
      }
      const isWord = /\W/.test(text[index - 1] ?? ' ');
      if (isWord && clauseEnd.test(text.slice(index))) return index;
    }
  }
  return text.length - 1;
}
