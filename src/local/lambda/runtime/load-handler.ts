/** Finds and loads the handler, by the rules of Lambda's Node.js runtime. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './error-shape';

export type Handler = (
  event: unknown,
  context: object,
  callback: (error?: unknown, result?: unknown) => void,
) => unknown;

interface HandlerName {
  /** Path of the module below the task root, without extension. */
  modulePath: string;
  exportPath: string[];
}

/** Splits `folder/file.export.path`. @throws RuntimeError `Runtime.MalformedHandlerName` */
export function parseHandlerName(handler: string): HandlerName {
  const base = path.posix.basename(handler);
  const folder = handler.slice(0, handler.length - base.length);
  const match = /^([^.]*)\.(.+)$/.exec(base);
  if (!match || handler.split('/').includes('..'))
    throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  return { modulePath: folder + match[1]!, exportPath: match[2]!.split('.') };
}

function isModulePackage(folder: string): boolean {
  try {
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { type?: unknown };
    return manifest.type === 'module';
  } catch {
    return false;
  }
}

function findModule(taskRoot: string, modulePath: string): { file: string; esm: boolean } | undefined {
  const isFile = (file: string) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const bare = path.join(taskRoot, modulePath);
  if (isFile(`${bare}.js`)) return { file: `${bare}.js`, esm: isModulePackage(taskRoot) };
  if (isFile(`${bare}.mjs`)) return { file: `${bare}.mjs`, esm: true };
  if (isFile(`${bare}.cjs`)) return { file: `${bare}.cjs`, esm: false };
  return undefined;
}

function asRuntimeError(error: unknown): unknown {
  if (error instanceof SyntaxError) {
    // the stack of a syntax error begins with file:line, which is what its reader needs
    const where = /^(.+:\d+)\n/.exec(error.stack ?? '')?.[1];
    return new RuntimeError('Runtime.UserCodeSyntaxError', `${String(error)}${where ? ` (${where})` : ''}`, error);
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return new RuntimeError('Runtime.ImportModuleError', String(error), error);
  return error;
}

/**
 * Loads `handler` (`index.handler`) from `taskRoot`: `.js` (CommonJS, or ESM where package.json says `type: module`), `.mjs`, `.cjs`.
 * @throws RuntimeError `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError`, `Runtime.HandlerNotFound`,
 * `Runtime.MalformedHandlerName`; or whatever the module itself throws while it loads
 */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const { modulePath, exportPath } = parseHandlerName(handler);
  const found = findModule(taskRoot, modulePath);
  if (!found)
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${modulePath}'\nRequire stack:\n- ${taskRoot}`,
    );
  let value: unknown;
  try {
    value = found.esm
      ? await import(pathToFileURL(found.file).href)
      : createRequire(path.join(taskRoot, 'package.json'))(found.file);
  } catch (error) {
    throw asRuntimeError(error);
  }
  for (const name of exportPath) value = (value as Record<string, unknown> | null | undefined)?.[name];
  if (value === undefined || value === null)
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof value !== 'function') throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
  return value as Handler;
}
