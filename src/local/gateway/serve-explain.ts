import type { Classified } from '../../core/dialect/contract';
import type { Batch } from './batch';
import { catalogQueryOn } from './catalog-query';
import type { Portal } from './portal';
import { planColumn } from './plan-column';
import { query, execute } from './wire/client-messages';
import { commandComplete, oneValue } from './wire/server-messages';

/** Runs an EXPLAIN: PostgreSQL's plan is collected, and answered as DSQL prints it. @throws BatchError */
export async function explainStatement(
  batch: Batch,
  c: Classified,
  portal: Portal | undefined,
  withColumns: boolean,
  op: number,
): Promise<void> {
  const { context } = batch;
  const explain = c.explain!;
  const rows: (string | null)[][] = [];
  const sql = context.explainer.toPostgres(explain);
  const frame = portal ? execute(portal.name) : query(sql);
  await batch.run({ classified: c, sql, frame, portal, maxRows: 0, collect: rows }, op);
  if (batch.resumeAt !== undefined || (await batch.flush())) return;
  const planned = rows.map(row => row[0] ?? '').join('\n');
  const json = batch.client.tx?.copies?.plan(planned) ?? planned;
  const isOn = (name: string): boolean =>
    (batch.client.locals?.get(name) ?? batch.client.settings.getOwn(name)) !== 'off';
  const session = {
    batchedNestedLoops: isOn('dsql.enable_batched_nestloop'),
    bitmapScans: isOn('enable_bitmapscan'),
  };
  const lines = await batch.withBackend(backend =>
    context.explainer.toDsql(json, explain, catalogQueryOn(backend), session),
  );
  if (withColumns) batch.emit(planColumn(explain));
  for (const line of lines) batch.emit(oneValue(Buffer.from(line)));
  batch.emit(commandComplete('EXPLAIN'));
}
