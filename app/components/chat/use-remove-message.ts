import { createContext, useContext, useState } from 'react';

/** Given by the room: deletes a message there and on the page. @returns whether it is deleted */
export const RemoveContext = createContext<(messageId: string) => Promise<boolean>>(
  async () => false,
);

/** The same function at every drawing, so that no bubble is drawn again for it. */
export function useRemoveMessage(messageId: string) {
  const removeIn = useContext(RemoveContext);
  const [hasFailed, setFailed] = useState(false);
  const remove = async () => {
    setFailed(false);
    if (!(await removeIn(messageId))) setFailed(true);
  };
  return { remove, hasFailed };
}
