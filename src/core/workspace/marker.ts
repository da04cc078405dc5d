import { folderMalformed } from './errors';

const FUNCTION = /^[a-z][a-z0-9-]*$/;

/**
 * The functions that a marker file names. Nothing when the file says nothing of a workshop: it may hold targets alone.
 * @throws CodedError `CODE_FOLDER_MALFORMED`
 */
export function readMarker(text: string, file: string): Record<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw folderMalformed(file, `not JSON: ${(error as Error).message}`);
  }
  const workshop = (value as { workshop?: unknown } | null)?.workshop;
  if (workshop === undefined) return undefined;
  const functions = (workshop as { functions?: unknown } | null)?.functions;
  if (typeof functions !== 'object' || functions === null)
    throw folderMalformed(file, '"workshop.functions" is missing');
  for (const [name, folder] of Object.entries(functions))
    if (!FUNCTION.test(name) || typeof folder !== 'string' || !isInside(folder))
      throw folderMalformed(file, `"${name}" does not name a folder inside this one`);
  return functions as Record<string, string>;
}

/** A relative path that does not lead out of its folder. */
export const isInside = (path: string): boolean =>
  path !== '' && !/^([/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..');
