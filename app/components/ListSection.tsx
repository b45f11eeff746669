import type { ReactNode } from 'react';

interface ListSectionProps<Item> {
  readonly id: string;
  readonly title: string;
  /** Shown when the list is empty. */
  readonly none: string;
  readonly items: readonly Item[];
  readonly isSmall?: boolean;
  /** One `<li>`, with its key. */
  readonly children: (item: Item) => ReactNode;
}

/** A card with a titled list in chronological order. */
export function ListSection<Item>(props: ListSectionProps<Item>) {
  const { id, title, none, items, isSmall = false, children } = props;
  return (
    <section aria-labelledby={id} className={isSmall ? 'card p-5' : 'card p-6'}>
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      {items.length === 0 ? <p className="mt-2 text-muted text-sm">{none}</p> : null}
      <ol className={`divide-y divide-line ${isSmall ? 'mt-2 text-sm' : ''}`}>
        {items.map(children)}
      </ol>
    </section>
  );
}
