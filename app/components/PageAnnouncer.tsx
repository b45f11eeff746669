import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';

/**
 * A page that comes without a document is told as one: its title is read out, and the focus goes to
 * its content, from where the Tab key goes on. A browser does both by itself only for a document.
 */
export function PageAnnouncer() {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  const [title, setTitle] = useState('');

  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    setTitle(document.title);
    const content = document.getElementById('content');
    // What the page itself has put the focus on, such as a faulty field, keeps it.
    if (!content || content.contains(document.activeElement)) return;
    content.tabIndex = -1;
    content.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <p aria-live="polite" className="sr-only">
      {title}
    </p>
  );
}
