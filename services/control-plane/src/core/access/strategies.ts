import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-custom';
import type { HeadgateRequest } from '../http/request.js';
import type { Actor } from './ctx.js';
import { Identity } from './identity.js';

export const sessionCookie = 'headgate_session';

/**
 * The key that a request carries: `Authorization: Bearer KEY`, or `Basic` with the key as the whole credential or as
 * its password, which is what tools that only know the self-hosted server's auth string send.
 */
export function apiKeyOf(header: string | undefined): string | null {
  const [scheme, value] = (header ?? '').split(' ', 2);
  if (!scheme || !value) return null;
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  return keyOfCredential(Buffer.from(value, 'base64').toString('utf8'));
}

/** The key in `KEY` or `anything:KEY`. */
export function keyOfCredential(credential: string): string {
  return credential.slice(credential.lastIndexOf(':') + 1);
}

@Injectable()
export class ApiKeyStrategy extends PassportStrategy(Strategy, 'api-key') {
  constructor(@Inject(Identity) private readonly identity: Identity) {
    super();
  }
  async validate(request: HeadgateRequest): Promise<Actor | null> {
    const key = apiKeyOf(request.headers.authorization);
    return key ? this.identity.byApiKey(key) : null;
  }
}

@Injectable()
export class SessionStrategy extends PassportStrategy(Strategy, 'session-cookie') {
  constructor(@Inject(Identity) private readonly identity: Identity) {
    super();
  }
  async validate(request: HeadgateRequest): Promise<Actor | null> {
    const token = request.cookies?.[sessionCookie];
    return token ? this.identity.bySession(token) : null;
  }
}
