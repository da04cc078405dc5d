import type { ChapterPorts } from '../chapters/contract';
import type { WindowRun } from './window-run';

/** The same ports, whose stress runs are seen in the window and kept in its history. */
export function recordedPorts<P extends ChapterPorts>(ports: P, run: WindowRun, targetName: string): P {
  return {
    ...ports,
    stress: {
      ...ports.stress,
      run: (plan, onSnapshot, signal) =>
        run.perform({ name: plan.name, targetName, origin: 'chapter' }, signal, async activity => {
          const { result } = await activity.run(plan, (onOwn, stopped) =>
            ports.stress.run(
              plan,
              snapshot => {
                onOwn(snapshot);
                onSnapshot(snapshot);
              },
              stopped,
            ),
          );
          return result;
        }),
    },
  };
}
