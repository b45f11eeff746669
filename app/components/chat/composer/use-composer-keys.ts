import { type RefObject, useEffect, useRef } from 'react';
import { type ComposerEvent, createComposerKeys } from './composer-keys.ts';

/** Calls `send` when Enter means sending. Uses native events: React has no `beforeinput`. */
export function useComposerKeys(field: RefObject<HTMLTextAreaElement | null>, send: () => void) {
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const read = createComposerKeys({
      doesEnterSend: () => !window.matchMedia('(pointer: coarse)').matches,
    });
    const answer = (event: Event, input: ComposerEvent) => {
      const meant = read(input);
      if (meant !== 'pass') event.preventDefault();
      if (meant === 'send') latest.current();
    };
    const onKeyDown = (event: KeyboardEvent) =>
      answer(event, {
        type: 'keydown',
        key: event.key,
        code: event.code,
        keyCode: event.keyCode,
        isComposing: event.isComposing,
        hasShift: event.shiftKey,
        hasCommand: event.ctrlKey || event.metaKey,
        isRepeat: event.repeat,
      });
    const onKeyUp = (event: KeyboardEvent) => answer(event, { type: 'keyup', key: event.key });
    const onCompositionEnd = (event: CompositionEvent) =>
      answer(event, { type: 'compositionend', text: event.data });
    const onBeforeInput = (event: InputEvent) => {
      const isBreak =
        event.inputType === 'insertLineBreak' || event.inputType === 'insertParagraph';
      if (isBreak) answer(event, { type: 'linebreak' });
    };
    element.addEventListener('keydown', onKeyDown);
    element.addEventListener('keyup', onKeyUp);
    element.addEventListener('compositionend', onCompositionEnd);
    element.addEventListener('beforeinput', onBeforeInput);
    return () => {
      element.removeEventListener('keydown', onKeyDown);
      element.removeEventListener('keyup', onKeyUp);
      element.removeEventListener('compositionend', onCompositionEnd);
      element.removeEventListener('beforeinput', onBeforeInput);
    };
  }, [field]);
}
