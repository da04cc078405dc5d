import type * as vscode from 'vscode';
import { restoredSource } from '../../core/plan-view/memory';
import type { PlanSource } from '../../protocol/plan-view';

const KEY = 'dsqlWorkshop.plans';

/** The plans that the workspace keeps, by name. They stay on this machine. */
export class SavedPlans {
  constructor(private readonly state: vscode.Memento) {}

  /** In the order they were saved, newest first. */
  all(): PlanSource[] {
    const kept = this.state.get<unknown>(KEY);
    if (!Array.isArray(kept)) return [];
    return kept.map(restoredSource).filter(source => source !== undefined);
  }

  has({ name, text }: PlanSource): boolean {
    return this.all().some(plan => plan.name === name && plan.text === text);
  }

  /** Replaces a plan of the same name. */
  async save(source: PlanSource): Promise<void> {
    await this.state.update(KEY, [source, ...this.all().filter(({ name }) => name !== source.name)]);
  }

  async remove(name: string): Promise<void> {
    await this.state.update(
      KEY,
      this.all().filter(plan => plan.name !== name),
    );
  }
}
