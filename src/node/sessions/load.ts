import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { readSessionScript } from '../../core/sessions/read-script';
import type { SessionScript } from '../../core/sessions/script';
import { productRoot } from '../assets';

const SESSION_SCRIPT_SUFFIX = '.sessions';

/** A script that comes with the product. */
export interface SessionPreset {
  /** Name of its file without the suffix. */
  id: string;
  text: string;
  script: SessionScript;
}

const presetsDirectory = (): string => path.join(productRoot(), 'workshop', 'sessions');

/** The product's scripts, in the order of their file names. @throws CodedError `SESSION_SCRIPT_MALFORMED` */
export function loadSessionPresets(): SessionPreset[] {
  return fs
    .readdirSync(presetsDirectory())
    .filter(name => name.endsWith(SESSION_SCRIPT_SUFFIX))
    .sort()
    .map(name => {
      const text = fs.readFileSync(path.join(presetsDirectory(), name), 'utf8');
      return { id: name.slice(0, -SESSION_SCRIPT_SUFFIX.length), text, script: readSessionScript(text) };
    });
}

/** A script by the name of a preset (with or without its number), or by a path relative to `directory`. */
export function loadSessionScript(name: string, directory: string): { text: string; script: SessionScript } {
  const preset = fs
    .readdirSync(presetsDirectory())
    .find(
      file =>
        file.endsWith(SESSION_SCRIPT_SUFFIX) &&
        [file, file.slice(0, -SESSION_SCRIPT_SUFFIX.length)].some(
          each => each === name || each.replace(/^\d+-/, '') === name,
        ),
    );
  const file = preset ? path.join(presetsDirectory(), preset) : path.resolve(directory, name);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new CodedError('SESSION_SCRIPT_MISSING', `there is no session script "${name}"`, {
      cause: error,
      nextStep: `Give a file, or one of: ${loadSessionPresets()
        .map(({ id }) => id)
        .join(', ')}.`,
    });
  }
  return { text, script: readSessionScript(text) };
}
