/** A key press or input method event in the composer that may mean sending. */
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
  /** The input method has ended a composition. */
  | { readonly type: 'compositionend'; readonly text: string }
  /** The browser is about to insert a line break. */
  | { readonly type: 'linebreak' };

/** `pass`: the browser's default. `swallow`: nothing happens. `send`: the message is sent. */
export type ComposerAnswer = 'pass' | 'swallow' | 'send';

interface EnterPress {
  readonly hasShift: boolean;
  hasSent: boolean;
}

/** The code of a key handled by an input method; Safari reports it after the composition's end. */
const KEY_OF_INPUT_METHOD = 229;
const HANGUL_END = /[\u3131-\u318e\uac00-\ud7a3]$/;

/**
 * Decides what Enter means. On a desktop it sends and Shift+Enter breaks the line; on a touch
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
        // A key held down must not send a second message.
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
