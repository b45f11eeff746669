import { z } from 'zod';
import { baseUrl, integer } from './env-fields.server.ts';
import type { SettingError } from './env-names.server.ts';

/** Which language model answers, and its address. */
export interface ChatModelConfig {
  readonly provider: 'openai-compatible' | 'google';
  readonly name: string;
  /** Null: the server needs none. */
  readonly apiKey: string | null;
  /** Null: the provider's default address. */
  readonly baseUrl: string | null;
}

const MODEL = /^(openai-compatible|google):(\S+)$/;

export const chatVariables = {
  CHAT_MODEL: z
    .string()
    .regex(
      MODEL,
      'use openai-compatible:NAME or google:NAME, such as google:gemini-2.5-flash; unset, the scripted persona answers.',
    )
    .optional(),
  CHAT_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'use the key as the provider shows it, in one line without spaces.')
    .optional(),
  CHAT_BASE_URL: baseUrl.optional(),
  CHAT_REPLIES_PER_DAY: integer({ from: 0, to: 1_000_000, fallback: 200 }),
  CHAT_REPLIES_PER_DAY_IN_ALL: integer({ from: 0, to: 999_999_999, fallback: 10_000 }),
};

type Source = Readonly<Record<string, string | undefined>>;

/** Rules between the chat variables. */
export function findChatErrors(given: Source): SettingError[] {
  const { CHAT_MODEL: model, CHAT_API_KEY: key, CHAT_BASE_URL: address } = given;
  const errors: SettingError[] = [];
  if (!model) {
    for (const name of Object.keys(chatVariables)) {
      if (given[name]) {
        errors.push({ name, remedy: 'has no effect without CHAT_MODEL. Set both, or remove it.' });
      }
    }
    return errors;
  }
  const provider = MODEL.exec(model)?.[1];
  if (provider === 'openai-compatible' && !address) {
    errors.push({
      name: 'CHAT_BASE_URL',
      remedy: `missing. ${model} needs the address of its API, such as https://api.example.org/v1.`,
    });
  }
  // A private server without TLS often needs no key.
  const needsKey = provider === 'google' || address?.startsWith('https:');
  if (needsKey && !key) {
    errors.push({ name: 'CHAT_API_KEY', remedy: `missing. Set the API key for ${model}.` });
  }
  return errors;
}

/** @returns null if no model is set: the scripted persona answers */
export function chatModelConfig(values: Source): ChatModelConfig | null {
  const [, provider, name] = MODEL.exec(values.CHAT_MODEL ?? '') ?? [];
  if (!name || (provider !== 'openai-compatible' && provider !== 'google')) return null;
  return {
    provider,
    name,
    apiKey: values.CHAT_API_KEY ?? null,
    baseUrl: values.CHAT_BASE_URL ?? null,
  };
}
