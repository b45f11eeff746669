/** More than any route accepts; the rest is ignored, so the work is bounded. */
const LENGTH_LIMIT = 4_000;
/** The longest useful expansion of one character: ㏂ is four letters; ﷺ is a sentence, but never hides one of our words. */
const MOST_OF_A_SIGN = 4;
/** The end of a sentence; punctuation inside a word is not one. */
const SENTENCE_BREAK =
  /\s*\n\s*|(?<=[.!?…。！？~ㅠㅜㅋㅎ]|\p{Extended_Pictographic})\s+|\s+(?=[ㅠㅜㅋㅎ]{2})/u;
/** How many sentences are examined one by one, counted from the end. */
const MOST_SENTENCES = 200;
/** Invisible characters that count as letters: the Hangul fillers. */
const BLANK_LETTERS = /[\u115f\u1160\u3164\uffa0]/g;
/** Looks like a space, but is a symbol by its class. */
const BLANK_BRAILLE = /\u2800/g;
/** Spelled-out symbols make a text longer; an accepted message is never cut here. */
const SPELLED_LIMIT = 8_000;

const FIRST_SYLLABLE = 0xac00;
const LEADS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const VOWELS = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ';
const TAILS = ' ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ';

/** Letters of other alphabets that look like Latin ones. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ а: 'a', е: 'e', о: 'o', і: 'i', с: 'c', р: 'p', у: 'y', х: 'x', ѕ: 's', ԁ: 'd', к: 'k' },
  ...{ ı: 'i', α: 'a', ο: 'o', ι: 'i', κ: 'k', ε: 'e', т: 't', м: 'm', н: 'h', в: 'b', ł: 'l' },
};
const DIGITS: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
};

/** Chat abbreviations that our patterns may be spelled with. */
const SHORT_FORMS: Readonly<Record<string, string>> = {
  ...{ abt: 'about', tn: 'tonight', '2nite': 'tonight', tmrw: 'tomorrow', tmr: 'tomorrow' },
  ...{ ppl: 'people', evry1: 'everyone', every1: 'everyone', no1: 'no one', any1: 'anyone' },
  ...{ sum1: 'someone', some1: 'someone', myslef: 'myself', mysefl: 'myself', slef: 'self' },
  ...{ 'w/o': 'without', 'w/out': 'without', wihtout: 'without', hurted: 'hurt', dyin: 'dying' },
};

export interface PlainMessage {
  /** Lower-case words and question marks, separated by single spaces. */
  readonly words: string;
  /** The same without its spaces. */
  readonly tight: string;
}

/**
 * Normalizes a message against evasive spelling: look-alike alphabets, punctuation between letters,
 * spaced letters, jamo instead of syllables, digits for letters, stretched words. Linear in the
 * length; only the first 4,000 characters count.
 */
export function plainMessage(text: string): PlainMessage {
  const visible = text
    .slice(0, LENGTH_LIMIT)
    .normalize('NFC')
    .replace(/\p{Cf}|\p{Mn}/gu, '')
    .replace(BLANK_LETTERS, '')
    .replace(BLANK_BRAILLE, ' ');
  const syllables = composeJamo(visible.replace(/(?<=(?:^|\s)[ㄱ-ㅣ]) (?=[ㄱ-ㅣ](?:\s|$))/g, ''))
    .replace(/[^\uac00-\ud7a3\u3131-\u318e]+/g, foldLatin)
    .slice(0, SPELLED_LIMIT)
    .replace(/(\p{L})\1{2,}/gu, '$1')
    // Punctuation inside a Korean word; full stops and commas may end a sentence.
    .replace(/(?<=[가-힣])(?:[^\p{L}\p{N}\s?!.,…]+|\d)(?=[가-힣])/gu, '');
  const words = joinSpelled(
    syllables
      .split(/\s+/)
      .map(foldWord)
      .join(' ')
      .replace(/['’‘`´]/g, '')
      .replace(/[^\p{L}\p{N}?]+/gu, ' ')
      .replace(/ ?\?[ ?]*/g, '? ')
      .trim(),
  );
  return { words, tight: words.replaceAll(' ', '') };
}

/** The words of a message, one sentence per line. */
export function plainSentences(text: string): string {
  const sentences = text.slice(0, LENGTH_LIMIT).split(SENTENCE_BREAK).slice(-MOST_SENTENCES);
  return sentences
    .map((sentence) => plainMessage(sentence).words)
    .filter((words) => words !== '')
    .join('\n');
}

function foldLatin(part: string): string {
  return part
    .replace(/[^\x20-\x7e]/gu, spellOut)
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\u0370-\u052f\u0131\u0142]/g, (letter) => LOOKALIKES[letter] ?? letter);
}

