import { join } from 'node:path';
import { ensureBuild } from '../../scripts/ensure-build.ts';

/** Once, before the workers start their servers: two builds at once would tread on each other. */
export default function build(): void {
  ensureBuild(join(import.meta.dirname, '../..'), { mayBuild: true });
}
