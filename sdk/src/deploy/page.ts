/** Where a browser sees a deployment; an address without a workspace leads to the home of who looks. */
export function pageOf(apiUrl: string, deploymentId: string): string {
  const workspace = apiUrl.replace(/\/api(?:\/accounts\/([^/]+)\/workspaces\/([^/]+))?$/, (_, account, workspaceId) =>
    account ? `/account/${account}/workspace/${workspaceId}` : '',
  );
  return `${workspace}/deployments/deployment/${deploymentId}`;
}
