/** What a key or an input method has done to the composer, as far as it decides about sending. */
export type ComposerEvent =
  | {
      readonly type: 'keydown';
      readonly key: string;
      readonly code: string;
      readonly keyCode: number;
      readonly isComposing: boolean;
      readonly hasShift: boolean;
      /** Control, or Command on a Mac. */
      readonly hasCommand: boolean;
      readonly isRepeat: boolean;
    }
  | { readonly type: 'keyup'; readonly key: string }
  /** The input method has finished what it was composing. */
  | { readonly type: 'compositionend'; readonly text: string }
  /** The browser is about to break the line. */
  | { readonly type: 'linebreak' };

/** `pass`: the browser does as always. `swallow`: nothing happens. `send`: the message goes. */
export type ComposerAnswer = 'pass' | 'swallow' | 'send';

interface EnterPress {
  readonly hasShift: boolean;
  hasSent: boolean;
}

/** A key that an input method keeps for itself; Safari tells of it after the composition's end. */
const KEY_OF_INPUT_METHOD = 229;
const HANGUL_END = /[\u3131-\u318e\uac00-\ud7a3]$/;

/**
 * Reads Enter as it was meant. On a desktop it sends and Shift+Enter breaks the line; on a touch
 * screen it breaks the line, and the button sends; Control or Command with it sends everywhere.
 *
 * An input method makes it hard: Enter may only choose a word (Japanese, Chinese) or end a syllable
 * and be meant as Enter too (Korean), and browsers report the latter as one keydown (Windows), as two
 * (macOS), or as one after the composition's end with `isComposing` false (Safari, keyCode 229). So a
 * keydown of the input method decides nothing by itself; the line break or the Hangul syllable that
 * follows does, and one press of the key sends once.
 */
export function createComposerKeys({ doesEnterSend }: { doesEnterSend: () => boolean }) {
  let press: EnterPress | null = null;

  const sendOnce = (): ComposerAnswer => {
    if (press?.hasSent) return 'swallow';
    if (press) press.hasSent = true;
    return 'send';
  };

  return function read(event: ComposerEvent): ComposerAnswer {
    switch (event.type) {
      case 'keydown': {
        const isEnter = event.key === 'Enter' || event.code.endsWith('Enter');
        if (!isEnter) {
          press = null;
          return 'pass';
        }
        // A key held down is no second message.
        if (event.isRepeat) return event.hasShift || !doesEnterSend() ? 'pass' : 'swallow';
        press ??= { hasShift: event.hasShift, hasSent: false };
        if (event.isComposing || event.keyCode === KEY_OF_INPUT_METHOD) return 'pass';
        if (event.hasCommand) return sendOnce();
        return event.hasShift || !doesEnterSend() ? 'pass' : sendOnce();
      }
      case 'keyup':
        if (event.key === 'Enter') press = null;
        return 'pass';
      case 'compositionend': {
        const isEndedByEnter = press !== null && !press.hasShift && doesEnterSend();
        return isEndedByEnter && HANGUL_END.test(event.text) ? sendOnce() : 'pass';
      }
      case 'linebreak':
        if (press === null || press.hasShift || !doesEnterSend()) return 'pass';
        return sendOnce();
    }
  };
}
