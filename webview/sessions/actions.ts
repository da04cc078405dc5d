/** What the parts of the page can ask for. Failures are shown by the page. */
export interface SessionsActions {
  runLine(step: string): void;
  runNext(): void;
  play(): void;
  chooseOrder(order: string): void;
  stepBack(): void;
  reset(): void;
  cancel(): void;
  chooseScript(): void;
  chooseConnection(): void;
  edit(): void;
}
