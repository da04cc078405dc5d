import { dpuLines } from '../../core/cost/dpu';
import { layoutPlan } from '../../core/plan/layout';
import type { PlanFooter } from '../../core/plan/model';
import type { ExplainStatement } from '../../core/dialect/contract';
import type { Explainer, ExplainSession } from '../ports';
import { DEFAULT_SETTINGS, GATEWAY_SETTINGS } from '../shown-settings';
import { assumeRows } from './assumed-rows';
import { lookUpTables } from './catalog';
import { planDocument, type DocumentContext } from './document';
import { printDocument } from './formats';
import { readPostgresExplain, type PostgresExplain } from './postgres-plan';
import { printQueryIdentifier, queryIdOfText } from './query-identifier';
import { explainForPostgres } from './request';
import { PlanTransform } from './transform';

/** DSQL's default; printed by SETTINGS in every recorded plan. */
const WORK_MEM = '128MB';

/**
 * The local cluster's EXPLAIN. The plan is PostgreSQL's own choice; what DSQL would print for it is worked out here. Known differences:
 * for a table that was never analysed PostgreSQL chooses by its size, only the figures are those of DSQL's 1,000,000 rows; where a scan
 * has both storage and query-processor filters, the rows that each removed are shared out (PostgreSQL counts them together); UPDATE,
 * DELETE and foreign key lines follow PostgreSQL, no recording of DSQL's is known (October 2026). Formats: TEXT as DSQL prints it; JSON,
 * YAML and XML as PostgreSQL nests them, with DSQL's nodes (a full scan is a `Custom Scan` of provider `btree-table`) - nothing
 * recorded shows DSQL's own.
 */
export function createExplainer(): Explainer {
  return {
    toPostgres: explainForPostgres,
    async toDsql(planJson, statement, query, session = { batchedNestedLoops: true, bitmapScans: true }) {
      const document = readPostgresExplain(planJson);
      if (!document.plan) return ['Query rewrites to nothing'];
      const catalog = await lookUpTables(document.plan, query);
      await assumeRows(document.plan, catalog, query, statement.inner.text);
      const { verbose, costs, format } = statement;
      const transform = new PlanTransform(document.plan, catalog, {
        ...{ verbose, costs, sql: statement.inner.text },
        ...session,
      });
      const plan = { roots: [transform.tree()], footer: footerOf(document, statement, transform, session) };
      if (format === 'text') return layoutPlan(plan).flatMap(line => line.split('\n'));
      const context: DocumentContext = { verbose, sourceOf: node => transform.sourceOf(node) };
      if (statement.analyze) context.triggers = document.triggers.filter(trigger => trigger['Constraint Name']);
      return [printDocument(planDocument(plan, context), format)];
    },
  };
}

function footerOf(
  document: PostgresExplain,
  statement: ExplainStatement,
  transform: PlanTransform,
  session: ExplainSession,
): PlanFooter {
  const footer: PlanFooter = { other: [] };
  if (statement.settings) footer.settings = settingsLine(document.settings, session);
  if (statement.verbose)
    footer.queryIdentifier = printQueryIdentifier(document.queryId ?? queryIdOfText(statement.inner.text));
  if (document.planningMs !== undefined) footer.planningMs = document.planningMs;
  for (const trigger of document.triggers) {
    const name = trigger['Constraint Name'];
    if (!name) continue;
    const time = trigger.Time === undefined ? '' : `time=${trigger.Time.toFixed(3)} `;
    footer.other.push({ name: `Trigger for constraint ${name}`, value: `${time}calls=${trigger.Calls}` });
  }
  if (document.executionMs !== undefined) footer.executionMs = document.executionMs;
  if (statement.analyze && statement.verbose) {
    const computeMs = (document.planningMs ?? 0) + (document.executionMs ?? 0);
    footer.dpu = dpuLines(transform.dpu(computeMs));
  }
  return footer;
}

/** Settings of the private PostgreSQL that no client has set are not shown. */
function settingsLine(settings: Record<string, string>, session: ExplainSession): string {
  const isOwn = (name: string): boolean => DEFAULT_SETTINGS.has(name) || GATEWAY_SETTINGS.has(name);
  const shown = Object.entries(settings).filter(([name]) => name !== 'work_mem' && !isOwn(name));
  const kept = session.bitmapScans ? [] : [['enable_bitmapscan', 'off'] as const];
  return [['work_mem', settings['work_mem'] ?? WORK_MEM] as const, ...kept, ...shown]
    .map(([name, value]) => `${name} = '${value}'`)
    .join(', ');
}
