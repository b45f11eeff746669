import { expect, test } from 'vitest';
import { costsLittle } from '../../../../tests/cpu-time.ts';
import { hostileTexts } from '../../../../tests/hostile-texts.ts';
import { LANGUAGES } from '../../../i18n/language.ts';
import { recallEn } from '../../../i18n/persona-recall-en.ts';
import { recallKo } from '../../../i18n/persona-recall-ko.ts';
import { findReplyDanger } from '../care/checked-reply.ts';
import { findConcern } from '../care/find-concern.ts';
import { CHARACTER_IDS } from '../characters.ts';
import { likeIn, recollect } from './recollection.ts';
import { scriptedReply } from './scripted-persona.server.ts';

const said = (...contents: string[]) =>
  contents.map((content) => ({ role: 'user', content }) as const);

test.each([
  ['나는 떡볶이를 좋아해', '떡볶이'],
  ['저는 겨울 바다가 제일 좋아요', '겨울 바다'],
  ['고양이를 정말 좋아해요!', '고양이'],
  ['난 축구가 좋아', '축구'],
  ['커피를 안 좋아해', null],
  ['기분이 좋아', null],
  ['네가 좋아', null],
  ['오늘 날씨가 좋아요', null],
  ['좋아!', null],
])('“%s”: %s', (text, like) => {
  expect(likeIn(text, 'ko')).toBe(like);
});

test.each([
  ['I love hot chocolate.', 'hot chocolate'],
  ['I really like jazz', 'jazz'],
  ["I don't like rain", null],
  ['I like you', null],
  ['I like it when it snows', null],
])('“%s”: %s', (text, like) => {
  expect(likeIn(text, 'en')).toBe(like);
});

test('the newest likes and the last mood are remembered, from the user’s own messages only', () => {
  const earlier = [
    ...said('나는 만두를 좋아해', '오늘 너무 힘들었어', '나는 떡볶이를 좋아해'),
    { role: 'assistant', content: '나는 구름을 좋아해' } as const,
  ];
  expect(recollect(earlier, 'ko')).toEqual({ likes: ['떡볶이', '만두'], mood: 'sad' });
  expect(recollect([], 'ko')).toEqual({ likes: [], mood: null });
});

test('a message of distress is never brought up again', () => {
  const dark = '죽고 싶어. 나는 밤을 좋아해';
  expect(findConcern(dark)).not.toBeNull();
  expect(recollect(said(dark), 'ko')).toEqual({ likes: [], mood: null });
});

test('every character mentions it at a greeting, acknowledges it, and repeats it when asked', () => {
  const base = { language: 'ko', choco: '100', userName: '유리' } as const;
  for (const characterId of CHARACTER_IDS) {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const script = { ...base, characterId, seed };
      const earlier = said('나는 떡볶이를 좋아해');
      expect(scriptedReply({ ...script, text: '안녕!', earlier })).toContain('떡볶이');
      expect(scriptedReply({ ...script, text: '나에 대해 뭘 기억해?', earlier })).toContain(
        '떡볶이',
      );
      expect(scriptedReply({ ...script, text: '나에 대해 뭘 기억해?' })).not.toMatch(
        /떡볶이|undefined/,
      );
      expect(scriptedReply({ ...script, text: '나는 만두를 좋아해' })).toContain('만두');
      const english = { ...script, language: 'en', earlier: said('I love jazz.') } as const;
      expect(scriptedReply({ ...english, text: 'Hi there' })).toContain('jazz');
      const recalled = scriptedReply({ ...english, text: 'what do you remember about me?' });
      expect(recalled).toMatch(/jazz/i);
      expect(scriptedReply({ ...english, text: 'I love jazz.' })).toMatch(/^[A-Z]/);
    }
  }
});

test('nothing a character says about it is a danger, or claims to be a person', () => {
  for (const language of LANGUAGES) {
    for (const recall of Object.values({ ko: recallKo, en: recallEn }[language])) {
      const lines = [
        recall.noted('jazz'),
        ...recall.like('jazz'),
        ...recall.all('jazz'),
        ...recall.nothing,
        ...recall.sad,
        ...recall.happy,
        ...recall.joke,
      ];
      for (const line of lines) expect([line, findReplyDanger(line)]).toEqual([line, null]);
    }
  }
});

test.each(Object.values(hostileTexts))('hostile text takes almost no time', async (hostile) => {
  const isCheap = await costsLittle(20, hostile, (text) => {
    for (const language of LANGUAGES) recollect(said(text, text.slice(0, 200)), language);
  });
  expect(isCheap).toBe(true);
});
