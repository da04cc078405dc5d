import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './repository';

/** The packages of PostgreSQL whose libraries stand below. */
const LIBRARIES_OF = '16.14.0-beta.17';

/** A library that the packages of PostgreSQL bring along. */
interface Library {
  /** With the version, as the binaries tell it. */
  name: string;
  /** The text of its licence in `licences/`. */
  text: string;
  files: RegExp;
  /** Where its source is to be had, when the licence asks for that. */
  source?: string;
}

const LIBRARIES: readonly Library[] = [
  { name: 'OpenSSL 1.1.1', text: 'OpenSSL-1.1', files: /^lib(crypto|ssl)\.so\.1\.1$/ },
  { name: 'OpenSSL 3.0.20', text: 'Apache-2.0', files: /^lib(crypto|ssl)(\.3\.dylib|-3-x64\.dll)$/ },
  { name: 'ICU 60.2', text: 'ICU', files: /^libicu(data|i18n|uc)\.so\.60\.2$/ },
  { name: 'ICU 67.1', text: 'ICU', files: /^icu(dt|in|uc)67\.dll$/ },
  { name: 'ICU 68.2', text: 'ICU', files: /^libicu(data|i18n|uc)\.68\.2\.dylib$/ },
  { name: 'libxml2 2.9.4', text: 'libxml2', files: /^libxml2\.so\.2$/ },
  { name: 'libxml2 2.15.3', text: 'libxml2', files: /^libxml2(\.16\.dylib|\.dll)$/ },
  { name: 'zlib 1.2.11', text: 'zlib', files: /^libz\.so\.1$/ },
  { name: 'zlib 1.3.2', text: 'zlib', files: /^(libz\.1\.3\.2\.dylib|zlib1\.dll)$/ },
  { name: 'liblzma 5.2.2', text: 'XZ-Utils', files: /^liblzma\.so\.5$/ },
  { name: 'Zstandard 1.5.7', text: 'Zstandard', files: /^libzstd(\.1\.5\.7\.dylib|\.dll)$/ },
  { name: 'LZ4 1.10.0', text: 'LZ4', files: /^liblz4(\.1\.10\.0\.dylib|\.dll)$/ },
  {
    name: 'MIT Kerberos 1.22.2',
    text: 'MIT-Kerberos',
    files: /^lib(com_err\.3\.0|gssapi_krb5\.2\.2|k5crypto\.3\.1|krb5\.3\.3|krb5support\.1\.1)\.dylib$/,
  },
  { name: 'winpthreads of mingw-w64', text: 'winpthreads', files: /^libwinpthread-1\.dll$/ },
  {
    name: 'GNU libiconv 1.15',
    text: 'LGPL-2.1',
    files: /^libiconv-2\.dll$/,
    source: 'https://ftp.gnu.org/gnu/libiconv/libiconv-1.15.tar.gz',
  },
  {
    name: 'GNU libiconv 1.19',
    text: 'LGPL-2.1',
    files: /^libiconv\.2\.dylib$/,
    source: 'https://ftp.gnu.org/gnu/libiconv/libiconv-1.19.tar.gz',
  },
  {
    name: 'GNU libintl 0.19.8',
    text: 'LGPL-2.1',
    files: /^libintl-9\.dll$/,
    source: 'https://ftp.gnu.org/gnu/gettext/gettext-0.19.8.tar.gz',
  },
  { name: 'Snowball’s stemmers', text: 'Snowball', files: /^dict_snowball\.(so|dylib|dll)$/ },
  { name: 'Go’s library, in esbuild’s program', text: 'Go', files: /^esbuild(\.exe)?$/ },
];

/** PostgreSQL's own, under the licence that `notices.mjs` hands on: its client library, and what the server loads. */
const POSTGRESQL = /^(libpq|plpgsql|pageinspect|\w+_and_\w+|euc2004_sjis2004)\b/;
const SHARED_LIBRARY = /\.(dll|dylib|so)(\.[\d.]+)?$/;

/**
 * What the licences of native code ask to be told, as text to follow the notices of the bundles. @param files that ship
 * @param postgres version of its package @throws for that of another version, and for a shared library whose licence nobody has looked up
 */
export function nativeNotices(files: readonly string[], postgres: string | undefined): string {
  if (postgres !== LIBRARIES_OF)
    throw new Error(
      `PostgreSQL ${postgres} may bring other libraries than ${LIBRARIES_OF} (src/build/native-notices.ts)`,
    );
  const names = [...new Set(files.map(file => path.basename(file)))].sort();
  const known = LIBRARIES.filter(library => names.some(name => library.files.test(name)));
  const unknown = names.filter(
    name => SHARED_LIBRARY.test(name) && !POSTGRESQL.test(name) && !known.some(({ files: of }) => of.test(name)),
  );
  if (unknown.length > 0)
    throw new Error(
      `${unknown.join(', ')}: see what the licence asks for (src/build/native-notices.ts) before it ships`,
    );
  const texts = [...new Set(known.map(library => library.text))];
  return texts.map(text => notice(text, known)).join('');
}

/** One text of a licence, below those who are under it. */
function notice(text: string, libraries: readonly Library[]): string {
  const under = libraries.filter(library => library.text === text);
  const names = under.map(({ name, source }) => (source ? `${name}, whose source is at ${source}` : name));
  const licence = fs.readFileSync(path.join(repositoryRoot(), 'src/build/licences', `${text}.txt`), 'utf8');
  return `\n${'='.repeat(80)}\n\n${names.join('\n')}\n\n${licence}`;
}
