/** The family names of nine in ten Koreans; rarer ones begin too many words that are not names. */
const FAMILY_NAMES =
  '김이박최정강조윤장임한오서신권황안송전홍류유고문양손배백허남심노하곽성차주우구';
const LONG_FAMILY_NAMES = ['남궁', '황보', '제갈', '선우', '독고', '사공', '서문'];
/** Common nicknames that begin like a family name. */
const NO_FULL_NAMES = ['강아지', '오렌지', '고구마', '유니콘', '우주인', '한국인', '하늘빛'];

/**
 * How friends call each other: the given name with 아 or 야, depending on its last sound: 김철수 becomes
 * 철수야. Names in other scripts, and names that already are a form of address, stay unchanged.
 */
export function vocative(name: string): string {
  const called = givenName(name.trim());
  if (!isSyllable(called.at(-1)) || /[님씨]$/.test(called)) return called;
  return `${called}${hasFinal(called.at(-1)) ? '아' : '야'}`;
}

/** How a friend refers to someone, before an ending such as 지: 지훈이지, 철수지. */
export function familiar(name: string): string {
  const called = givenName(name.trim());
  return isSyllable(called.at(-1)) && !hasFinal(called.at(-1)) ? called : `${called}이`;
}

/** The given name if the name is clearly a family name and two syllables, else the whole name. */
function givenName(name: string): string {
  const [, family = '', given = ''] = /^([가-힣]{1,2})\s*([가-힣]{2})$/.exec(name) ?? [];
  const isFamily =
    family.length === 1 ? FAMILY_NAMES.includes(family) : LONG_FAMILY_NAMES.includes(family);
  // 고양이, 이쁜이: names that end in 이 are pet names.
  const isPetName = given.endsWith('이') && hasFinal(given[0]);
  return isFamily && !isPetName && !NO_FULL_NAMES.includes(name) ? given : name;
}

function isSyllable(character: string | undefined): boolean {
  return character !== undefined && /[가-힣]/.test(character);
}

/** Whether a syllable ends in a consonant. */
function hasFinal(character: string | undefined): boolean {
  return character !== undefined && (character.charCodeAt(0) - 0xac00) % 28 !== 0;
}
