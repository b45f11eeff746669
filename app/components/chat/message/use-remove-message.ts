import { createContext, useContext, useState } from 'react';

/** Deletes a message on the server and on the page; set by the room. @returns whether it is deleted */
export const RemoveContext = createContext<(messageId: string) => Promise<boolean>>(
  async () => false,
);

/** A stable function, so that bubbles are not re-rendered because of it. */
export function useRemoveMessage(messageId: string) {
  const removeIn = useContext(RemoveContext);
  const [hasFailed, setFailed] = useState(false);
  const remove = async () => {
    setFailed(false);
    if (!(await removeIn(messageId))) setFailed(true);
  };
  return { remove, hasFailed };
}
