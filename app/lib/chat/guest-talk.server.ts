import { createCookie } from 'react-router';
import { catalogueOf, type Language } from '../../i18n/language.ts';
import { env } from '../settings/env.server.ts';
import { HOST_ID } from './characters.ts';
import {
  ensureConversation,
  isConversationEmpty,
  replyIdOf,
  saveFirstMessages,
} from './conversation.server.ts';
import { GUEST_PREFIX, type GuestTalk, readTalk, writeTalk } from './guest-talk.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** A guest's words on the first page, kept only in the browser until there is an account. */
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
 * Puts a guest's words into the conversation with the host, whatever the sign-up method. An existing
 * conversation stays unchanged.
 * @returns headers that delete the cookie; null if there was nothing
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
