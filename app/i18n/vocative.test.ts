import { expect, test } from 'vitest';
import { familiar, vocative } from './vocative.ts';

test.each([
  // A full name is reduced to the given name.
  ['김철수', '철수야'],
  ['박지훈', '지훈아'],
  ['이 수민', '수민아'],
  ['남궁민수', '민수야'],
  // A given name, or what may be one, stays whole.
  ['철수', '철수야'],
  ['유리', '유리야'],
  ['하늘', '하늘아'],
  ['김솔', '김솔아'],
  ['봄', '봄아'],
  // So do nicknames.
  ['고양이', '고양이야'],
  ['이쁜이', '이쁜이야'],
  ['강아지', '강아지야'],
  ['곰돌이', '곰돌이야'],
  ['배고픈하마', '배고픈하마야'],
  // Neither 아 nor 야 fits.
  ['김박사님', '김박사님'],
  ['민수씨', '민수씨'],
  ['Ann', 'Ann'],
  ['철수99', '철수99'],
  ['지우🌸', '지우🌸'],
  [' 춘심 ', '춘심아'],
])('%s is called %s', (name, called) => {
  expect(vocative(name)).toBe(called);
});

test.each([
  ['김철수', '철수지'],
  ['박지훈', '지훈이지'],
  ['봄', '봄이지'],
  ['Ann', 'Ann이지'],
])('%s is spoken of as %s', (name, spoken) => {
  expect(`${familiar(name)}지`).toBe(spoken);
});
