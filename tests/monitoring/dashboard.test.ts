import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rulesFile } from './promtool.ts';
import { ScrapedWorld } from './scraped-world.ts';

const dashboardFile = join(import.meta.dirname, '../../deploy/grafana-dashboard.json');

interface Dashboard {
  readonly panels: readonly { title: string; targets: readonly { expr: string }[] }[];
}

it('the dashboard and the rules ask for figures that are there', async () => {
  const scraped = await ScrapedWorld.start();
  await scraped.pass(60, () => scraped.signUp());
  const names = [...scraped.text.matchAll(/^# TYPE (choonsim_\w+) (\w+)/gm)].flatMap(
    ([, name, type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );
  const { panels } = JSON.parse(readFileSync(dashboardFile, 'utf8')) as Dashboard;
  expect(panels.length).toBeGreaterThan(10);
  const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
  const used = (text: string) => [...new Set(text.match(/choonsim_\w+/g))];
  expect(used(asked).filter((name) => !names.includes(name))).toEqual([]);
  const rules = readFileSync(rulesFile, 'utf8');
  expect(used(rules).filter((name) => !names.includes(name))).toEqual([]);
});
