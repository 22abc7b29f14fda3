/** A database of a test's own on the server of the tests. */
import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';

export async function newDatabase(server: string): Promise<string> {
  const name = `e2e_${randomUUID().replaceAll('-', '')}`;
  const connection = await createConnection(server);
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await connection.end();
  return `${server.replace(/\/$/, '')}/${name}`;
}
