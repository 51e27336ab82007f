import type { Source } from '../plugin/api.ts';
import { InputError } from '../plugin/api.ts';
import { isKnownLinkType } from '../wire/decoder.ts';
import { linkTypeName } from '../wire/link-type-names.ts';
import type { Inlet } from './inlet.ts';
import type { Pipeline } from './pipeline.ts';

/** New places of capture: at least one must be of a link type that can be decoded. */
export function checkLinkTypes(
  source: Source,
  pipeline: Pipeline,
  inlet: Inlet,
  from: number,
): void {
  const all = source.interfaces;
  if (!all.some((place) => isKnownLinkType(place.linkType))) {
    const [{ name, linkType }] = all;
    throw new InputError(
      65,
      `${name}: ${linkTypeName(linkType)} can't be decoded; capture on another interface, or say its true link type with editcap -T`,
    );
  }
  const before = new Set(all.slice(0, from).map((place) => place.linkType));
  for (const { name, linkType } of all.slice(from)) {
    if (isKnownLinkType(linkType) || before.has(linkType)) continue;
    before.add(linkType);
    inlet.outlets.emit({
      type: 'notice',
      code: 'unknown-link-type',
      time: Number.isNaN(pipeline.intake.last) ? 0 : pipeline.intake.last,
      text: `${inlet.id}: packets of ${linkTypeName(linkType)} are left out (${name}): that link type can't be decoded`,
    });
  }
}
