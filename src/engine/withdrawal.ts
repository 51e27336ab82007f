import type { AnalyserComponent, ResolvedConfig, SourceComponent } from '../config/resolved.ts';
import { isSameComponent } from './changes.ts';

/** Why the incidents of an analyser end though nobody saw their end; `null` where they don't. */
export type Withdrawal = (analyser: AnalyserComponent) => string | null;

const isLive = ({ definition }: SourceComponent): boolean => definition.live === true;

/** What a reload does to the incidents that analysers have firing behind a source. */
export function withdrawalBy(next: ResolvedConfig, source: SourceComponent): Withdrawal {
  return (analyser) => {
    const heir = next.analysers.find(
      ({ id, definition }) => id === analyser.id && definition === analyser.definition,
    );
    // What is learnt of live sources is remembered: whoever comes after goes on with it.
    const isInherited = isLive(source) && heir?.definition.remembers !== undefined;
    if (isInherited && next.sources.some((one) => isLive(one))) return null;
    if (next.sources.some((one) => isSameComponent(one, source))) {
      return `the analyser ${analyser.id} was ${heir === undefined ? 'removed' : 'changed'}`;
    }
    const isThere = next.sources.some(({ id }) => id === source.id);
    return `the source ${source.id} was ${isThere ? 'changed' : 'removed'}`;
  };
}
