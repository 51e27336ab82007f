/**
 * What dpkg runs around an installation: deb-postinst(5) and its neighbours. The
 * parts about systemd are what debhelper's dh_installsystemd would write: a unit
 * that an administrator disabled stays so; an upgrade restarts a daemon
 * once the new files are there, so that it is away for a second, not for the whole upgrade.
 */
import { CREDENTIALS, FOLDER, NAME, ROTATION, UNIT } from '../../src/service/place.ts';

const SERVICE = `${NAME}.service`;

const HEAD = '#!/bin/sh\nset -e\n';

const POSTINST = `${HEAD}
case "$1" in
  configure | abort-upgrade | abort-deconfigure | abort-remove)
    # Secrets: systemd reads them, and hands them to the service.
    [ -d ${CREDENTIALS} ] || install -d -m 0700 ${CREDENTIALS}

    if [ -e ${UNIT} ]; then
      echo "unackd: ${UNIT} stands before the packaged unit;" >&2
      echo "unackd: remove it to use that: rm ${UNIT} && systemctl daemon-reload" >&2
    fi

    # True for one that was never installed.
    if deb-systemd-helper --quiet was-enabled ${SERVICE}; then
      deb-systemd-helper enable ${SERVICE} >/dev/null || true
    else
      deb-systemd-helper update-state ${SERVICE} >/dev/null || true
    fi

    if [ -d /run/systemd/system ]; then
      systemctl --system daemon-reload >/dev/null || true
      if [ -n "$2" ]; then how=restart; else how=start; fi
      # The installation itself is whole.
      deb-systemd-invoke $how ${SERVICE} >/dev/null ||
        echo "unackd: the service does not run; why, says: unackd service status" >&2
    fi
    ;;
esac
`;

const PRERM = `${HEAD}
# Not for an upgrade: postinst restarts it.
if [ "$1" = remove ] && [ -z "\${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop ${SERVICE} >/dev/null || true
fi
`;

/** DynamicUser= puts the folders below `private`, and links to them. */
const PLACES = ['/var/lib', '/var/cache', '/var/log'].flatMap((folder) => [
  `${folder}/${NAME}`,
  `${folder}/private/${NAME}`,
]);

const POSTRM = `${HEAD}
case "$1" in
  remove)
    if [ -d /run/systemd/system ]; then
      systemctl --system daemon-reload >/dev/null || true
    fi
    ;;
  purge)
    deb-systemd-helper purge ${SERVICE} >/dev/null || true
    # The database, packets that were kept, files of sinks, secrets.
    rm -rf ${PLACES.join(' \\\n      ')} \\
      ${FOLDER}
    rm -f ${ROTATION}
    ;;
esac
`;

/** By their names in a package. */
export const MAINTAINER_SCRIPTS: Readonly<Record<string, string>> = {
  postinst: POSTINST,
  prerm: PRERM,
  postrm: POSTRM,
};
