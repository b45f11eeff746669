import { join } from 'node:path';
import { ensureBuild } from '../../scripts/ensure-build.ts';

/** Builds once, before the workers start their servers: parallel builds would conflict. */
export default function build(): void {
  ensureBuild(join(import.meta.dirname, '../..'), { mayBuild: true });
}
