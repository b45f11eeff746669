/**
 * Tells a libSQL server (`sqld`) to have every commit on its disk before it answers. A server started
 * with --enable-namespaces remembers it; any other forgets it when it stops.
 */
async function main(adminUrl: string | undefined): Promise<void> {
  if (!adminUrl || !URL.canParse(adminUrl)) {
    throw new Error(
      'Usage: npm run database:durable -- http://127.0.0.1:8081 (its --admin-listen-addr)',
    );
  }
  const address = new URL('/v1/namespaces/default/config', adminUrl);
  const config = { block_reads: false, block_writes: false, durability_mode: 'strong' };
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(config),
    signal: AbortSignal.timeout(10_000),
  });
  const stored: unknown = await (await fetch(address)).json();
  const isStrong = Object(stored).durability_mode === 'strong';
  if (!answer.ok || !isStrong) throw new Error(`${address} answers ${answer.status}`);
  console.log('The database server is durable: durability_mode is strong.');
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
