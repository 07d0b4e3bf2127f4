import { createHash } from 'node:crypto';
import { parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { ByteCache } from './byte-cache.js';
import { limits } from './limits/limits.js';
import { shapeOf } from './limits/shape.js';

type Known = { document: DocumentNode; compiles: boolean; plans: Map<string, CompiledQuery | ExecutionResult> };

/** As measured: what a token of a parsed document keeps, and what a field of a compiled one does. */
const bytesPerToken = 700;
const bytesPerField = 8_000;
const cacheBytesMax = 64_000_000;
/** What is larger than any page of ours is not compiled: that can take a quarter of a second. */
const compiledMax = { fields: 120, roots: 10, aliases: 10 };

/**
 * Documents of callers that are known, parsed; and compiled, four times less CPU on lists, once they come again.
 * Strangers leave nothing behind, and nobody more than so many bytes.
 */
export class Documents {
  private readonly known = new ByteCache<Known>(cacheBytesMax);

  get bytes(): number {
    return this.known.bytes;
  }

  /** The document as it was parsed before, if somebody known has sent it. */
  find(hash: string): DocumentNode | undefined {
    return this.known.get(hash)?.document;
  }

  /** Throws the parser's own error. */
  parse(query: string): { document: DocumentNode; hash: string } {
    const hash = createHash('sha256').update(query).digest('hex');
    return { document: this.find(hash) ?? parse(query, { maxTokens: limits.tokens }), hash };
  }

  /** The document was answered to somebody known. */
  remember(hash: string, document: DocumentNode): void {
    if (this.known.get(hash)) return;
    const { fields, roots, aliases } = shapeOf(document);
    const compiles = fields <= compiledMax.fields && roots <= compiledMax.roots && aliases <= compiledMax.aliases;
    const bytes = (document.tokenCount ?? limits.tokens) * bytesPerToken + (document.loc?.source.body.length ?? 0) * 2;
    this.known.set(hash, { document, compiles, plans: new Map() }, bytes + (compiles ? fields * bytesPerField : 0));
  }

  /** Null for a document that came for the first time, and for what does not compile. */
  plan(schema: GraphQLSchema, hash: string, operationName: string | null): CompiledQuery | null {
    const known = this.known.get(hash);
    if (!known?.compiles) return null;
    const name = operationName ?? '';
    const plan = known.plans.get(name) ?? compileQuery(schema, known.document, operationName ?? undefined);
    known.plans.set(name, plan);
    return isCompiledQuery(plan) ? plan : null;
  }
}
