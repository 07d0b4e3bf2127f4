import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../../core/graphql/scalars.js';

@ObjectType('User')
export class UserObject {
  @Field(() => ID) id!: string;
  @Field() email!: string;
  @Field() name!: string;
  @Field() handle!: string;
  @Field(() => DateTimeScalar) created!: Date;
}

@ObjectType('Account')
export class AccountObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() handle!: string;
}

@ObjectType('Workspace')
export class WorkspaceObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() handle!: string;
  @Field() description!: string;
  @Field(() => ID) accountId!: string;
  @Field() accountName!: string;
  @Field() accountHandle!: string;
  /** The name of the role that the viewer has here. */
  @Field(() => String) role!: string;
}

@InputType({ description: 'What is left out stays as it is.' })
export class UpdateWorkspaceInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => String, { nullable: true, description: 'Its part of addresses.' }) handle?: string | null;
  @Field(() => String, { nullable: true, description: 'Null clears it.' }) description?: string | null;
}

@ObjectType('ApiKey')
export class ApiKeyObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => DateTimeScalar) created!: Date;
  @Field(() => DateTimeScalar, { nullable: true }) expiration!: Date | null;
  @Field(() => DateTimeScalar, { nullable: true }) lastUsed!: Date | null;
  @Field() maskedKey!: string;
}

@ObjectType('CreatedApiKey')
export class CreatedApiKeyObject {
  @Field({ description: 'The key itself: shown this once.' }) key!: string;
  @Field(() => ApiKeyObject) apiKey!: ApiKeyObject;
}

@InputType('SignUpInput')
export class SignUpInput {
  @Field() email!: string;
  @Field() password!: string;
  @Field() name!: string;
  @Field(() => String, { nullable: true, description: 'Name of the first workspace; `main` when absent.' })
  workspaceName?: string | null;
}

@InputType('SignInInput')
export class SignInInput {
  @Field() email!: string;
  @Field() password!: string;
}
