import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';

/** Refuses queries that nest deeper than any page of ours needs: one such query could cost more than a thousand others. */
export function depthLimit(max: number) {
  return (context: ValidationContext): ASTVisitor => {
    let depth = 0;
    return {
      Field: {
        enter(node) {
          depth++;
          if (depth > max && !node.name.value.startsWith('__'))
            context.reportError(new GraphQLError(`The query nests deeper than ${max} fields.`, { nodes: [node] }));
        },
        leave() {
          depth--;
        },
      },
    };
  };
}
