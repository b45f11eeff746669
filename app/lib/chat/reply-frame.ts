import { CARE_KINDS, type CareKind } from '../../i18n/care.ts';

/** Form feed: what was said before it is withdrawn. Then the kind of care, if any, and a line end. */
export const RESTART_MARK = '\f';

export interface FramedReply {
  readonly content: string;
  /** Null: a character's words. */
  readonly care: CareKind | null;
}

/** A whole reply that takes the place of whatever the stream has said so far. */
export function frameReply({ content, care }: FramedReply): string {
  return `${RESTART_MARK}${care ?? ''}\n${content}`;
}

/** What a stream has said so far; of a frame that is not whole yet, nothing. */
export function readFrame(streamed: string): FramedReply {
  const mark = streamed.lastIndexOf(RESTART_MARK);
  if (mark === -1) return { content: streamed, care: null };
  const end = streamed.indexOf('\n', mark);
  if (end === -1) return { content: '', care: null };
  const kind = streamed.slice(mark + 1, end);
  return {
    content: streamed.slice(end + 1),
    care: CARE_KINDS.find((care) => care === kind) ?? null,
  };
}
