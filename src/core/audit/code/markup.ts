/** SQL in XML: MyBatis mappers, Liquibase change sets, Hibernate named queries. */
import type { Literal } from './literals';

const ELEMENTS = 'select|insert|update|delete|sql|createProcedure|sql-query|query|procedureBody|createView';
const ENTITIES = new Map(Object.entries({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }));

/** The texts of elements that hold SQL, markup within them covered with blanks, entities read. Offsets hold. */
export function sqlOfXml(source: string): Literal[] {
  const literals: Literal[] = [];
  const open = new RegExp(`<(${ELEMENTS})\\b[^<>]*>`, 'g');
  for (let match = open.exec(source); match; match = open.exec(source)) {
    if (match[0].endsWith('/>')) continue;
    const start = match.index + match[0].length;
    const end = source.indexOf(`</${match[1]}>`, start);
    if (end < 0) continue;
    literals.push({ start, text: plain(source.slice(start, end)) });
    open.lastIndex = end;
  }
  return literals;
}

const plain = (text: string): string =>
  text
    .replace(/<!\[CDATA\[|\]\]>/g, blanks)
    .replace(/<!--[\s\S]*?(?:-->|$)/g, blanks)
    .replace(/<\/?[A-Za-z][^<>]*>/g, blanks)
    .replace(/&(\w+);/g, (entity, name: string) => (ENTITIES.get(name) ?? ' ').padEnd(entity.length, ' '));

const blanks = (text: string): string => text.replace(/[^\n]/g, ' ');
