import { useText } from '../i18n/use-language.ts';

/** Stands in for a page whose data is on the way. */
export function PageSkeleton() {
  const text = useText();
  return (
    <main
      id="content"
      aria-busy="true"
      className="mx-auto w-full max-w-3xl flex-1 px-4 py-7 sm:py-10"
    >
      <p role="status" className="sr-only">
        {text.loading}
      </p>
      <div className="skeleton h-8 w-52" />
      <div className="skeleton mt-3 h-5 w-36" />
      <div className="mt-8 grid gap-3 sm:grid-cols-2">
        {['a', 'b', 'c', 'd'].map((place) => (
          <div key={place} className="skeleton h-32" />
        ))}
      </div>
    </main>
  );
}
