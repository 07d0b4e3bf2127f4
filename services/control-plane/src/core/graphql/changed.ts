import { Field, ID, ObjectType } from '@nestjs/graphql';

/** What a subscription tells of a thing that was made, changed or deleted: which one it is. */
@ObjectType('Changed')
export class ChangedObject {
  @Field(() => ID) id!: string;
}

export const toChanged = (id: string): ChangedObject => ({ id });
