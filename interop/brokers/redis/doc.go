// Package redis tests the backplanes of package hub/redis on real servers, which are Debian's: killed and started again,
// paused, and failed over to a replica that is behind.
//
//	server.go    a redis-server, which may be killed, paused and started again
//	proxy.go     what everybody reaches it by, which holds its replication back
//	pair.go      a server with a replica that takes over
//	sentinel.go  redis-sentinel, which sees to that
//	cluster.go   three servers with the slots of a cluster
//	pubsub_test.go, streams_test.go, failover_test.go, cluster_test.go
//	             the suite for backplanes
//	foreign_test.go, moved_test.go
//	             what the suite does not know of
package redis
