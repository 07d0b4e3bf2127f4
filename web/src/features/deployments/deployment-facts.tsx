import type { DeploymentWholeFragment } from '@/generated/graphql';
import { Detail, Details, IdDetail } from '@/ui/details';
import { Tags } from '@/ui/tag';
import { Time } from '@/ui/time';

const Code = ({ text }: { text: string }) => <span className="font-mono text-xs break-all">{text}</span>;

export const DeploymentFacts = ({ deployment }: { deployment: DeploymentWholeFragment }) => (
  <Details>
    <Detail name="Status">
      {deployment.status === 'READY' ? 'Ready: somebody polls for its runs' : 'Not ready: nobody polls for its runs'}
    </Detail>
    <Detail name="Work pool">{deployment.workPoolName}</Detail>
    <Detail name="Work queue">{deployment.workQueueName}</Detail>
    <Detail name="Entrypoint">{deployment.entrypoint && <Code text={deployment.entrypoint} />}</Detail>
    <Detail name="Path">{deployment.path && <Code text={deployment.path} />}</Detail>
    <Detail name="Version">{deployment.version}</Detail>
    <Detail name="Tags">{deployment.tags.length > 0 ? <Tags tags={deployment.tags} most={12} /> : null}</Detail>
    <Detail name="Created">
      <Time iso={deployment.created} />
    </Detail>
    <Detail name="Updated">
      <Time iso={deployment.updated} />
    </Detail>
    <IdDetail id={deployment.id} />
  </Details>
);
