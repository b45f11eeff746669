import { Counter, Registry } from 'prom-client';
import { remember } from './remember.server.ts';

interface CareMetrics {
  readonly registry: Registry;
  readonly answers: Counter;
}

/** No labels: neither the topic nor the author leaves the conversation. */
function careMetrics(): CareMetrics {
  return remember('care metrics', () => {
    const registry = new Registry();
    const answers = new Counter({
      name: 'choonsim_care_answers_total',
      help: 'Chat replies with help lines instead of the model or persona, to messages of distress',
      registers: [registry],
    });
    return { registry, answers };
  });
}

export function countCare(): void {
  careMetrics().answers.inc();
}

/** The Prometheus text of this process. */
export function readCareMetrics(): Promise<string> {
  return careMetrics().registry.metrics();
}
