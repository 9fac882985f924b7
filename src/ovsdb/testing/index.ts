/**
 * Real servers for tests: an ovsdb-server with any schema, a RAFT cluster of them, TLS with certificates made on the
 * spot, and a proxy that misbehaves as networks do. Needs Debian's openvswitch-switch (or openvswitch-common) and
 * openssl. Beside them a scripted server, for what no real one says.
 */
export { makeCertificates } from './certificates.ts';
export { type ClusterMember, startCluster, type TestCluster } from './cluster.ts';
export { type Daemon, run, startDaemon } from './processes.ts';
export { type Proxy, startProxy } from './proxy.ts';
export { type Script, type ScriptedServer, startScriptedServer } from './scripted-server.ts';
export { freePort, type SchemaSource, type ServerOptions, startServer, type TestServer } from './server.ts';
