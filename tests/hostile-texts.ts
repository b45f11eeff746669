/** The most a body could have before there was a table of lengths. */
const HOSTILE_LENGTH = 64 * 1024;

/** Texts on which a careless pattern takes time that grows with the square of their length. */
export const hostileTexts: Readonly<Record<string, string>> = {
  'an e-mail of dots': `a@${'.'.repeat(HOSTILE_LENGTH - 3)}@`,
  'an e-mail of at signs': '@'.repeat(HOSTILE_LENGTH),
  'a name of tag characters': `a${'\u{e0041}'.repeat(HOSTILE_LENGTH / 4)}`,
  'a flag of tag characters': `\u{1f3f4}${'\u{e0041}'.repeat(HOSTILE_LENGTH / 4)}`,
  'joined emoji': '\u{1f469}\u200d'.repeat(HOSTILE_LENGTH / 4),
  spaces: `${' '.repeat(HOSTILE_LENGTH - 1)}x`,
  'combining marks': 'e\u0301\u0302\u0303'.repeat(HOSTILE_LENGTH / 4),
  emphasis: '**a_'.repeat(HOSTILE_LENGTH / 4),
  'a path of slashes': `/${'\\/'.repeat(HOSTILE_LENGTH / 2)}`,
  'semicolons and commas': ';q=,'.repeat(HOSTILE_LENGTH / 4),
};
