import { expect, test } from 'vitest';
import { sentencesOfConcern } from '../../../../tests/fixtures/sentences-of-concern.ts';
import { CARE_KINDS, GENTLE_TURNS } from '../../../i18n/care.ts';
import { catalogueOf, LANGUAGES } from '../../../i18n/language.ts';
import { CHARACTER_IDS } from '../characters.ts';
import type { ChatMessage } from '../conversation.server.ts';
import { firstAnswer, MESSAGES_LOOKED_BACK } from './first-answer.ts';

const base = { characterId: 'choonsim', language: 'ko', earlier: [], unlike: null } as const;
const asked = (content: string) => ({ role: 'user', content, care: null }) as const;
const told = (content: string, care: ChatMessage['care'] = null) =>
  ({ role: 'assistant', content, care }) as const;

test.each(CHARACTER_IDS)(
  '%s: every sentence of the table is answered before the character',
  (characterId) => {
    for (const kind of CARE_KINDS) {
      for (const text of sentencesOfConcern[kind]) {
        const answer = firstAnswer({ ...base, characterId, text });
        expect(answer?.care, text).toBe(kind);
        expect(answer?.content, text).toMatch(/109|988|112|1366|116 123/);
      }
    }
    for (const text of sentencesOfConcern.identity) {
      const answer = firstAnswer({ ...base, characterId, text });
      expect(answer?.care, text).toBeNull();
      expect(answer?.content, text).toMatch(/\bAI\b|AI(?=[가-힣])/);
      expect(answer?.content, text).toMatch(/사람|person/);
    }
    for (const text of sentencesOfConcern.none) {
      expect(firstAnswer({ ...base, characterId, text }), text).toBeNull();
    }
  },
);

test.each([
  ['죽고 싶어', 'en', /109/],
  ['i want to die', 'ko', /988.*116 123/],
  ['jugo sipda', 'en', /109/],
  ['아빠가 때려', 'en', /112.*1366/],
] as const)('%s is answered in its own language', (text, language, words) => {
  expect(firstAnswer({ ...base, text, language })?.content).toMatch(words);
});

test.each(LANGUAGES)('%s: every kind shows help lines that can be called', (language) => {
  const needed = language === 'ko' ? ['109', '1388'] : ['112', '988', '116 123'];
  for (const kind of CARE_KINDS) {
    const numbers = catalogueOf(language).chat.help.lines[kind].flatMap((line) => line.numbers);
    expect(numbers).toEqual(expect.arrayContaining(needed));
  }
});

test('the next messages are answered gently, each with other words; then the character speaks again', () => {
  const conversation: ReturnType<typeof asked | typeof told>[] = [asked('죽고 싶어')];
  const first = firstAnswer({ ...base, text: '죽고 싶어' });
  conversation.push(told(first?.content ?? '', 'suicide'));
  const replies = new Set<string>();
  for (const text of ['괜찮아', '농담이야', '심심해', '하하'].slice(0, GENTLE_TURNS)) {
    const earlier = conversation.slice(-MESSAGES_LOOKED_BACK);
    const answer = firstAnswer({ ...base, text, earlier });
    expect(answer).toMatchObject({ care: null });
    replies.add(answer?.content ?? '');
    conversation.push(asked(text), told(answer?.content ?? ''));
  }
  expect(replies.size).toBe(GENTLE_TURNS);
  expect(firstAnswer({ ...base, text: '오늘 뭐 먹지', earlier: conversation })).toBeNull();
});

test.each(CHARACTER_IDS)(
  '%s: who asks for a person in a gentle time is told the truth without a role',
  (characterId) => {
    for (const [text, lines] of [
      ['너 진짜 사람이야?', /사람이 아니라 AI.*109.*1388/],
      ['am i talking to a real person', /an AI, not a person.*988.*116 123/],
    ] as const) {
      for (const kind of CARE_KINDS) {
        const earlier = [asked('…'), told('…', kind), asked('괜찮아'), told('…')];
        const answer = firstAnswer({ ...base, characterId, text, earlier });
        expect(answer?.care).toBeNull();
        expect(answer?.content).toMatch(lines);
        expect(answer?.content).not.toMatch(/크앙|용|고양이|커피|Rawr|dragon|cat\b|coffee/);
      }
    }
  },
);

test('a repeated message or another answer gets other words of care', () => {
  const first = firstAnswer({ ...base, text: '죽고 싶어' });
  const words = first?.content ?? '';
  const again = firstAnswer({ ...base, text: '살기 싫어', earlier: [told(words, 'suicide')] });
  expect(again).toMatchObject({ care: 'suicide' });
  expect(again?.content).not.toBe(words);
  expect(firstAnswer({ ...base, text: '죽고 싶어', unlike: words })?.content).not.toBe(words);
});
