import type { StepResult } from '../../core/chapters/contract';
import { heatMapLines } from './heat-map-text';
import { interleavingLines } from './interleaving-text';
import { jobLines } from './job-text';
import { printable } from './style';
import { stressTable } from './stress-text';
import { textTable } from './text-table';

const MAX_ROWS = 12;

/** The lines that show an action's result. */
export function resultLines(result: StepResult): string[] {
  switch (result.type) {
    case 'table': {
      if (result.columns.length === 0) return [result.tag];
      const lines = textTable(result.columns, result.rows.slice(0, MAX_ROWS));
      const hidden = result.rows.length - MAX_ROWS;
      return hidden > 0 || result.truncated ? [...lines, `… ${Math.max(hidden, 1)} rows more`] : lines;
    }
    case 'plan':
      return printable(result.text).split('\n');
    case 'stress':
      return stressTable([result.result]);
    case 'stress-comparison':
      return stressTable(result.results);
    case 'heat-map':
      return heatMapLines(result.map);
    case 'plan-comparison': {
      const { before, after, verdict, facts } = result;
      const rows = facts.map(fact => [fact.name, fact.before, fact.after, fact.change]);
      return [...verdict, '', ...textTable(['', before.title, after.title, 'change'], rows)];
    }
    case 'json':
      return printable(JSON.stringify(result.value, undefined, 2) ?? 'null').split('\n');
    case 'jobs':
      return jobLines(result.jobs);
    case 'interleaving':
      return interleavingLines(result.interleaving);
    case 'text':
      return printable(result.text).split('\n');
  }
}
