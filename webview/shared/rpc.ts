import { RpcChannel, type Handlers, type Port, type Side } from '../../src/base/rpc';

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
  return {
    channel: new RpcChannel<Local, Remote>(port, handlers),
    readMemory: () => {
      const state = api.getState();
      return typeof state === 'object' && state !== null ? state : {};
    },
    writeMemory: memory => api.setState(memory),
  };
}
