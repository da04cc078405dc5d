import { CodedError } from '../../src/base/errors';
import { RpcChannel, type Handlers, type Port, type Side } from '../../src/base/rpc';
import type { FocusNote } from '../../src/protocol/focus-note';
import { keepFocus } from './focus';

/** The editor's side of a webview. Callable once per page. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** A typed channel to the host, and what is kept over restarts of the window. */
export interface Host<Local extends Side, Remote extends Side, Memory> {
  channel: RpcChannel<Local, Remote>;
  readMemory(): Partial<Memory>;
  writeMemory(memory: Memory): void;
}

/** Connects this view to its host. What frames of other origins post is not listened to: the editor posts from this view's own. */
export function connectToHost<Local extends Side, Remote extends Side, Memory extends object>(
  handlers: Handlers<Local>,
): Host<Local, Remote, Memory> {
  const api = acquireVsCodeApi();
  const port: Port = {
    post: message => api.postMessage(message),
    onMessage: listener => {
      const onMessage = (event: MessageEvent) => {
        if (event.origin === window.origin) listener(event.data);
      };
      window.addEventListener('message', onMessage);
      return { dispose: () => window.removeEventListener('message', onMessage) };
    },
  };
  const channel = new RpcChannel<Local, Remote>(port, handlers);
  reportFaults(error => channel.report(error));
  keepFocus(focused => api.postMessage({ focused } satisfies FocusNote));
  return {
    channel,
    readMemory: () => {
      const state = api.getState();
      return typeof state === 'object' && state !== null ? state : {};
    },
    writeMemory: memory => api.setState(memory),
  };
}

/**
 * What no code of the view has caught is shown by the editor: a request that failed in its own words, whenever it fails; an error of the
 * view itself once, since one of a timer comes again and again.
 */
function reportFaults(report: (error: CodedError) => void): void {
  const told = new Set<string>();
  const tell = (error: unknown): void => {
    if (error instanceof CodedError) return report(error);
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (told.has(text)) return;
    told.add(text);
    const nextStep = 'Close the panel and open it again.';
    report(new CodedError('VIEW_FAULT', `This view met an error of its own. ${text}`, { nextStep }));
  };
  window.addEventListener('unhandledrejection', ({ reason }) => tell(reason));
  // the browser's own warnings, such as those on a ResizeObserver, come without an error
  window.addEventListener('error', ({ error }) => error instanceof Error && tell(error));
}