function spellOut(sign: string): string {
  const spelled = sign.normalize('NFKD');
  return spelled.length > MOST_OF_A_SIGN ? ' ' : spelled;
}

/** `k1ll` and `a.r.e` become words; `3000` and `i.want` stay. */
function foldWord(word: string): string {
  const inFull = Object.hasOwn(SHORT_FORMS, word) ? SHORT_FORMS[word] : undefined;
  if (inFull !== undefined) return inFull;
  const isSpelled = /^(?:[a-z][^\p{L}\p{N}\s?]){1,40}[a-z]?[^\p{L}\p{N}]?$/u.test(word);
  const letters =
    isSpelled && !/^[a-z][@$!][a-z]\W?$/.test(word) ? word.replace(/[^\p{L}\p{N}?]/gu, '') : word;
  const isMixed = /[a-z]/.test(letters) && /[013457@$]|!(?=[a-z])/.test(letters);
  return isMixed
    ? letters.replace(/[013457@$]|!(?=[a-z])/g, (digit) => DIGITS[digit] ?? digit)
    : letters;
}

/** `죽 고 싶 어`, `d i e`: three or more single letters in a row become one word. */
function joinSpelled(words: string): string {
  const joined: string[] = [];
  let run: string[] = [];
  const flush = () => {
    if (run.length >= 3) joined.push(run.join(''));
    else joined.push(...run);
    run = [];
  };
  for (const word of words.split(' ')) {
    if (/^[a-z가-힣]\??$/.test(word)) run.push(word);
    else {
      flush();
      joined.push(word);
    }
  }
  flush();
  return joined.join(' ');
}

/** `ㅈㅜㄱㄱㅗ` and `죽ㄱㅗ` become 죽고; jamo without a vowel, such as ㅈㄱ or ㅋㅋ, stay. */
function composeJamo(text: string): string {
  if (!/[ㅏ-ㅣ]|[가-힣][ㄱ-ㅎ][가-힣]/.test(text)) return text;
  const letters = Array.from(text);
  let composed = '';
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? '';
    const lead = LEADS.indexOf(letter);
    const vowel = VOWELS.indexOf(letters[at + 1] ?? ' ');
    if (lead < 0 || vowel < 0) {
      composed = withTail(composed, letter, letters[at + 1] ?? '');
      continue;
    }
    at += 1;
    const tail = TAILS.indexOf(letters[at + 1] ?? ' ');
    const hasTail = tail > 0 && VOWELS.indexOf(letters[at + 2] ?? ' ') < 0;
    if (hasTail) at += 1;
    composed += String.fromCharCode(
      FIRST_SYLLABLE + (lead * VOWELS.length + vowel) * TAILS.length + (hasTail ? tail : 0),
    );
  }
  return composed;
}

/** `주ㄱ고`: a consonant between two syllables becomes the first one's final, if it has none. */
function withTail(composed: string, letter: string, next: string): string {
  const tail = TAILS.indexOf(letter);
  const last = composed.charCodeAt(composed.length - 1) - FIRST_SYLLABLE;
  const isOpen = last >= 0 && last < 11_172 && last % TAILS.length === 0;
  if (tail <= 0 || !isOpen || !/[가-힣]/.test(next)) return composed + letter;
  return composed.slice(0, -1) + String.fromCharCode(FIRST_SYLLABLE + last + tail);
}
