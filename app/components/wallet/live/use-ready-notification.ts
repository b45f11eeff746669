import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { useText } from '../../../i18n/use-language.ts';
import { type Channel, chooseChannel, markTitle, notifyReady } from './notify-when-ready.ts';

export interface NotificationOffer {
  /** How the user will be notified; null until requested. */
  readonly channel: Channel | null;
  readonly ask: () => Promise<void>;
}

export const ReadyNotificationContext = createContext<NotificationOffer | null>(null);

/** Null outside the pages that follow the wallet. */
export function useNotificationOffer(): NotificationOffer | null {
  return useContext(ReadyNotificationContext);
}

/** Notifies the user once when the wallet becomes ready, if requested and the tab is hidden. */
export function useReadyNotification(isReady: boolean) {
  const { readyNotice, readyTitle } = useText().scene;
  const [channel, setChannel] = useState<Channel | null>(null);
  /** If requested, the wallet is followed even while the tab is hidden. */
  const isRequested = useRef(false);
  const ask = useCallback(async () => {
    isRequested.current = true;
    setChannel(await chooseChannel());
  }, []);
  useEffect(() => {
    if (!isReady || channel === null) return;
    setChannel(null);
    if (!document.hidden) return;
    markTitle(readyTitle);
    if (channel === 'notification') void notifyReady(readyNotice).catch(() => {});
  }, [isReady, channel, readyNotice, readyTitle]);
  return { notification: { channel, ask }, isRequested };
}
