import { GREATEST_LENGTH } from '../forms/field-lengths.ts';
import { isBlank } from '../forms/visible-text.ts';

export const MESSAGE_MAX_LENGTH = GREATEST_LENGTH.message;

/** Messages per page. */
export const MESSAGE_PAGE = 40;

export type MessageError = 'MESSAGE_EMPTY' | 'MESSAGE_TOO_LONG';

/** A message that is rejected everywhere. Nothing is stored. */
export class MessageRefusedError extends Error {
  readonly error: MessageError;

  constructor(error: MessageError) {
    super(`message refused: ${error}`);
    this.name = 'MessageRefusedError';
    this.error = error;
  }
}

/** The same rule before sending and on the server. */
export function findMessageError(text: string): MessageError | null {
  if (text.length > MESSAGE_MAX_LENGTH) return 'MESSAGE_TOO_LONG';
  return isBlank(text) ? 'MESSAGE_EMPTY' : null;
}
