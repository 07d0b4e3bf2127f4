/** Doors that wait for something, end the session, or take away the ground that the others stand on. */
const left = [/\/claim$/, /sign-out/, /\/me$/, /\/users\//, /\/workspaces(\/|$)(?!.*\/)/];

/** The published document calls it any text, and the server there refuses what is no version, too. */
const anyText = 'x-prefect-api-version';

/**
 * The published document, for one workspace: its address filled in, and for what an address names, the things that are
 * there beside what never was.
 */
export function fuzzable(document, account, things) {
  const prefix = `/api/accounts/${account.accountId}/workspaces/${account.workspaceId}`;
  const paths = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/accounts/{account_id}/workspaces/{workspace_id}/'))
    .filter(([path]) => !left.some((pattern) => pattern.test(path)))
    .map(([path, operations]) => {
      const short = path.replace('/api/accounts/{account_id}/workspaces/{workspace_id}', '');
      return [prefix + short, mapped(operations, (operation) => inWorkspace(operation, short, things))];
    });
  return { ...document, paths: Object.fromEntries(paths) };
}

function inWorkspace(operation, path, things) {
  const collection = path.split('/')[1];
  const parameters = operation.parameters
    .filter(({ name }) => !['account_id', 'workspace_id', anyText].includes(name))
    .map((parameter) => {
      const known = parameter.in === 'path' ? things[`${collection}:${parameter.name}`] : undefined;
      if (!known) return parameter;
      return {
        ...parameter,
        schema: { type: 'string', enum: [known, '01900000-0000-7000-8000-000000000000', 'not-there'] },
      };
    });
  return { ...operation, parameters };
}

const mapped = (record, change) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
