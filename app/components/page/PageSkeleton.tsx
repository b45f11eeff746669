import { useText } from '../../i18n/use-language.ts';

/** A placeholder in the shape of the page whose data is loading. */
export function PageSkeleton({ isRoom }: { readonly isRoom: boolean }) {
  const text = useText();
  return (
    <main
      id="content"
      aria-busy="true"
      className={`mx-auto flex w-full max-w-3xl flex-1 flex-col px-4 ${isRoom ? 'min-h-0 py-2.5' : 'py-7 sm:py-10'}`}
    >
      <p role="status" className="sr-only">
        {text.loading}
      </p>
      {isRoom ? <RoomShape /> : <PageShape />}
    </main>
  );
}

function PageShape() {
  return (
    <>
      <div className="skeleton h-8 w-52" />
      <div className="skeleton mt-3 h-5 w-36" />
      <div className="mt-8 grid gap-3 sm:grid-cols-2">
        {['a', 'b', 'c', 'd'].map((place) => (
          <div key={place} className="skeleton h-32" />
        ))}
      </div>
    </>
  );
}

/** A face and a name, messages, and the composer. */
function RoomShape() {
  return (
    <>
      <div className="flex items-center gap-3 pl-12">
        <div className="skeleton size-11" />
        <div className="skeleton h-8 w-32" />
      </div>
      <div className="flex min-h-0 flex-1 flex-col justify-end gap-3 overflow-hidden py-6">
        <div className="skeleton h-12 w-3/5" />
        <div className="skeleton h-12 w-2/5 self-end" />
        <div className="skeleton h-20 w-4/5" />
      </div>
      <div className="skeleton mb-1 h-12" />
    </>
  );
}
