/** A line's name as expectations and prose give it (`a3`), with its session's where the name does not begin with it (`Ada pay`). */
export function lineName({ step, session }: { step: string; session: string }): string {
  return step.toLowerCase().startsWith(session.toLowerCase()) ? step : `${session} ${step}`;
}
