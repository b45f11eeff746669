import { useCallback, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { HOST_ID } from '../../lib/chat/characters.ts';
import { type GuestTalk, writeTalk } from '../../lib/chat/guest-talk.ts';
import { CharacterFace } from '../CharacterFace.tsx';
import { SpeechBubble } from './message/SpeechBubble.tsx';
import { TypingDots } from './message/TypingDots.tsx';
import { useFocusHandover } from './use-focus-handover.ts';

/** About as long as a quick human answer takes. */
const TYPING_MS = 900;

/**
 * The conversation on the landing page. Each answer is a link to the same page one step further, so
 * it works without scripts and the server stores nothing.
 */
export function GuestConversation({ talk }: { readonly talk: GuestTalk }) {
  const text = useText();
  const { opening, steps } = text.firstTalk;
  const { name } = text.characters[HOST_ID];
  const isTyping = useTyping(talk.length);
  const end = useRef<HTMLDivElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const focusLog = useCallback(() => log.current?.focus({ preventScroll: true }), []);
  const shown = useRef(talk.length);
  useEffect(() => {
    if (shown.current === talk.length && !isTyping) return;
    shown.current = talk.length;
    end.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }, [talk.length, isTyping]);
  const choices = isTyping ? null : (steps[talk.length] ?? null);
  return (
    <section
      aria-label={text.welcome.talk}
      className="card flex w-full max-w-md flex-col overflow-hidden rounded-3xl text-left lg:min-h-[33rem]"
    >
      <header className="flex items-center gap-3 border-line border-b px-4 py-3">
        <CharacterFace id={HOST_ID} className="size-11 shrink-0 rounded-full" />
        <div className="min-w-0">
          <h2 className="font-bold leading-tight">{name}</h2>
          <p className="text-muted text-xs">{text.chat.isAi}</p>
        </div>
      </header>
      <div
        ref={log}
        role="log"
        aria-label={text.chat.history(name)}
        tabIndex={-1}
        className="flex flex-1 flex-col gap-3 p-4 outline-none"
      >
        <SpeechBubble from={HOST_ID} speaker={name}>
          <p>{opening}</p>
        </SpeechBubble>
        {talk.map((choice, index) => (
          <Exchange
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever appended
            key={index}
            exchange={steps[index]?.[choice]}
            isTyping={isTyping && index === talk.length - 1}
          />
        ))}
      </div>
      <div ref={end} className="min-h-4 scroll-mb-24 px-4 pb-4">
        {choices ? <Choices talk={talk} choices={choices} onLeave={focusLog} /> : null}
      </div>
    </section>
  );
}

interface ChoicesProps {
  readonly talk: GuestTalk;
  readonly choices: readonly { readonly say: string }[];
  /** Takes the focus when the pressed answer disappears. */
  readonly onLeave: () => void;
}

function Choices({ talk, choices, onLeave }: ChoicesProps) {
  const text = useText().welcome;
  const nav = useRef<HTMLElement>(null);
  useFocusHandover(nav, onLeave);
  return (
    <nav ref={nav} aria-label={text.choose}>
      <ul className="flex flex-wrap justify-end gap-2">
        {choices.map(({ say }, index) => (
          <li key={say}>
            <Link
              to={`/?talk=${writeTalk([...talk, index])}`}
              replace
              preventScrollReset
              className="button-outline rounded-full bg-surface font-medium text-sm"
            >
              {say}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface ExchangeProps {
  readonly exchange: { readonly say: string; readonly reply: string } | undefined;
  readonly isTyping: boolean;
}

function Exchange({ exchange, isTyping }: ExchangeProps) {
  const text = useText();
  const { name } = text.characters[HOST_ID];
  if (!exchange) return null;
  return (
    <>
      <SpeechBubble from={null} speaker={text.chat.you}>
        <p>{exchange.say}</p>
      </SpeechBubble>
      <SpeechBubble from={HOST_ID} speaker={name}>
        {isTyping ? <TypingDots label={text.chat.writing(name)} /> : <p>{exchange.reply}</p>}
      </SpeechBubble>
    </>
  );
}

/** True briefly after each new step, unless the step came with a new document. */
function useTyping(step: number): boolean {
  const [finished, setFinished] = useState(step);
  useEffect(() => {
    const timer = setTimeout(() => setFinished(step), TYPING_MS);
    return () => clearTimeout(timer);
  }, [step]);
  return step > finished;
}
