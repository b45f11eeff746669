import type { Language } from './language.ts';

interface Remarks {
  /** The first group is the thing the user likes. */
  readonly likes: RegExp;
  /** Words in that position that are not a thing one can like. */
  readonly noLike: RegExp;
  /** The user asks what is remembered about them. */
  readonly recall: RegExp;
  /** The user is bored or wants to laugh. */
  readonly joke: RegExp;
}

export const remarks: Readonly<Record<Language, Remarks>> = {
  ko: {
    likes:
      /(?:^|[\s,.!?])(?:(?:나|난|나는|저|저는|전|내가|제가|나도|저도) )?([가-힣a-z0-9]{1,10}(?: [가-힣a-z0-9]{1,9})?)(?:을|를|이|가) ?(?:(?:제일|정말|너무|진짜|아주|되게|참|엄청) )?좋아(?:해|하는|한다|합니다|했|요|져|$|[\s.!~])/i,
    noLike:
      /^(?:너|네|당신|나|저|내|그|이|것|거|게|말|사람|시간|그[거게것]|이[거게것])$|(?:기분|날씨|컨디션|사이|때|오늘|하루|안|못)$|별로/,
    recall:
      /(?:나|내|저|제)(?:에|에 ?대해|가|를)? ?(?:뭘|뭐|무엇을|무얼|어떤 ?걸)? ?(?:좋아(?:하는|한다고 ?했는)지 ?)?(?:기억해|기억나|기억하|알고 ?있어|아는 ?거)/,
    joke: /심심|지루해|농담|웃긴|웃겨 ?(?:줘|주세요|봐)|재밌는 ?(?:얘기|이야기)/,
  },
  en: {
    likes:
      /\bI (?:really |just |also |do )?(?:like|love|enjoy|adore) (?:my |the |to )?([a-z][a-z'-]{1,14}(?: [a-z][a-z'-]{1,14})?)(?=[\s,.!?]|$)/i,
    noLike: /^(?:it|you|this|that|him|her|them|when|how|what|being|so|a|an|and|your?)\b/i,
    recall:
      /\b(?:what do you (?:remember|know) about me|do you remember (?:me|what I)|remember what I (?:said|told|like))\b/i,
    joke: /\b(?:bored|boring day|jokes?|make me laugh|something funny|funny story)\b/i,
  },
};
