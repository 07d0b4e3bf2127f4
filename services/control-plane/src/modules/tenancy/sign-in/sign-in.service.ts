import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { SignIn, SignUp } from '@headgate/contracts/rest/tenancy';
import { Config } from '../../../core/config/config.js';
import { AppError, forbidden } from '../../../core/errors/app-error.js';
import { takenAccountHandles } from '../accounts/accounts.queries.js';
import { freeHandle, handleFrom } from '../handles.js';
import { TenancyDb } from '../prisma.js';
import { UniqueViolation } from '../prisma-errors.js';
import { findUserByEmail, hasUsers, insertTenant, takenUserHandles, type User } from '../users/users.queries.js';
import { hashPassword, passwordMatches } from './passwords.js';
import { SessionsService, type StartedSession } from './sessions.service.js';
import { SignInLimits } from './sign-in-limits.js';

/** From where somebody signs in. */
export type Visitor = { address: string; userAgent: string | undefined };
export type SignedIn = { user: User; session: StartedSession };

const emailTaken = () =>
  new AppError('conflict', 'This e-mail address is already in use.', {}, { fields: { email: 'already in use' } });

const signUpClosed = () => forbidden('Sign-up is closed on this installation.');

@Injectable()
export class SignInService {
  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(SignInLimits) private readonly limits: SignInLimits,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** Creates a user with an account and a workspace of their own, and signs them in. */
  async signUp(draft: SignUp, visitor: Visitor): Promise<SignedIn> {
    await this.limits.takeForSignUp(visitor.address);
    await this.refuseWhereClosed();
    if (await this.db.run((prisma) => findUserByEmail(prisma, draft.email))) throw emailTaken();
    const passwordHash = await hashPassword(draft.password);
    const user = await this.insert(draft, passwordHash);
    return { user, session: await this.sessions.start(user.id, visitor.userAgent) };
  }

  private async refuseWhereClosed(): Promise<void> {
    const { signUp } = this.config.access;
    if (signUp === 'closed' || (signUp === 'first' && (await this.db.run(hasUsers)))) throw signUpClosed();
  }

  /** Throws `unauthenticated`, in the same words and time for a wrong password and an unknown address. */
  async signIn({ email, password }: SignIn, visitor: Visitor): Promise<SignedIn> {
    await this.limits.take(email, visitor.address);
    const found = await this.db.run((prisma) => findUserByEmail(prisma, email));
    if (!(await passwordMatches(found?.passwordHash ?? null, password)) || !found) {
      throw new AppError('unauthenticated', 'E-mail address or password is wrong.');
    }
    await this.limits.giveBack(email, visitor.address);
    const { passwordHash: _, ...user } = found;
    return { user, session: await this.sessions.start(user.id, visitor.userAgent) };
  }

  /** Once more when a rival took the handle in between. */
  private async insert(draft: SignUp, passwordHash: string, triesLeft = 3): Promise<User> {
    try {
      const tenant = await this.tenantOf(draft, passwordHash);
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

  private async tenantOf({ email, name, workspaceName = 'main' }: SignUp, passwordHash: string) {
    const base = handleFrom(name, 'user');
    const [userHandle, accountHandle] = await Promise.all([
      freeHandle(base, (handles) => this.db.run((prisma) => takenUserHandles(prisma, handles))),
      freeHandle(base, (handles) => this.db.run((prisma) => takenAccountHandles(prisma, handles))),
    ]);
    return {
      user: { id: newId(), email, name, handle: userHandle, passwordHash },
      account: { id: newId(), name, handle: accountHandle },
      workspace: {
        id: newId(),
        name: workspaceName,
        handle: await freeHandle(handleFrom(workspaceName, 'workspace'), async () => []),
      },
    };
  }
}
