import { expect, test } from 'vitest';
import { catalogueOf, type Language } from '../../../i18n/language.ts';
import { CHARACTER_IDS, type CharacterId } from '../characters.ts';
import { intentOf } from './intents.ts';
import { scriptedReply } from './scripted-persona.server.ts';

const base = { characterId: 'choonsim', language: 'ko', choco: '100' } as const;

test('answers in the language of the message, else of the page', () => {
  const reply = (text: string) => scriptedReply({ ...base, text, seed: 'a' });
  expect(reply('hello there')).toMatch(/[a-z]/);
  expect(reply('오늘 너무 힘들었어')).toMatch(/[가-힣]/);
  expect(reply('!!!')).toMatch(/[가-힣]/);
});

test('every character has a varied voice', () => {
  for (const characterId of CHARACTER_IDS) {
    const seeds = Array.from({ length: 40 }, (_, index) => `seed ${index}`);
    const replies = seeds.map((seed) => scriptedReply({ ...base, characterId, text: '음', seed }));
    expect(new Set(replies).size).toBeGreaterThan(5);
  }
});

/** A word that shows that the opener was understood, whichever answer is chosen. */
const fitting: Record<Language, Record<CharacterId, readonly [RegExp, RegExp, RegExp]>> = {
  ko: {
    choonsim: [/인사|반가/, /들려줘|말해 줘/, /멋져|다정함/],
    haru: [/예가체프|카페라테/, /정리|제자리/, /디카페인|지친/],
    mir: [/번개|거인/, /먹어/, /하자|해 봐/],
    byeol: [/자지 않아도|숨을/, /직녀별|북극성/, /앉을게|있을게/],
    sunja: [/왔/, /된장찌개|김치/, /편이야|다 해라/],
    bolt: [/세 개만|5분/, /농담/, /작심삼일|계획이 너무/],
  },
  en: {
    choonsim: [/hello|nice to meet/i, /Start with|all ears/, /Well done|warmth/],
    haru: [/Yirgacheffe|latte/, /the day is|finds its place/, /decaf|tired/],
    mir: [/lightning|giant/, /Peppers|sunset/, /say that|Imagine/],
    byeol: [/count the stars|Breathe/, /Vega|North Star/, /by your feet|I’m here/],
    sunja: [/here|there you are/i, /stew|kimchi/, /on your side|You say/],
    bolt: [/three tasks|five-minute/, /joke/i, /three days|the plan/],
  },
};

const openers = (['ko', 'en'] as const).flatMap((language) =>
  CHARACTER_IDS.flatMap((characterId) =>
    catalogueOf(language).characters[characterId].openers.map((text, index) => ({
      text,
      characterId,
      word: fitting[language][characterId][index] ?? /^$/,
    })),
  ),
);

test.each(openers)('$characterId answers “$text”', ({ text, characterId, word }) => {
  const reply = (seed: string, said = text) =>
    scriptedReply({ ...base, characterId, text: said, seed });
  const replies = new Set(Array.from({ length: 20 }, (_, index) => reply(`${index}`)));
  expect(replies.size).toBe(2);
  for (const each of replies) expect(each).toMatch(word);
  expect(reply('a', ` ${text.replace(/[.?!]$/, '').toUpperCase()}~ `)).toBe(reply('a'));
});

test.each([
  ['반가워, 춘심아', 'ko'],
  ['별 이야기를 들려줘.', 'ko'],
  ['Thanks!', 'en'],
] as const)('another reply to “%s” is another one', (text, language) => {
  for (let index = 0; index < 20; index++) {
    const characterId = 'byeol';
    const first = scriptedReply({ ...base, language, characterId, text, seed: `${index}` });
    const seed = `${index} again`;
    const other = scriptedReply({ ...base, language, characterId, text, seed, unlike: first });
    expect(other).not.toBe(first);
  }
});

