import type { Socket } from 'node:net';

/** Who reads the answers on a connection, and how much of one is held that the connection has not got yet. */
export type Reader = { readonly owner: string; heldBytes(): number };

const readers = new WeakMap<Socket, Reader>();

export const isReadBy = (socket: Socket, reader: Reader): void => void readers.set(socket, reader);
export const readerAt = (socket: Socket): Reader | undefined => readers.get(socket);
