import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { signInBody, signUpBody, type SignIn, type SignUp } from '@headgate/contracts/rest/tenancy';
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
import { SessionsService } from './sessions.service.js';
import { SignInService, type SignedIn, type Visitor } from './sign-in.service.js';

@Resolver()
export class SignInResolver {
  constructor(
    @Inject(SignInService) private readonly service: SignInService,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(Config) private readonly config: Config,
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
  @Needs('nothing')
  async signUp(
    @Args('input', { type: () => SignUpInput }, new ZodPipe(signUpBody)) input: SignUp,
    @Context() context: GraphqlContext,
  ): Promise<UserObject> {
    return this.enter(context, await this.service.signUp(input, this.visitorOf(context)));
  }

  @Priced({ once: true })
  @Mutation(() => UserObject)
  @Needs('nothing')
  async signIn(
    @Args('input', { type: () => SignInInput }, new ZodPipe(signInBody)) input: SignIn,
    @Context() context: GraphqlContext,
  ): Promise<UserObject> {
    return this.enter(context, await this.service.signIn(input, this.visitorOf(context)));
  }

  @Mutation(() => Boolean, { description: 'Ends the session of this browser, if there is one.' })
  @Needs('nothing')
  async signOut(@Context() { req, reply }: GraphqlContext): Promise<boolean> {
    if (req.actor) refuseForgery(this.identity, req, req.actor);
    const token = this.identity.sessionTokenOf(req.cookies);
    if (token) await this.sessions.end(token);
    if (reply) clearSessionCookies(reply, this.config);
    return true;
  }

  /** The new session takes the place of the one that the browser came with. */
  private async enter({ req, reply }: GraphqlContext, signedIn: SignedIn): Promise<UserObject> {
    invariant(reply, 'mutations come over HTTP');
    const before = this.identity.sessionTokenOf(req.cookies);
    if (before) await this.sessions.end(before);
    setSessionCookies(reply, req.cookies, signedIn, this.config);
    // What the answer shows of the user is read as theirs.
    const { user, session } = signedIn;
    const until = session.expires.getTime();
    req.actor = { kind: 'user', userId: user.id, name: user.name, until, via: 'session', sessionId: session.id };
    return signedIn.user;
  }

  private visitorOf({ req }: GraphqlContext): Visitor {
    return {
      address: req.ip ?? 'unknown',
      userAgent: req.headers['user-agent'],
      browser: cookieOf(req.cookies, 'headgate_browser', this.config.access.secureCookies),
    };
  }
}
