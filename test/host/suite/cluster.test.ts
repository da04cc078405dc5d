import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { readClusterInfo } from '../../../src/core/connections/cluster-info';
import { CLUSTER_FILE, type LocalClusterInfo } from '../../../src/protocol/local-cluster';
import { COMMANDS } from '../../../src/vscode/contributions';
import { isAlive } from '../../../src/node/process-alive';
import { until } from '../support';

describe('the local cluster', () => {
  let dataDir: string;

  before(async () => {
    dataDir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-host-cluster-')), 'data');
    await vscode.workspace
      .getConfiguration('dsqlWorkshop')
      .update('local.dataDirectory', dataDir, vscode.ConfigurationTarget.Global);
  });

  after(async () => {
    await vscode.commands.executeCommand(COMMANDS.stopLocalCluster);
    fs.rmSync(path.dirname(dataDir), { recursive: true, force: true });
  });

  const info = (): LocalClusterInfo | undefined => {
    const file = path.join(dataDir, CLUSTER_FILE);
    return fs.existsSync(file) ? readClusterInfo(fs.readFileSync(file, 'utf8')) : undefined;
  };

  it('starts by command in the folder the settings name', async () => {
    await vscode.commands.executeCommand(COMMANDS.startLocalCluster);
    const running = info();
    assert.ok(running, `no ${CLUSTER_FILE} in ${dataDir}`);
    assert.equal(running.endpoint, 'localhost');
    assert.ok(isAlive(running.pid));
  });

  it('hands its connection settings to other programs, with a token', async () => {
    await vscode.commands.executeCommand(COMMANDS.copyConnectionSettings);
    const text = await vscode.env.clipboard.readText();
    const running = info();
    assert.match(text, /PGHOST.*localhost/);
    assert.ok(running && text.includes(String(running.port)));
    assert.match(text, /PGPASSWORD.*Action=DbConnectAdmin/);
  });

  it('stops by command and leaves no process', async () => {
    const running = info();
    assert.ok(running);
    await vscode.commands.executeCommand(COMMANDS.stopLocalCluster);
    await until('the process is gone', () => !isAlive(running.pid));
    assert.equal(info(), undefined);
  });

  it('starts again after its process was killed', async () => {
    await vscode.commands.executeCommand(COMMANDS.startLocalCluster);
    const first = info();
    assert.ok(first);
    process.kill(first.pid, 'SIGKILL');
    await until('the process is gone', () => !isAlive(first.pid));
    await until('a new process runs', async () => {
      await vscode.commands.executeCommand(COMMANDS.startLocalCluster);
      const second = info();
      return second !== undefined && second.pid !== first.pid && isAlive(second.pid);
    });
  });
});
