import { isMainThread, workerData } from 'node:worker_threads';

/** Data with which the thread of documents is started. */
export const documentThread = 'headgate-documents';

/** Whether this is the thread on which documents are looked at: it can be stopped at any moment, and nobody else waits for it. */
export const isDocumentThread: boolean = !isMainThread && workerData === documentThread;
