import type { Interleaving } from '../../core/sessions/contract';
import { timelineOf } from '../../core/sessions/timeline';
import type { ResultView } from '../../protocol/chapter-view';

/** A played order as a chapter shows it. */
export function interleavingView(run: Interleaving, script: string): ResultView {
  const { title, order, sessions, lines, verdict, held } = run;
  return { type: 'interleaving', title, timeline: timelineOf(sessions, lines), verdict, held, script, order };
}
