/**
 * Whether what is installed is what the lock asks for; both are the `packages` of lock files, the second that which npm writes
 * into node_modules. Packages of other platforms are optional, and not there.
 */
export function isInstalled(wanted, installed) {
  const isSame = (at) =>
    wanted[at]?.version === installed[at].version && wanted[at].integrity === installed[at].integrity;
  const isThere = ([at, { optional, devOptional }]) => at === '' || optional || devOptional || at in installed;
  return Object.keys(installed).every(isSame) && Object.entries(wanted).every(isThere);
}
