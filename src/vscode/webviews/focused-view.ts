import type { WebviewPanel, WebviewView } from 'vscode';
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

/**
 * The answer to a question in a dialog, with the focus back in the view that had it when the dialog was shown. A dialog of the editor's own (in
 * a browser, and where `window.dialogStyle` is custom) gives it to the frame around the view, where no key does anything.
 */
export async function backToView<T>(answer: Thenable<T>): Promise<T> {
  const view = focused;
  let closed = false;
  const subscription = view?.onDidDispose(() => (closed = true));
  try {
    return await answer;
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
