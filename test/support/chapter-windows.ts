import { Emitter } from '../../src/base/events';
import { LOCAL_PROFILE_ID } from '../../src/core/connections/connection-profile';
import { localProfile } from '../../src/core/connections/local-profile';
import type { LocalCluster as RunningCluster } from '../../src/local/cluster';
import { loadLibrary } from '../../src/node/chapters/library';
import { createChapterPorts } from '../../src/node/chapters/ports';
import { isAlive } from '../../src/node/process-alive';
import { localTarget } from '../../src/node/target-local';
import { runStress } from '../../src/stress/controller';
import { ChapterLibrary } from '../../src/vscode/chapters/chapter-library';
import { ChapterTargets } from '../../src/vscode/chapters/chapter-targets';
import { RecordFiles } from '../../src/vscode/chapters/record-files';
import { RunClaims } from '../../src/vscode/chapters/run-claims';
import { WorkshopSession, type SessionContext } from '../../src/vscode/chapters/workshop-session';
import type { ClusterState, LocalCluster } from '../../src/vscode/cluster/local-cluster';

/** The windows' local cluster, played by one that runs already. */
function windowCluster(cluster: RunningCluster): LocalCluster {
  const changed = new Emitter<ClusterState>();
  let state: ClusterState = { name: 'stopped' };
  const played: Pick<LocalCluster, 'onDidChange' | 'state' | 'ensureRunning'> = {
    onDidChange: changed.event,
    get state() {
      return state;
    },
    ensureRunning: () => {
      if (state.name !== 'running') {
        state = { name: 'running', info: cluster.info, shared: false };
        changed.fire(state);
      }
      return Promise.resolve(cluster.info);
    },
  };
  return played as LocalCluster;
}

/** What windows of one user share. */
export interface SharedByWindows {
  cluster: RunningCluster;
  storage: string;
  /** What the workspace remembers. */
  memento: Map<string, unknown>;
}

export interface WindowOptions {
  name?: string;
  mayDrop?: SessionContext['mayDrop'];
}

/** A window: everything anew but what is shared. Nobody there lets a table go that is not the workshop's. */
export function openChapterWindow(
  { cluster, storage, memento }: SharedByWindows,
  { name = 'bank', mayDrop = () => Promise.resolve(false) }: WindowOptions = {},
): WorkshopSession {
  const local = localProfile('Local cluster');
  const openTarget = () => {
    const ports = createChapterPorts(localTarget(cluster.info), runStress);
    return Promise.resolve({ ports, close: () => ports.close() });
  };
  const log = () => undefined;
  return new WorkshopSession({
    library: new ChapterLibrary(async () => loadLibrary(), log),
    targets: new ChapterTargets(
      windowCluster(cluster),
      { profile: id => (id === LOCAL_PROFILE_ID ? local : undefined) },
      { openTarget, openProfileTarget: openTarget },
      {
        get: key => memento.get(key),
        update: (key, value) => Promise.resolve(void memento.set(key, value)),
      },
    ),
    files: new RecordFiles(storage, log),
    claims: new RunClaims(storage, () => name, isAlive),
    log,
    figure: number => number.laptop,
    mayDrop,
  });
}
