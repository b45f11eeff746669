import { useText } from '../../i18n/use-language.ts';
import { type CharacterId, HOST_ID } from '../../lib/chat/characters.ts';
import type { WalletSituation } from '../../lib/wallet/wallet-situation.ts';
import { Icon } from '../Icon.tsx';
import { useHydrated } from '../use-hydrated.ts';
import { useNotificationOffer } from '../wallet/live/use-ready-notification.ts';
import { useWalletState } from '../wallet/live/WalletStateProvider.tsx';
import { useWalletWords } from '../wallet/words/use-wallet-words.ts';
import { GiftCard } from './GiftCard.tsx';
import { SpeechBubble } from './message/SpeechBubble.tsx';

interface RoomOpeningProps {
  readonly characterId: CharacterId;
  readonly userName: string;
  /** Whether the user has talked with the host on the landing page. */
  readonly isKnown: boolean;
  /** The host's welcome gift in CHOCO; null: none. */
  readonly gift: string | null;
}

/**
 * Opens every conversation: the character speaks first and uses the user's name. The host also hands
 * over the welcome gift; if the wallet is not ready yet, the wait becomes part of the conversation.
 * Nothing is stored: it follows from the user's name and the wallet.
 */
export function RoomOpening({ characterId, userName, isKnown, gift }: RoomOpeningProps) {
  const text = useText();
  const { name, hello } = text.characters[characterId];
  return (
    <div className="flex flex-col gap-2 pb-3">
      <SpeechBubble from={characterId} speaker={name}>
        <p>{isKnown ? text.scene.known(userName) : hello(userName)}</p>
      </SpeechBubble>
      {characterId === HOST_ID && gift !== null ? <Gift choco={gift} userName={userName} /> : null}
    </div>
  );
}

function Gift({ choco, userName }: { readonly choco: string; readonly userName: string }) {
  const text = useText();
  const { name } = text.characters[HOST_ID];
  const { situation } = useWalletState();
  const { lock } = useWalletWords();
  const isComing = COMING.includes(situation);
  const state = situation === 'ready' ? 'given' : isComing ? 'wrapping' : 'waiting';
  return (
    <>
      {state === 'waiting' ? null : (
        <SpeechBubble from={HOST_ID} speaker={name} isMore>
          <p>{state === 'given' ? text.scene.given : text.scene.waiting}</p>
        </SpeechBubble>
      )}
      <SpeechBubble from={HOST_ID} speaker={name} isMore isBare>
        <GiftCard choco={choco} userName={userName} state={state} />
      </SpeechBubble>
      {state === 'given' || situation === 'waiting' ? null : (
        <SpeechBubble from={HOST_ID} speaker={name} isMore>
          <p>{isComing ? text.scene.slow : lock}</p>
          {isComing || situation === 'paused' ? <TellMe /> : null}
        </SpeechBubble>
      )}
    </>
  );
}

/** The wallet is being made and only needs time. */
const COMING: readonly WalletSituation[] = ['waiting', 'slow', 'stuck'];

/** Asks for permission on this click, never before. */
function TellMe() {
  const text = useText().scene;
  const notification = useNotificationOffer();
  const isHydrated = useHydrated();
  if (!notification || !isHydrated) return null;
  return (
    <div role="status">
      {notification.channel === null ? (
        <button
          type="button"
          className="button-outline mt-2"
          onClick={() => void notification.ask()}
        >
          <Icon name="bell" className="size-4" />
          {text.tellMe}
        </button>
      ) : (
        <p className="mt-1.5 text-muted text-sm">{text.willTell[notification.channel]}</p>
      )}
    </div>
  );
}
