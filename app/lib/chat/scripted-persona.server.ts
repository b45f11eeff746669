import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Language } from '../../i18n/language.ts';
import { INTENTS, type PersonaBook } from '../../i18n/persona.ts';
import { personaEn } from '../../i18n/persona-en.ts';
import { personaKo } from '../../i18n/persona-ko.ts';
import type { CharacterId } from './characters.ts';

/** About the pace of somebody who types fast. */
const WORD_MS = 45;

const books: Record<Language, PersonaBook> = { ko: personaKo, en: personaEn };

interface Script {
  readonly characterId: CharacterId;
  readonly text: string;
  /** The page's language, for a message that shows none of its own. */
  readonly language: Language;
  /** The same seed chooses the same sentences. */
  readonly seed: string;
}

/** The reply of a character without a chat model, word by word, until the signal aborts. */
export async function* writeScriptedReply({
  signal,
  ...script
}: Script & { readonly signal: AbortSignal }): AsyncGenerator<string> {
  for (const word of scriptedReply(script).split(/(?<= )/)) {
    await wait(WORD_MS);
    if (signal.aborted) return;
    yield word;
  }
}

export function scriptedReply({ characterId, text, language, seed }: Script): string {
  const book = books[languageOfText(text) ?? language];
  const persona = book.personas[characterId];
  const intent = INTENTS.find((candidate) => book.words[candidate].test(text)) ?? 'other';
  const choices = createHash('sha256').update(seed).digest();
  const first = pick(persona[intent], choices.readUInt16BE(0));
  if (intent === 'goodbye') return first;
  return `${first} ${pick(persona.followUp, choices.readUInt16BE(2))}`;
}

function pick(lines: readonly [string, ...string[]], choice: number): string {
  return lines[choice % lines.length] ?? lines[0];
}

function languageOfText(text: string): Language | null {
  if (/[\u3131-\u318e\uac00-\ud7a3]/.test(text)) return 'ko';
  return /[a-z]{2}/i.test(text) ? 'en' : null;
}
