/** Why there is no reply; the catalogues have a sentence for each. */
export const REPLY_ERROR_CODES = [
  'MODEL_BUSY',
  'MODEL_TIMEOUT',
  'MODEL_SILENT',
  'MODEL_UNAVAILABLE',
] as const;

export type ReplyErrorCode = (typeof REPLY_ERROR_CODES)[number];

export function isReplyErrorCode(text: unknown): text is ReplyErrorCode {
  return REPLY_ERROR_CODES.some((code) => code === text);
}

/** A reply could not be written. The user's message is stored; a retry may help. */
export class ReplyError extends Error {
  readonly code: ReplyErrorCode;
  /** The provider rejected the call or was unreachable: the model did no billable work. */
  readonly isRefusal: boolean;

  constructor(
    code: ReplyErrorCode,
    { isRefusal = false, ...options }: ErrorOptions & { isRefusal?: boolean } = {},
  ) {
    super(`no reply: ${code}`, options);
    this.name = 'ReplyError';
    this.code = code;
    this.isRefusal = isRefusal;
  }
}
