/** The name of a chapter's folder: a number that orders it, and words. */
export const CHAPTER_FOLDER = /^(\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)$/;

/**
 * The text of a new chapter: two steps that run as they stand, on a table of their own.
 * @param folder its folder's name, `50-my-chapter`.
 */
export function chapterTemplate(folder: string, title?: string): string {
  const words = (CHAPTER_FOLDER.exec(folder)?.[2] ?? folder).split('-');
  const heading = title?.trim() || words.join(' ').replace(/^./, letter => letter.toUpperCase());
  const table = words.join('_').replace(/^(?=\d)/, 't');
  return `---
title: ${JSON.stringify(heading)}
summary: One sentence for lists.
minutes: 5
# the workshop's chapters that this one needs; leave the line out for all before it
buildsOn: []
---

# ${heading}

Why somebody should read this chapter: what they can do afterwards.

## A table {#table .base}

Say why before how. The block below is run as it stands; this text is what the reader sees above it.

\`\`\`sql run
CREATE TABLE ${table} (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  note text NOT NULL
);
\`\`\`

A check proves what this step made, and goes on holding when later steps move on from it. It changes nothing and may be repeated at any time:

\`\`\`sql check
-- the table is there, with its two columns
SELECT column_name FROM information_schema.columns WHERE table_name = '${table}' ORDER BY ordinal_position;
-- id
-- note
\`\`\`

What undoes the step must succeed where there is nothing to undo:

\`\`\`sql undo
DROP TABLE IF EXISTS ${table};
\`\`\`

## Three rows {#rows}

Rows that a statement returns are shown below the step, and can be opened in the results view.

\`\`\`sql run
INSERT INTO ${table} (note) VALUES ('one'), ('two'), ('three');
SELECT note FROM ${table} ORDER BY note;
\`\`\`

\`\`\`sql check min=3
-- three rows, or more
SELECT count(*) FROM ${table};
\`\`\`

\`\`\`sql undo tolerate=42P01
DELETE FROM ${table};
\`\`\`

## What DSQL refuses {#refused}

An error that is expected is a lesson: the step succeeds only if the statement fails with this SQLSTATE.

\`\`\`sql run error=0A000
CREATE INDEX ON ${table} (note);
\`\`\`

\`\`\`sql check
-- no index was made
SELECT count(*) FROM pg_indexes WHERE tablename = '${table}' AND indexname NOT LIKE '%pkey';
-- 0
\`\`\`
`;
}
