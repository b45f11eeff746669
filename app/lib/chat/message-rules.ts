import { GREATEST_LENGTH } from '../field-lengths.ts';

export const MESSAGE_MAX_LENGTH = GREATEST_LENGTH.message;

/** Messages shown at a time. */
export const MESSAGE_PAGE = 40;

export type MessageFault = 'MESSAGE_EMPTY' | 'MESSAGE_TOO_LONG';

/** A message that no door lets in. Nothing is stored. */
export class MessageRefusedError extends Error {
  readonly fault: MessageFault;

  constructor(fault: MessageFault) {
    super(`message refused: ${fault}`);
    this.name = 'MessageRefusedError';
    this.fault = fault;
  }
}

/** The same rule before sending and on the server. */
export function findMessageFault(text: string): MessageFault | null {
  if (text.length > MESSAGE_MAX_LENGTH) return 'MESSAGE_TOO_LONG';
  return text.trim() === '' ? 'MESSAGE_EMPTY' : null;
}
