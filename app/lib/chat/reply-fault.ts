/** Why a reply did not come; the catalogues have a sentence for each. */
export const REPLY_FAULT_CODES = [
  'MODEL_BUSY',
  'MODEL_TIMEOUT',
  'MODEL_SILENT',
  'MODEL_UNAVAILABLE',
] as const;

export type ReplyFaultCode = (typeof REPLY_FAULT_CODES)[number];

export function isReplyFaultCode(text: unknown): text is ReplyFaultCode {
  return REPLY_FAULT_CODES.some((code) => code === text);
}

/** A reply could not be written. The user's message is stored; asking again may help. */
export class ReplyFault extends Error {
  readonly code: ReplyFaultCode;
  /** The provider refused or was not there: the model did no work that anybody pays for. */
  readonly isRefusal: boolean;

  constructor(
    code: ReplyFaultCode,
    { isRefusal = false, ...options }: ErrorOptions & { isRefusal?: boolean } = {},
  ) {
    super(`no reply: ${code}`, options);
    this.name = 'ReplyFault';
    this.code = code;
    this.isRefusal = isRefusal;
  }
}
