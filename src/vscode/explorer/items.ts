import * as vscode from 'vscode';
import { isRunning, jobDurationMs, shortDuration } from '../../core/catalog/jobs';
import type { ConstraintInfo, IndexInfo } from '../../core/catalog/model';
import { COMMANDS } from '../contributions';
import {
  drawnItem,
  ERROR_COLOUR,
  failureDrawing,
  icon,
  joined,
  lines,
  WARNING_COLOUR,
  type Drawing,
} from '../tree-drawing';
import { clusterItem } from './cluster-item';
import {
  columnKey,
  type ColumnNode,
  type ConstraintNode,
  type ExplorerNode,
  type IndexNode,
  type JobNode,
  type RoleNode,
} from './nodes';
import { groupLabel, emptyText, sizeText } from './texts';

/** Draws a node. */
export const treeItem = (node: ExplorerNode): vscode.TreeItem =>
  node.kind === 'cluster' ? clusterItem(node) : drawnItem(node.id, draw(node));

function draw(node: Exclude<ExplorerNode, { kind: 'cluster' }>): Drawing {
  const { l10n } = vscode;
  switch (node.kind) {
    case 'schema': {
      const { name, owner, comment, system } = node.schema;
      return {
        label: name,
        icon: icon('symbol-namespace'),
        description: system ? l10n.t('of the service') : '',
        tooltip: lines(l10n.t('schema, owner {0}', owner), comment),
        context: system ? 'schema.system' : 'schema',
        open: true,
      };
    }
    case 'schemaGroup':
      return {
        label: groupLabel(node.group),
        icon: icon('folder'),
        description: node.relations ? String(node.relations.length) : '',
        context: 'group',
        open: node.relations?.length !== 0,
      };
    case 'table': {
      const { relation } = node;
      const size = sizeText(relation.estimatedRows);
      return {
        label: relation.name,
        icon: icon('table'),
        description: size.short,
        tooltip: lines(l10n.t('table, owner {0}', relation.owner), relation.comment, size.long),
        context: relation.schema === 'sys' ? 'table.system' : 'table',
        open: true,
      };
    }
    case 'view':
      return {
        label: node.relation.name,
        icon: icon('preview'),
        tooltip: lines(l10n.t('view, owner {0}', node.relation.owner), node.relation.comment),
        context: node.relation.schema === 'sys' ? 'view.system' : 'view',
        open: true,
      };
    case 'sequence': {
      const { name, type, comment, options } = node.sequence;
      return {
        label: name,
        icon: icon('symbol-numeric'),
        description: joined(options.increment !== '1' && l10n.t('by {0}', options.increment), `cache ${options.cache}`),
        tooltip: lines(
          l10n.t('sequence of {0} from {1} by {2}', type, options.start, options.increment),
          options.cache === '1'
            ? l10n.t('CACHE 1: numbers in order, and every call meets every other one')
            : l10n.t('CACHE {0}: each session takes that many numbers at once; fast, with gaps', options.cache),
          comment,
        ),
        context: 'sequence',
      };
    }
    case 'routine': {
      const { name, parameters, result, kind, comment, schema } = node.routine;
      return {
        label: name,
        icon: icon('symbol-function'),
        description: `(${parameters})${result ? ` → ${result}` : ''}`,
        tooltip: lines(`${kind} ${name}(${parameters})${result ? ` returns ${result}` : ''}`, comment),
        context: schema === 'sys' || kind !== 'function' ? 'routine.system' : 'routine',
      };
    }
    case 'tableGroup': {
      const count = node.table[node.group].length;
      const bad = Object.values(node.indexStates).filter(state => state !== 'valid').length;
      return {
        label: groupLabel(node.group),
        icon: icon('folder'),
        description: joined(String(count), bad > 0 && l10n.t('{0} not valid', bad)),
        context: node.group === 'indexes' ? 'group.indexes' : 'group',
        open: count > 0,
      };
    }
    case 'column':
      return column(node);
    case 'constraint':
      return constraint(node);
    case 'index':
      return index(node);
    case 'roles':
      return { label: l10n.t('Roles'), icon: icon('organization'), context: 'group', open: true };
    case 'role':
      return role(node);
    case 'arn':
      return {
        label: node.arn,
        icon: icon('shield'),
        tooltip: l10n.t('This IAM identity may connect as {0}', node.role.name),
        context: 'arn',
      };
    case 'jobs':
      return {
        label: l10n.t('Jobs'),
        icon: icon('tasklist'),
        tooltip: l10n.t('Asynchronous jobs of the last half hour: index builds, validations, ANALYZE, DROP'),
        context: 'group',
        open: true,
      };
    case 'job':
      return job(node);
    case 'empty':
      return { label: emptyText(node.what), context: 'message' };
    case 'start':
      return {
        label: l10n.t('Not running. Start the local cluster'),
        icon: icon('debug-start'),
        context: 'message',
        command: { command: COMMANDS.startLocalCluster, title: l10n.t('Start Local Cluster') },
      };
    case 'failure':
      return failureDrawing(node.error, { command: COMMANDS.explorerRetry, arguments: [node] });
  }
}

