export function TypingDots({ label }: { readonly label: string }) {
  return (
    <span className="inline-flex h-6 items-center gap-1">
      <span className="sr-only">{label}</span>
      {['0ms', '200ms', '400ms'].map((animationDelay) => (
        <span
          key={animationDelay}
          aria-hidden="true"
          className="size-1.5 animate-breathe rounded-full bg-muted"
          style={{ animationDelay }}
        />
      ))}
    </span>
  );
}
