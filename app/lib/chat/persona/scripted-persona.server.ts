import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { catalogueOf, type Language } from '../../../i18n/language.ts';
import type { Lines } from '../../../i18n/lines.ts';
import type { PersonaBook } from '../../../i18n/persona.ts';
import { personaEn } from '../../../i18n/persona-en.ts';
import { personaKo } from '../../../i18n/persona-ko.ts';
import type { RecallBook } from '../../../i18n/persona-recall.ts';
import { recallEn } from '../../../i18n/persona-recall-en.ts';
import { recallKo } from '../../../i18n/persona-recall-ko.ts';
import type { Intent } from '../../../i18n/persona-words.ts';
import { remarks } from '../../../i18n/remarks.ts';
import type { CharacterId } from '../characters.ts';
import { languageOfText } from '../message-language.ts';
import { intentOf } from './intents.ts';
import { type Earlier, likeIn, type Recollection, recollect } from './recollection.ts';

/** About the pace of a fast typist. */
const WORD_MS = 45;

const books: Record<Language, PersonaBook> = { ko: personaKo, en: personaEn };
const recalls: Record<Language, RecallBook> = { ko: recallKo, en: recallEn };

/** A statement can be followed by a question; a greeting or a question cannot. */
const TOLD: readonly (Intent | 'other')[] = ['sad', 'happy', 'other'];

interface Script {
  readonly characterId: CharacterId;
  readonly text: string;
  /** The page's language, for a message in no clear language. */
  readonly language: Language;
  /** The same seed chooses the same sentences. */
  readonly seed: string;
  /** How to address the user; null: not at all. */
  readonly userName?: string | null;
  /** The gift of a new wallet, in CHOCO. */
  readonly choco: string;
  /** The reply to be replaced by another. */
  readonly unlike?: string | null;
  /** Earlier messages, oldest first; the character remembers a little of them. */
  readonly earlier?: Earlier;
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

export function scriptedReply({
  text,
  seed,
  unlike = null,
  userName = null,
  earlier = [],
  ...script
}: Script): string {
  const language = languageOfText(text) ?? script.language;
  const persona = books[language][script.characterId];
  const choices = createHash('sha256').update(seed).digest();
  const pick = (lines: Lines, choice: number) => {
    const others = lines.filter((line) => !unlike?.includes(line));
    return others[choice % others.length] ?? lines[0];
  };
  const { openers } = catalogueOf(language).characters[script.characterId];
  const answers = persona.openers[openers.findIndex((opener) => sound(opener) === sound(text))];
  if (answers) return pick(answers, choices.readUInt16BE(0));
  const recall = recalls[language][script.characterId];
  const words = remarks[language];
  const known = () => recollect(earlier, language);
  if (words.recall.test(text)) {
    const { likes } = known();
    const lines = likes.length > 0 ? recall.all(likes.join(', ')) : recall.nothing;
    return capital(pick(lines, choices.readUInt16BE(0)));
  }
  const intent = intentOf(text, language);
  if (intent !== 'sad' && words.joke.test(text)) return pick(recall.joke, choices.readUInt16BE(0));
  const like = intent === 'sad' ? null : likeIn(text, language);
  if (like)
    return `${capital(recall.noted(like))} ${pick(persona.followUp, choices.readUInt16BE(2))}`;
  const lines = linesOf(persona, { intent, userName, choco: script.choco });
  const first = pick(lines, choices.readUInt16BE(0));
  if (intent === 'greeting') {
    const call = userName ? persona.call(userName) : '';
    const memory = memoryIn(recall, known(), choices.readUInt16BE(4));
    return `${call}${first}${memory ? ` ${pick(memory, choices.readUInt16BE(2))}` : ''}`;
  }
  if (!TOLD.includes(intent)) return first;
  return `${first} ${pick(persona.followUp, choices.readUInt16BE(2))}`;
}

/** What the character remembers at a greeting; null: nothing. */
function memoryIn(
  recall: RecallBook[CharacterId],
  { likes, mood }: Recollection,
  choice: number,
): Lines | null {
  const memories = likes.map((thing) => recall.like(thing));
  if (mood) memories.push(recall[mood]);
  return memories[choice % memories.length] ?? null;
}

interface Said {
  readonly intent: Intent | 'other';
  readonly userName: string | null;
  readonly choco: string;
}

function linesOf(persona: PersonaBook[CharacterId], { intent, userName, choco }: Said): Lines {
  if (intent === 'wallet') return persona.wallet(choco);
  if (intent !== 'name') return persona[intent];
  return userName ? persona.name(userName) : persona.question;
}

/** For a user's words at the beginning of a sentence. */
function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Without what is not heard: spaces, punctuation, case. */
function sound(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}
