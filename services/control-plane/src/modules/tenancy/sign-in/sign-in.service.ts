import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { SignIn, SignUp } from '@headgate/contracts/rest/tenancy';
import { Config } from '../../../core/config/config.js';
import type { VisitorCtx } from '../../../core/access/ctx.js';
import { AppError, forbidden } from '../../../core/errors/app-error.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { takenAccountHandles } from '../accounts/accounts.queries.js';
import { freeHandle, handleFrom, randomHandle } from '../handles.js';
import { TenancyDb } from '../prisma.js';
import { UniqueViolation } from '../prisma-errors.js';
import {
  findUserByEmail,
  hasUsers,
  insertTenant,
  takenUserHandles,
  updatePasswordHash,
  type User,
} from '../users/users.queries.js';
import { browserKnownTo } from './known-browsers.js';
import { isEasyToGuess } from './password-strength.js';
import { Passwords, type HashTurn } from './passwords.js';
import { SessionsService, type StartedSession } from './sessions.service.js';
import { networkOf, SignInLimits } from './sign-in-limits.js';

export type SignedIn = { user: User; session: StartedSession };

const emailTaken = () =>
  new AppError('conflict', 'This e-mail address is already in use.', {}, { fields: { email: 'already in use' } });

const signUpClosed = () => forbidden('Sign-up is closed on this installation.');

const easyToGuess = () => {
  const words = 'is easy to guess: take more words, or less common ones';
  return new AppError('invalid', `The password ${words}.`, {}, { fields: { password: words } });
};

@Injectable()
export class SignInService {
  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(SignInLimits) private readonly limits: SignInLimits,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Config) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Creates a user with an account and a workspace of their own, and signs them in. */
  async signUp(draft: SignUp, visitor: VisitorCtx): Promise<SignedIn> {
    await this.limits.takeForSignUp(visitor.address);
    if (!(await this.isSignUpOpen())) throw signUpClosed();
    if (isEasyToGuess(draft.password, [draft.email, draft.name])) throw easyToGuess();
    if (await this.db.run((prisma) => findUserByEmail(prisma, draft.email))) {
      await this.limits.takeForTaken(visitor.address);
      throw emailTaken();
    }
    const passwordHash = await this.passwords.hash(draft.password, { at: 'signUp', party: networkOf(visitor.address) });
    const user = await this.insert(draft, passwordHash);
    return { user, session: await this.sessions.start(user.id, visitor.userAgent) };
  }

  /** Whether somebody may sign up here now. */
  async isSignUpOpen(): Promise<boolean> {
    const { signUp } = this.config.access;
    return signUp === 'open' || (signUp === 'first' && !(await this.db.run(hasUsers)));
  }

  /** Throws `unauthenticated`, in the same words and time for a wrong password and an unknown address. */
  async signIn({ email, password }: SignIn, visitor: VisitorCtx): Promise<SignedIn> {
    const browserId = browserKnownTo(visitor.browser, email, this.config.access.secret);
    const tries = { email, address: visitor.address, browserId };
    await this.limits.look(tries);
    const found = await this.db.run((prisma) => findUserByEmail(prisma, email));
    // Who is known in a browser waits for nobody behind the same address.
    const turn: HashTurn = { at: 'signIn', party: browserId ?? networkOf(visitor.address) };
    const begins = { before: () => this.limits.take(tries), unable: () => this.limits.untry(tries) };
    if (!(await this.passwords.matches(found?.passwordHash ?? null, password, { ...turn, ...begins })) || !found) {
      throw new AppError('unauthenticated', 'E-mail address or password is wrong.');
    }
    await this.limits.giveBack(tries);
    const { passwordHash, ...user } = found;
    if (this.passwords.isOutdated(passwordHash)) await this.hashAgain(user.id, passwordHash, password, turn);
    return { user, session: await this.sessions.start(user.id, visitor.userAgent) };
  }

  /** The settings have become stricter since. That it fails keeps nobody out. */
  private async hashAgain(userId: string, before: string, password: string, turn: HashTurn): Promise<void> {
    try {
      const after = await this.passwords.hash(password, turn);
      await this.db.run((prisma) => updatePasswordHash(prisma, userId, before, after));
    } catch (error) {
      this.log.warn({ err: error, userId }, 'password not hashed anew');
    }
  }

  /** Once more when a rival took the handle in between; at last with one that nobody else can have. */
  private async insert(draft: SignUp, passwordHash: string, triesLeft = 3): Promise<User> {
    try {
      const tenant = await this.tenantOf(draft, passwordHash, triesLeft > 1 ? freeHandle : randomHandle);
      const onlyFirst = this.config.access.signUp === 'first';
      const user = await this.db.run((prisma) => insertTenant(prisma, tenant, { onlyFirst }));
      if (!user) throw signUpClosed();
      return user;
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
      if (error.on('email')) throw emailTaken();
      if (triesLeft <= 1) throw error;
      return this.insert(draft, passwordHash, triesLeft - 1);
    }
  }

  private async tenantOf(
    { email, name, workspaceName = 'main' }: SignUp,
    passwordHash: string,
    handleFor: typeof freeHandle,
  ) {
    const base = handleFrom(name, 'user');
    const [userHandle, accountHandle] = await Promise.all([
      handleFor(base, (handles) => this.db.run((prisma) => takenUserHandles(prisma, handles))),
      handleFor(base, (handles) => this.db.run((prisma) => takenAccountHandles(prisma, handles))),
    ]);
    return {
      user: { id: newId(), email, name, handle: userHandle, passwordHash },
      account: { id: newId(), name, handle: accountHandle },
      workspace: {
        id: newId(),
        name: workspaceName,
        handle: await freeHandle(handleFrom(workspaceName, 'my-workspace'), async () => []),
      },
    };
  }
}
