import { createCookie } from 'react-router';
import { catalogueOf, type Language } from '../../i18n/language.ts';
import { env } from '../env.server.ts';
import { HOST_ID } from './characters.ts';
import {
  ensureConversation,
  isConversationEmpty,
  replyIdOf,
  saveFirstMessages,
} from './conversation.server.ts';
import { GUEST_PREFIX, type GuestTalk, readTalk, writeTalk } from './guest-talk.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** What a guest said on the first page. The browser keeps it, and nobody else, until there is an account. */
const talkCookie = createCookie('talk', {
  path: '/',
  sameSite: 'lax',
  httpOnly: true,
  maxAge: DAY_SECONDS,
});

export function keepTalk(talk: GuestTalk): Promise<string> {
  return talkCookie.serialize(writeTalk(talk), { secure: env().isHttps });
}

interface NewUser {
  readonly userId: string;
  readonly language: Language;
}

/**
 * Puts what a guest said before signing up, by whatever door, into the conversation with the host.
 * One that has begun already stays as it is.
 * @returns headers that make the browser forget it; null when there was nothing
 */
export async function takeTalk(
  request: Request,
  { userId, language }: NewUser,
): Promise<{ readonly 'Set-Cookie': string } | null> {
  const talk = readTalk(await talkCookie.parse(request.headers.get('Cookie')));
  if (talk.length === 0) return null;
  const conversationId = await ensureConversation({ userId, characterId: HOST_ID });
  if (await isConversationEmpty(conversationId)) {
    await saveFirstMessages(conversationId, messagesOf(talk, language));
  }
  const forgotten = await talkCookie.serialize('', { maxAge: 0, secure: env().isHttps });
  return { 'Set-Cookie': forgotten };
}

function messagesOf(talk: GuestTalk, language: Language) {
  const { steps } = catalogueOf(language).firstTalk;
  return talk.flatMap((choice, index) => {
    const exchange = steps[index]?.[choice];
    if (!exchange) return [];
    const id = `${GUEST_PREFIX}${index}`;
    return [
      { id, role: 'user', content: exchange.say, care: null },
      { id: replyIdOf(id), role: 'assistant', content: exchange.reply, care: null },
    ] as const;
  });
}
