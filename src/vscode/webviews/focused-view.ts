import { window, type MessageItem, type MessageOptions, type WebviewPanel, type WebviewView } from 'vscode';
import type { FocusNote } from '../../protocol/focus-note';

/** The view that has the keyboard's focus, as its page says. */
let focused: WebviewPanel | WebviewView | undefined;

/** Heeds what the page of a view says of its focus. */
export function followFocus(view: WebviewPanel | WebviewView): void {
  view.webview.onDidReceiveMessage(message => {
    if (!isFocusNote(message)) return;
    if (message.focused) focused = view;
    else if (focused === view) focused = undefined;
  });
  view.onDidDispose(() => {
    if (focused === view) focused = undefined;
  });
}

type ShowMessage = <T>(message: string, options: MessageOptions, ...items: T[]) => Thenable<T | undefined>;

/**
 * Asks in a dialog that stands before everything else, and gives the focus back to the view that had it: a dialog of the editor's own (in a
 * browser, and where `window.dialogStyle` is custom) gives it to the frame around the view, where no key does anything.
 * @param calm nothing is lost whatever the answer is: no sign of warning.
 * @returns undefined where it was closed without an answer.
 */
export async function askInDialog<Answer extends string | MessageItem>(
  question: string,
  { detail, calm = false }: { detail?: string; calm?: boolean },
  ...answers: Answer[]
): Promise<Answer | undefined> {
  const view = focused;
  let closed = false;
  const subscription = view?.onDidDispose(() => (closed = true));
  try {
    const show = (calm ? window.showInformationMessage : window.showWarningMessage) as ShowMessage;
    return await show(question, { modal: true, detail }, ...answers);
  } finally {
    subscription?.dispose();
    if (view && !closed) showFocused(view);
  }
}

const isFocusNote = (message: unknown): message is FocusNote =>
  typeof message === 'object' && message !== null && typeof (message as Partial<FocusNote>).focused === 'boolean';

function showFocused(view: WebviewPanel | WebviewView): void {
  if ('reveal' in view) view.reveal();
  else view.show();
}
