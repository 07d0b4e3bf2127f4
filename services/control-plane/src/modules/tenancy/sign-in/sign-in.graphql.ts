import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { signInBody, signUpBody } from '@headgate/contracts/rest/tenancy';
import type { z } from 'zod';
import type { VisitorCtx } from '../../../core/access/ctx.js';
import { refuseForgery } from '../../../core/access/forgery.js';
import { Identity } from '../../../core/access/identity.js';
import { Needs } from '../../../core/access/needs.js';
import { cookieOf } from '../../../core/access/cookies.js';
import { Config } from '../../../core/config/config.js';
import { invariant } from '../../../core/errors/app-error.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { ZodPipe } from '../../../core/http/zod-body.js';
import { SignInInput, SignUpInput, UserObject } from '../tenancy.objects.js';
import { clearSessionCookies, setSessionCookies } from './session-cookies.js';
import { SignInService, type SignedIn } from './sign-in.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { signIn, signOut, signUp } from '../tenancy.operations.js';

@Resolver()
export class SignInResolver {
  constructor(
    @Inject(SignInService) private readonly service: SignInService,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(Config) private readonly config: Config,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Query(() => Boolean, { description: 'Whether somebody may sign up on this installation now.' })
  @Needs('nothing')
  signUpOpen(): Promise<boolean> {
    return this.service.isSignUpOpen();
  }

  @Priced({ once: true })
  @Mutation(() => UserObject, {
    description: 'Creates a user with an account and a first workspace, and signs them in.',
  })
  @Runs(signUp)
  async signUp(
    @Args('input', { type: () => SignUpInput }, new ZodPipe(signUpBody)) input: z.infer<typeof signUpBody>,
    @Context() context: GraphqlContext,
  ): Promise<UserObject> {
    return this.enter(context, await this.operations.run(this.visitorOf(context), signUp, input));
  }

  @Priced({ once: true })
  @Mutation(() => UserObject)
  @Runs(signIn)
  async signIn(
    @Args('input', { type: () => SignInInput }, new ZodPipe(signInBody)) input: z.infer<typeof signInBody>,
    @Context() context: GraphqlContext,
  ): Promise<UserObject> {
    return this.enter(context, await this.operations.run(this.visitorOf(context), signIn, input));
  }

  @Mutation(() => Boolean, { description: 'Ends the session of this browser, if there is one.' })
  @Runs(signOut)
  async signOut(@Context() context: GraphqlContext): Promise<boolean> {
    const { req, reply } = context;
    if (req.actor) refuseForgery(this.identity, req, req.actor);
    const token = this.identity.sessionTokenOf(req.cookies);
    if (token) await this.operations.run(this.visitorOf(context), signOut, { token });
    if (reply) clearSessionCookies(reply, this.config);
    return true;
  }

  /** The new session takes the place of the one that the browser came with. */
  private async enter(context: GraphqlContext, signedIn: SignedIn): Promise<UserObject> {
    const { req, reply } = context;
    invariant(reply, 'mutations come over HTTP');
    const before = this.identity.sessionTokenOf(req.cookies);
    if (before) await this.operations.run(this.visitorOf(context), signOut, { token: before });
    setSessionCookies(reply, req.cookies, signedIn, this.config);
    // What the answer shows of the user is read as theirs.
    const { user, session } = signedIn;
    const until = session.expires.getTime();
    req.actor = { kind: 'user', userId: user.id, name: user.name, until, via: 'session', sessionId: session.id };
    return signedIn.user;
  }

  private visitorOf({ req }: GraphqlContext): VisitorCtx {
    return {
      address: req.ip ?? 'unknown',
      userAgent: req.headers['user-agent'],
      browser: cookieOf(req.cookies, 'headgate_browser', this.config.access.secureCookies),
    };
  }
}
