import { CARE_KINDS, type CareKind } from '../../i18n/care.ts';

/** Form feed: the text before it is withdrawn. Followed by the kind of care, if any, and a line end. */
export const RESTART_MARK = '\f';

/** Record separator: the reply was cut here; followed by the reason. */
const CUT_MARK = '\u001e';
/**
 * Both marks and every other control character but tab and line feed: whoever writes a reply must not write them. No text
 * needs them, and PostgreSQL cannot store U+0000.
 */
export const MARKS = /[\p{Cc}--[\t\n]]/gv;

/** Why a reply is incomplete: too long, stopped by the model's filter, or broken off. */
export const CUT_KINDS = ['length', 'filter', 'fault'] as const;
export type CutKind = (typeof CUT_KINDS)[number];

export function markCut(kind: CutKind): string {
  return `${CUT_MARK}${kind}`;
}

export interface FramedReply {
  readonly content: string;
  /** Absent: complete. */
  readonly cut?: CutKind | null;
  /** Null: a character's words. */
  readonly care: CareKind | null;
}

/** A whole reply that replaces everything streamed before. */
export function frameReply({ content, care }: FramedReply): string {
  return `${RESTART_MARK}${care ?? ''}\n${content}`;
}

/** The text streamed so far; nothing of a frame that is incomplete. */
export function readFrame(streamed: string): FramedReply {
  const [text = '', kind] = streamed.split(CUT_MARK);
  const cut = CUT_KINDS.find((one) => one === kind);
  return { ...readText(text), ...(cut && { cut }) };
}

function readText(streamed: string): Omit<FramedReply, 'cut'> {
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
