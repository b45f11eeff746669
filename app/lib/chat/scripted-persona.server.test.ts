import { expect, test } from 'vitest';
import { CHARACTER_IDS } from './characters.ts';
import { scriptedReply } from './scripted-persona.server.ts';

const base = { characterId: 'choonsim', language: 'ko' } as const;

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
