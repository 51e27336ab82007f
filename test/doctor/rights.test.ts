import assert from 'node:assert/strict';
import { parseRights, rightsFindings } from '../../src/doctor/rights.ts';

function status(effective: string, bounding: string, noNewPrivileges: number): string {
  return `Name:\tnode\nCapEff:\t${effective}\nCapBnd:\t${bounding}\nNoNewPrivs:\t${noNewPrivileges}\n`;
}

const ALL = '000001ffffffffff';
const RAW = '0000000000002000';
const NONE = '0000000000000000';

function look(text: string, uid = 1000): string {
  const [{ state, text: found, mend }] = rightsFindings(parseRights(text), uid, '/opt/unackd');
  return `${state} ${found}; ${mend}`;
}

describe('doctor: rights', () => {
  it('root has all', () => {
    assert.match(look(status(ALL, ALL, 0), 0), /^ok root has CAP_NET_RAW.*rules can be named/u);
  });

  it('CAP_NET_RAW alone suffices', () => {
    assert.match(
      look(status(RAW, ALL, 0)),
      /^ok user 1000 has CAP_NET_RAW.*without CAP_NET_ADMIN/u,
    );
  });

  it('without it: setcap for this very program', () => {
    assert.match(
      look(status(NONE, ALL, 0)),
      /^fail user 1000 lacks.*setcap cap_net_raw\+ep \/opt\/unackd/u,
    );
  });

  it('with no_new_privs setcap would have no effect', () => {
    assert.match(look(status(NONE, ALL, 1)), /^fail .*; systemd: Ambient.*setcap has no effect/u);
  });

  it('root in a container that grants it to nobody', () => {
    assert.match(
      look(status(NONE, NONE, 0), 0),
      /^fail root lacks.*; containers: --cap-add NET_RAW/u,
    );
  });
});