function column(node: ColumnNode): Drawing {
  const { l10n } = vscode;
  const { column: it } = node;
  const key = columnKey(node);
  const identity = it.identity && l10n.t('identity');
  const generated = it.generated && l10n.t('generated');
  return {
    label: it.name,
    icon: icon(key === 'primary' ? 'key' : key === 'foreign' ? 'references' : 'symbol-field'),
    description: joined(it.type, it.notNull && 'not null', identity, generated, it.default && `default ${it.default}`),
    tooltip: lines(
      key === 'primary' && l10n.t('part of the primary key'),
      key === 'foreign' && l10n.t('refers to another table'),
      it.identity?.options &&
        l10n.t('identity from sequence {0}, CACHE {1}', it.identity.sequenceName, it.identity.options.cache),
      it.generated && `GENERATED ALWAYS AS (${it.generated}) STORED`,
      it.storage && `STORAGE ${it.storage}`,
      it.comment,
    ),
    context: 'column',
  };
}

const CONSTRAINT_ICONS: Record<ConstraintInfo['kind'], string> = {
  'primary key': 'key',
  'foreign key': 'references',
  unique: 'lock',
  check: 'checklist',
};

function constraint({ constraint: it }: ConstraintNode): Drawing {
  const { l10n } = vscode;
  const target =
    it.references && `→ ${it.references.schema}.${it.references.table} (${it.references.columns.join(', ')})`;
  const what = it.kind === 'check' ? (it.expression ?? '') : `(${it.columns.join(', ')})`;
  const actions =
    it.references &&
    joined(
      it.references.onDelete !== 'NO ACTION' && `ON DELETE ${it.references.onDelete}`,
      it.references.onUpdate !== 'NO ACTION' && `ON UPDATE ${it.references.onUpdate}`,
    );
  return {
    label: it.name,
    icon: it.validated ? icon(CONSTRAINT_ICONS[it.kind]) : icon('warning', WARNING_COLOUR),
    description: joined(it.kind, target ? `${what} ${target}` : what, !it.validated && l10n.t('not validated')),
    tooltip: lines(
      actions,
      it.deferrable && (it.initiallyDeferred ? l10n.t('checked at COMMIT') : l10n.t('can be deferred to COMMIT')),
      !it.validated &&
        l10n.t('Rows that were there before are not checked: ALTER TABLE ASYNC … VALIDATE CONSTRAINT {0}', it.name),
      it.comment,
    ),
    context: 'constraint',
  };
}

/** `(a, b) include (c) where …` */
const indexShape = ({ keys, includes, predicate }: IndexInfo): string =>
  `(${keys.join(', ')})${includes.length > 0 ? ` include (${includes.join(', ')})` : ''}${predicate ? ` where ${predicate}` : ''}`;

function index({ index: it, state }: IndexNode): Drawing {
  const { l10n } = vscode;
  const states = { valid: undefined, building: l10n.t('building'), invalid: l10n.t('invalid') };
  const icons = {
    valid: icon(it.primary ? 'key' : it.unique ? 'lock' : 'list-tree'),
    building: icon('loading~spin', WARNING_COLOUR),
    invalid: icon('warning', WARNING_COLOUR),
  };
  return {
    label: it.name,
    icon: icons[state],
    description: joined(states[state], it.primary ? 'primary key' : it.unique && 'unique', indexShape(it)),
    tooltip: lines(
      state === 'building' && l10n.t('It is being built and serves no query yet.'),
      state === 'invalid' &&
        l10n.t('Its build failed: it serves no query, still costs every write, and has to be dropped.'),
      it.constraint && l10n.t('stands behind the constraint {0}', it.constraint),
      it.primary && l10n.t('The primary key holds every column of the table.'),
      it.comment,
    ),
    context: state === 'invalid' ? 'index.invalid' : it.constraint === undefined ? 'index' : 'index.constraint',
  };
}

function role({ role: it }: RoleNode): Drawing {
  const { l10n } = vscode;
  return {
    label: it.name,
    icon: icon(it.login ? 'account' : 'organization'),
    description: joined(
      !it.login && l10n.t('group'),
      it.memberOf.length > 0 && l10n.t('in {0}', it.memberOf.join(', ')),
      it.arns.length > 0 &&
        (it.arns.length === 1 ? l10n.t('1 IAM identity') : l10n.t('{0} IAM identities', it.arns.length)),
    ),
    tooltip: lines(
      it.name === 'admin' && l10n.t('Everyone with the IAM action dsql:DbConnectAdmin connects as admin.'),
      it.login &&
        it.name !== 'admin' &&
        it.arns.length === 0 &&
        l10n.t('No IAM identity may connect as it yet: AWS IAM GRANT {0} TO …', it.name),
    ),
    context: it.name === 'admin' ? 'role.system' : 'role',
    open: it.arns.length > 0,
  };
}

function job({ job: it }: JobNode): Drawing {
  const { l10n } = vscode;
  const durationMs = jobDurationMs(it, Date.now());
  const duration = durationMs === undefined ? undefined : shortDuration(durationMs);
  const failed = it.status === 'failed';
  const running = isRunning(it);
  return {
    label: it.objectName ?? it.type,
    icon: running ? icon('loading~spin') : failed ? icon('error', ERROR_COLOUR) : icon('pass'),
    description: joined(it.objectName && it.type, it.status, duration, failed && it.details),
    tooltip: lines(
      l10n.t('job {0}', it.id),
      it.startedMs !== undefined && l10n.t('started {0}', new Date(it.startedMs).toLocaleString()),
      it.details,
    ),
    context: running ? 'job.running' : 'job',
  };
}
