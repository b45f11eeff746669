import { expect, test } from 'vitest';
import { type ComposerEvent, createComposerKeys } from './composer-keys.ts';

type Down = Extract<ComposerEvent, { type: 'keydown' }>;

const down = (overrides: Partial<Down> = {}): Down => ({
  type: 'keydown',
  key: 'Enter',
  code: 'Enter',
  keyCode: 13,
  isComposing: false,
  hasShift: false,
  hasCommand: false,
  isRepeat: false,
  ...overrides,
});
const imeDown = (isComposing: boolean, key = 'Enter') => down({ key, keyCode: 229, isComposing });
const up: ComposerEvent = { type: 'keyup', key: 'Enter' };
const end = (text: string): ComposerEvent => ({ type: 'compositionend', text });
const linebreak: ComposerEvent = { type: 'linebreak' };

function answers(events: readonly ComposerEvent[], { touch = false } = {}) {
  const read = createComposerKeys({ doesEnterSend: () => !touch });
  return events.map(read);
}
const sent = (...all: Parameters<typeof answers>) =>
  answers(...all).filter((answer) => answer === 'send').length;

test.each<[string, readonly ComposerEvent[], number]>([
  ['a plain Enter', [down(), up], 1],
  ['the Enter of a number pad', [down({ code: 'NumpadEnter' }), up], 1],
  ['two presses', [down(), up, down(), up], 2],
  ['a key held down', [down(), down({ isRepeat: true }), down({ isRepeat: true }), up], 1],
  ['Shift+Enter', [down({ hasShift: true }), linebreak, up], 0],
  [
    'Shift+Enter in a composition',
    [down({ ...imeDown(true), hasShift: true }), end('가'), linebreak, up],
    0,
  ],
  ['Control+Enter', [down({ hasCommand: true }), up], 1],
  ['Chrome on macOS, Korean: two keydowns', [imeDown(true), end('어'), down(), up], 1],
  ['Chrome on Windows, Korean: one keydown', [imeDown(true), end('어'), up], 1],
  [
    'the same, and the line break after it',
    [imeDown(true, 'Process'), end('어'), linebreak, up],
    1,
  ],
  ['Safari, Korean: the end first, then 229', [end('어'), imeDown(false), linebreak, up], 1],
  ['Safari, Japanese: 229 only chooses', [end('春'), imeDown(false), up], 0],
  ['Safari, Japanese: chosen, then Enter', [end('春'), imeDown(false), up, down(), up], 1],
  ['Chrome, Japanese: chosen, then Enter', [imeDown(true), end('春'), up, down(), up], 1],
  ['Chinese: chosen', [imeDown(true), end('春天'), up], 0],
  ['a space ends the syllable', [down({ key: ' ', code: 'Space', keyCode: 229 }), end('어')], 0],
  ['a click elsewhere ends the syllable', [end('어')], 0],
  ['dictation breaks the line', [linebreak], 0],
])('%s: sends %2$s', (_, events, times) => {
  expect(sent(events)).toBe(times);
});

test.each<[string, readonly ComposerEvent[]]>([
  ['Enter', [down(), linebreak, up]],
  ['Android: 229 without a composition', [imeDown(false), linebreak, up]],
  ['Android: a composition ended by Enter', [imeDown(true), end('어'), linebreak, up]],
  ['Android: no key is told', [end('어'), linebreak]],
])('on a touch screen %s is a second line', (_, events) => {
  expect(answers(events, { touch: true })).toEqual(events.map(() => 'pass'));
});

test('on a touch screen, Control+Enter of a hardware keyboard sends', () => {
  expect(sent([down({ hasCommand: true }), up], { touch: true })).toBe(1);
});

test('sending leaves no line break behind', () => {
  expect(answers([imeDown(true), end('어'), linebreak])).toEqual(['pass', 'send', 'swallow']);
});
