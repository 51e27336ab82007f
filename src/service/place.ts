/** Where the service's files lie. */

/** Of the service, its user and its folders. */
export const NAME = 'unackd';

/** Of its configuration. */
export const FOLDER = `/etc/${NAME}`;
export const CONFIG = `${FOLDER}/${NAME}.yaml`;

/** Secrets, a file each. */
export const CREDENTIALS = `${FOLDER}/credentials`;
/** systemd calls them by this, `_` and the file's name. */
export const SECRETS = 'secret';

export const UNIT = `/etc/systemd/system/${NAME}.service`;
/** Where packages put theirs. */
export const PACKAGED = [
  `/usr/lib/systemd/system/${NAME}.service`,
  `/lib/systemd/system/${NAME}.service`,
];
export const ROTATION = `/etc/logrotate.d/${NAME}`;

export const STATE = `/var/lib/${NAME}`;
export const DROP_INS = `${UNIT}.d`;

/** What the daemon wrote, and what people did; DynamicUser keeps its folders in `private`. */
export const BELONGINGS = ['lib', 'log']
  .flatMap((kind) => [`/var/${kind}/${NAME}`, `/var/${kind}/private/${NAME}`])
  .concat(FOLDER, DROP_INS);
export const SOCKET = `/run/${NAME}/admin.sock`;