test.each([
  ['안녕!', 'greeting'],
  ['안녕, 미르야', 'greeting'],
  ['춘심아 하이', 'greeting'],
  ['만나서 반가워요', 'greeting'],
  ['처음 뵙겠습니다', 'greeting'],
  ['좋은 아침이에요', 'greeting'],
  ['처음엔 힘들었어', 'sad'],
  ['하이킹 다녀왔어', 'other'],
  ['해외로 출장 왔어', 'other'],
  ['안녕, 오늘 너무 지쳤어', 'sad'],
  ['기분이 안 좋아', 'sad'],
  ['시험에 불합격했어', 'sad'],
  ['이만큼 좋아해', 'happy'],
  ['나이만 먹는 것 같아', 'other'],
  ['이제 잘게', 'goodbye'],
  ['나 이만 갈게', 'goodbye'],
  ['잘 자!', 'goodbye'],
  ['안녕히 주무세요', 'goodbye'],
  ['내일 또 봐', 'goodbye'],
  ['나중에 먹을 거야', 'other'],
  ['동생이 피아노를 잘 가르쳐', 'other'],
  ['고마워, 잘 자', 'goodbye'],
  ['정말 감사합니다', 'thanks'],
  ['회사 감사 기간이야', 'other'],
  ['내 지갑에 얼마 있어?', 'wallet'],
  ['초코 코인이 뭐야?', 'wallet'],
  ['초코 케이크 먹었어', 'other'],
  ['코인 노래방 갔다 왔어', 'other'],
  ['시험에 합격했어!', 'happy'],
  ['점심 뭐 먹을까', 'question'],
  ['안녕! 오늘 어땠어?', 'howAreYou'],
  ['오늘 하루는 어떻게 보냈어?', 'howAreYou'],
  ['요즘 잘 지내니', 'howAreYou'],
  ['잘 지냈어?', 'howAreYou'],
  ['뭐 해?', 'howAreYou'],
  ['기분이 어때', 'howAreYou'],
  ['오늘 날씨 어때?', 'question'],
  ['이 옷 어때?', 'question'],
  ['뭐 해 먹지?', 'question'],
  ['오늘 어땠는지 들어줘, 너무 힘들었어', 'sad'],
])('“%s” is %s', (text, intent) => {
  expect(intentOf(text, 'ko')).toBe(intent);
});

test.each([
  ['Hi there', 'greeting'],
  ['Good evening, Haru', 'greeting'],
  ['Nice to meet you', 'greeting'],
  ['It is near my house', 'other'],
  ['It was so hard', 'sad'],
  ['I work hard at it', 'other'],
  ['My grandmother passed away', 'sad'],
  ['Not great, to be honest', 'sad'],
  ['I passed the exam', 'happy'],
  ["I won't go", 'other'],
  ['We won the game', 'happy'],
  ['I will do it later', 'other'],
  ['See you tomorrow', 'goodbye'],
  ['Talk to you later', 'goodbye'],
  ['I have to go now', 'goodbye'],
  ['Good night!', 'goodbye'],
  ['Thank you so much', 'thanks'],
  ['What is in my wallet?', 'wallet'],
  ['Is NEAR a blockchain?', 'wallet'],
  ['How many tokens do I have?', 'wallet'],
  ['It is a token of love', 'happy'],
  ['hot chocolate it was', 'other'],
  ['How are you?', 'howAreYou'],
  ['Hello! How was your day?', 'howAreYou'],
  ["What's up", 'howAreYou'],
  ['How have you been?', 'howAreYou'],
  ['How are you going to fly?', 'question'],
  ['How is the weather?', 'question'],
])('“%s” is %s', (text, intent) => {
  expect(intentOf(text, 'en')).toBe(intent);
});

test.each(['안녕!', '고마워', '지갑이 뭐야?', '뭐 할까?', '잘 자'])(
  'nothing is asked after “%s”',
  (text) => {
    const follow = /그다음에는|기분은 어땠는지|색깔을 붙인다면|조금만 더/;
    for (let seed = 0; seed < 20; seed++) {
      expect(scriptedReply({ ...base, text, seed: `${seed}` })).not.toMatch(follow);
    }
  },
);

test('mentions the amount of the configured gift', () => {
  for (const characterId of CHARACTER_IDS) {
    const replies = ['내 지갑은?', 'my wallet'].flatMap((text) =>
      Array.from({ length: 20 }, (_, index) =>
        scriptedReply({ ...base, choco: '2.5', characterId, text, seed: `${index}` }),
      ),
    );
    expect(replies.join(' ')).toContain('2.5 CHOCO');
    expect(replies.join(' ')).not.toMatch(/100|hundred|백 개/);
  }
});

test.each([
  '내 이름 뭐야?',
  '내 이름 기억해?',
  '나를 뭐라고 불러?',
  "what's my name?",
  'do you remember my name',
  'Who am I?',
])('who asks "%s" hears the name, of every character', (text) => {
  for (const characterId of CHARACTER_IDS) {
    const script = { characterId, text, language: 'ko', choco: '100' } as const;
    for (const seed of ['a', 'b', 'c']) {
      expect(scriptedReply({ ...script, seed, userName: '유리' })).toContain('유리');
      expect(scriptedReply({ ...script, seed, userName: null })).not.toMatch(/null|undefined/);
    }
  }
});

test.each(['네 이름은 뭐야?', '이름이 예쁘다', "what's your name?", 'my name is Yuri'])(
  '"%s" does not ask for the own name',
  (text) => {
    expect(intentOf(text, /[가-힣]/.test(text) ? 'ko' : 'en')).not.toBe('name');
  },
);
