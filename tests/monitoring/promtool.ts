import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const rulesFile = join(import.meta.dirname, '../../deploy/alerts.yml');
/** Prometheus's own default is a minute; ours is that of `deploy/prometheus.yml`. */
export const scrapeSeconds = 15;

/** Debian's package `prometheus` has it. */
export function hasPromtool(): boolean {
  return spawnSync('promtool', ['--version']).status === 0;
}

/** One value for each scrape by series, as in `choonsim_wallets{status="READY"}`; null: no sample. */
export type Series = ReadonlyMap<string, readonly (number | null)[]>;

export interface Expectation {
  readonly atSeconds: number;
  /** Names of exactly those alerts that fire then. */
  readonly firing: readonly string[];
}

/**
 * Lets Prometheus's own evaluator run the rules over what was scraped.
 * @throws with promtool's words when other alerts fire than expected
 */
export function expectAlerts(series: Series, expectations: readonly Expectation[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'choonsim-alerts-'));
  const test = {
    rule_files: [rulesFile],
    evaluation_interval: `${scrapeSeconds}s`,
    tests: [
      {
        interval: `${scrapeSeconds}s`,
        input_series: [...series].map(([name, values]) => ({
          series: name,
          values: values.map((value) => value ?? '_').join(' '),
        })),
        promql_expr_test: expectations.map(({ atSeconds, firing }) => ({
          expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: `${atSeconds}s`,
          exp_samples: firing.map((name) => ({
            labels: `{alertname="${name}"}`,
            value: 1,
          })),
        })),
      },
    ],
  };
  try {
    // JSON is YAML too.
    const file = join(folder, 'test.yml');
    writeFileSync(file, JSON.stringify(test));
    const { status, stdout, stderr, error } = spawnSync('promtool', ['test', 'rules', file], {
      encoding: 'utf8',
    });
    if (error) throw new Error(`promtool: ${error.message}. apt-get install prometheus`);
    if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
