import type { DeploymentWholeFragment } from '@/generated/graphql';
import { Detail, Details, IdDetail } from '@/ui/details';
import { Tags } from '@/ui/tag';
import { Time } from '@/ui/time';
import { statusWords } from './deployment-status';

const Code = ({ text }: { text: string }) => <span className="font-mono text-xs break-all">{text}</span>;

export const DeploymentFacts = ({ deployment }: { deployment: DeploymentWholeFragment }) => (
  <Details>
    <Detail name="Status">{statusWords(deployment)}</Detail>
    <Detail name="Work pool">{deployment.workPoolName ?? 'None'}</Detail>
    {deployment.workQueueName && <Detail name="Work queue">{deployment.workQueueName}</Detail>}
    {deployment.entrypoint && (
      <Detail name="Entrypoint">
        <Code text={deployment.entrypoint} />
      </Detail>
    )}
    {deployment.path && (
      <Detail name="Path">
        <Code text={deployment.path} />
      </Detail>
    )}
    {deployment.version && <Detail name="Version">{deployment.version}</Detail>}
    {deployment.tags.length > 0 && (
      <Detail name="Tags">
        <Tags tags={deployment.tags} most={12} />
      </Detail>
    )}
    <Detail name="Created">
      <Time iso={deployment.created} />
    </Detail>
    <Detail name="Updated">
      <Time iso={deployment.updated} />
    </Detail>
    <IdDetail id={deployment.id} />
  </Details>
);
