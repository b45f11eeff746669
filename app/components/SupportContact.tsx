interface SupportContactProps {
  /** Null if the operator has configured none. */
  readonly address: string | null;
  /** What support will ask for: the error's code, the account id. */
  readonly about: readonly (string | null)[];
}

/** What to tell support, with a link that opens a prefilled e-mail. */
export function SupportContact({ address, about }: SupportContactProps) {
  const subject = about.filter(Boolean).join(' · ');
  return (
    <>
      <p className="wrap-anywhere mt-2 select-all font-mono">{subject}</p>
      {address ? (
        <p className="mt-2">
          <a
            href={`mailto:${address}?subject=${encodeURIComponent(subject)}`}
            className="underline"
          >
            {address}
          </a>
        </p>
      ) : null}
    </>
  );
}
